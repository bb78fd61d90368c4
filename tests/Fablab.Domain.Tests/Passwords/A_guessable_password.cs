using Fablab.Domain.Members;

namespace Fablab.Domain.Tests.Passwords;

public class A_guessable_password
{
    private static readonly string[] Own = ["Malo Le Goff", "malo.legoff@atelier.example"];

    [TestCase("password1234")]
    [TestCase("P@ssw0rd12345")]
    [TestCase("motdepasse2026")]
    [TestCase("MotDePasse!2026!")]
    [TestCase("azertyuiop123")]
    [TestCase("qwertyuiop[]")]
    [TestCase("1234567890123")]
    [TestCase("aaaaaaaaaaaaaaaaaaaa")]
    [TestCase("abababababababab")]
    [TestCase("fablabfablab1")]
    [TestCase("Malo.LeGoff.2026")]
    [TestCase("juillet2026juillet")]
    [TestCase("IloveYou20252026")]
    [TestCase("9876543210abc")]
    [TestCase("Été2026Été2026")]
    public void Is_made_of_what_everybody_tries_first(string password) => Assert.That(GuessablePassword.Is(password, Own), Is.True);

    [TestCase("correct horse battery")]
    [TestCase("la mouette vole bas")]
    [TestCase("xK7#mQ2vLp9w")]
    [TestCase("zou-fripe-canard-vrille")]
    [TestCase("пятьдесят оттенков")]
    [TestCase("fablab-demo-2026 tuile verte")]
    public void Is_none_with_enough_that_is_its_own(string password) => Assert.That(GuessablePassword.Is(password, Own), Is.False);

    [Test]
    public void Is_told_for_every_text_without_trouble() =>
        CsCheck.Check.Sample(CsCheck.Gen.String, password => Assert.That(() => GuessablePassword.Is(password, Own), Throws.Nothing));
}
