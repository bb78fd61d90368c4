using Fablab.Domain.Members;
using NodaTime;

namespace Fablab.Domain.Tests.People;

public class A_minor
{
    private static readonly LocalDate Today = new(2027, 2, 28);

    [TestCase(2009, 2, 28, 18)]
    [TestCase(2009, 3, 1, 17)]
    [TestCase(2008, 2, 29, 19)]
    public void Is_as_old_as_the_years_that_are_over(int year, int month, int day, int age) =>
        Assert.That(Minors.AgeOn(new LocalDate(year, month, day), Today), Is.EqualTo(age));

    [TestCase(null, null, false, null)]
    [TestCase(null, 12, false, AgeLack.BirthDateNeeded)]
    [TestCase(11, 12, true, AgeLack.TooYoung)]
    [TestCase(15, 12, false, AgeLack.ConsentMissing)]
    [TestCase(15, null, false, AgeLack.ConsentMissing)]
    [TestCase(15, 12, true, null)]
    [TestCase(18, 12, false, null)]
    public void Lacks_what_the_site_and_the_law_ask_for(int? age, int? minimum, bool hasConsent, AgeLack? lack)
    {
        LocalDate? birth = age is { } years ? Today.PlusYears(-years) : null;

        Assert.That(Minors.LackOf(birth, minimum, hasConsent, Today), Is.EqualTo(lack));
    }
}
