using Fablab.Domain.Trainings;

namespace Fablab.Domain.Tests.Trainings;

public class A_wording
{
    [TestCase("Colle", "Glue", "fr", "Colle")]
    [TestCase("Colle", "Glue", "en", "Glue")]
    [TestCase(null, "Glue", "fr", "Glue")]
    [TestCase("Colle", null, "en", "Colle")]
    [TestCase(null, null, "fr", "")]
    public void Is_read_in_ones_own_language_or_else_in_the_other(string? french, string? english, string language, string read) =>
        Assert.That(new Wording(french, english).In(language), Is.EqualTo(read));
}
