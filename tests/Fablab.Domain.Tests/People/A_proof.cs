using System.Text;
using Fablab.Domain.Members;

namespace Fablab.Domain.Tests.People;

public sealed class A_proof
{
    [TestCase("%PDF-1.7 and so on", ProofKind.Pdf)]
    [TestCase("\u00FF\u00D8\u00FF\u00E0 and so on", ProofKind.Jpeg)]
    [TestCase("\u0089PNG\r\n\u001A\n and so on", ProofKind.Png)]
    [TestCase("<svg onload=alert(1)>", null)]
    [TestCase("MZ", null)]
    [TestCase("\u0089PNG", null)]
    [TestCase(" %PDF-1.7", null)]
    [TestCase("", null)]
    public void Is_what_it_begins_with_and_not_what_it_is_called(string content, ProofKind? kind) =>
        Assert.That(ProofFile.KindOf(Encoding.Latin1.GetBytes(content)), Is.EqualTo(kind));

    [Test]
    public void Has_a_type_and_an_extension_whatever_it_is() =>
        Assert.That(Enum.GetValues<ProofKind>().Select(kind => $"{ProofFile.MediaTypeOf(kind)} {ProofFile.ExtensionOf(kind)}"), Is.EqualTo(new[] { "application/pdf pdf", "image/jpeg jpg", "image/png png" }));
}
