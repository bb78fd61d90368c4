using Fablab.Domain.Reservations.Rules;

namespace Fablab.Domain.Tests.Reservations.Rules;

public class Holidays_of_France
{
    [TestCase(2000, 4, 23)]
    [TestCase(2008, 3, 23)]
    [TestCase(2011, 4, 24)]
    [TestCase(2024, 3, 31)]
    [TestCase(2025, 4, 20)]
    [TestCase(2026, 4, 5)]
    [TestCase(2027, 3, 28)]
    [TestCase(2028, 4, 16)]
    [TestCase(2038, 4, 25)]
    [TestCase(2285, 3, 22)]
    public void Know_Easter(int year, int month, int day) => Assert.That(FrenchHolidays.Easter(year), Is.EqualTo(new LocalDate(year, month, day)));

    [Test]
    public void Are_eleven_a_year_and_thirteen_in_Alsace_and_Moselle()
    {
        using var all = Assert.EnterMultipleScope();
        Assert.That(Of(2026, PublicHolidays.France), Is.EqualTo(new[]
        {
            "01-01 new-year", "04-06 easter-monday", "05-01 labour-day", "05-08 victory-1945", "05-14 ascension", "05-25 whit-monday",
            "07-14 national-day", "08-15 assumption", "11-01 all-saints", "11-11 armistice-1918", "12-25 christmas",
        }));
        Assert.That(
            Of(2026, PublicHolidays.AlsaceMoselle).Except(Of(2026, PublicHolidays.France)),
            Is.EqualTo(new[] { "04-03 good-friday", "12-26 second-christmas-day" }));
        Assert.That(Of(2026, PublicHolidays.None), Is.Empty);
    }

    private static IEnumerable<string> Of(int year, PublicHolidays which)
    {
        for (var date = new LocalDate(year, 1, 1); date.Year == year; date = date.PlusDays(1))
        {
            if (FrenchHolidays.NameOf(date, which) is { } name)
            {
                yield return $"{date.Month:00}-{date.Day:00} {name}";
            }
        }
    }
}
