using CsCheck;
using Fablab.Domain.Reservations.Series;
using NodaTime.Text;

namespace Fablab.Domain.Tests.Reservations.Series;

public class A_recurrence
{
    [TestCase(1, "2028-02-28", "2028-03-02", "02-28 02-29 03-01 03-02", TestName = "Every day goes over the leap day")]
    [TestCase(1, "2027-02-27", "2027-03-01", "02-27 02-28 03-01", TestName = "Every day of a common year knows no leap day")]
    [TestCase(3, "2026-12-29", "2027-01-04", "12-29 01-01 01-04", TestName = "Every third day crosses the year and ends on its last date")]
    public void Of_days(int every, string first, string last, string dates) =>
        Assert.That(Dates(new Recurrence.Daily(every), first, last), Is.EqualTo(dates));

    [TestCase("Monday", 1, "2026-11-23", "2026-12-07", "11-23 11-30 12-07", TestName = "Every Monday holds the last Monday too")]
    [TestCase("Monday", 1, "2026-11-24", "2026-12-13", "11-30 12-07", TestName = "Wished from a Tuesday, Mondays begin in the next week")]
    [TestCase("Monday,Thursday", 2, "2026-11-26", "2026-12-24", "11-26 12-07 12-10 12-21 12-24", TestName = "Every second week counts from the week of the first date")]
    [TestCase("Sunday,Monday", 1, "2026-11-29", "2026-12-07", "11-29 11-30 12-06 12-07", TestName = "A week begins on Monday and Sunday is its last day")]
    public void Of_weeks(string days, int every, string first, string last, string dates) =>
        Assert.That(Dates(new Recurrence.Weekly(days.Split(',').Select(Enum.Parse<IsoDayOfWeek>), every), first, last), Is.EqualTo(dates));

    [TestCase(31, 1, "2018-01-31", "2018-12-31", "01-31 03-31 05-31 07-31 08-31 10-31 12-31", TestName = "On the 31st from January to December there are seven starts: months without it have none")]
    [TestCase(29, 12, "2024-02-29", "2033-12-31", "02-29 02-29 02-29", TestName = "On the 29th of February only leap years have one")]
    [TestCase(30, 12, "2024-02-01", "2033-12-31", "", TestName = "On the 30th of February there is never one")]
    [TestCase(15, 3, "2026-11-16", "2027-08-15", "02-15 05-15 08-15", TestName = "Every third month counts from the month of the first date, also when that day is over")]
    public void Of_months_by_date(int day, int every, string first, string last, string dates) =>
        Assert.That(Dates(new Recurrence.MonthlyByDate(day, every), first, last), Is.EqualTo(dates));

    [TestCase(IsoDayOfWeek.Monday, WeekdayRank.First, "2027-02-01", "2027-04-30", "02-01 03-01 04-05", TestName = "The first Monday may be the first of the month")]
    [TestCase(IsoDayOfWeek.Wednesday, WeekdayRank.Fifth, "2026-12-01", "2027-06-30", "12-30 03-31 06-30", TestName = "Months without a fifth Wednesday have none")]
    [TestCase(IsoDayOfWeek.Friday, WeekdayRank.Last, "2026-11-01", "2027-02-28", "11-27 12-25 01-29 02-26", TestName = "The last Friday is the fourth or the fifth")]
    [TestCase(IsoDayOfWeek.Tuesday, WeekdayRank.Last, "2028-02-01", "2028-02-29", "02-29", TestName = "The last Tuesday may be the leap day")]
    public void Of_months_by_weekday(IsoDayOfWeek weekday, WeekdayRank rank, string first, string last, string dates) =>
        Assert.That(Dates(new Recurrence.MonthlyByWeekday(weekday, rank), first, last), Is.EqualTo(dates));

    [Test]
    public void On_named_dates_puts_them_in_order_and_takes_each_once()
    {
        var recurrence = new Recurrence.OnDates([new(2026, 12, 24), new(2026, 11, 30), new(2026, 12, 24), new(2026, 11, 1)]);

        Assert.That(Dates(recurrence, "2026-11-23", "2027-11-23"), Is.EqualTo("11-30 12-24"));
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(Recurrence.MostEvery + 1)]
    public void Cannot_recur_every_none_or_too_rarely(int every)
    {
        using var all = Assert.EnterMultipleScope();
        Assert.That(() => new Recurrence.Daily(every), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new Recurrence.Weekly([IsoDayOfWeek.Monday], every), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new Recurrence.MonthlyByDate(1, every), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Of_weeks_needs_a_weekday() => Assert.That(() => new Recurrence.Weekly([]), Throws.ArgumentException);

    [Test]
    public void Has_the_dates_that_a_walk_through_the_days_finds()
    {
        Gen.Select(Gen.Int[0, 1_500], Gen.Int[1, 5], Gen.Int[1, 127], Gen.Int[1, 31], Gen.Int[1, 6]).Sample((from, every, mask, day, rank) =>
        {
            var first = new LocalDate(2024, 1, 1).PlusDays(from);
            var weekdays = Enum.GetValues<IsoDayOfWeek>().Where(d => d is not IsoDayOfWeek.None && (mask >> ((int)d - 1) & 1) == 1).ToList();
            var monday = first.PlusDays(1 - (int)first.DayOfWeek);
            int Month(LocalDate date) => (date.Year - first.Year) * 12 + date.Month - first.Month;

            Has_dates(new Recurrence.Daily(every), date => Period.DaysBetween(first, date) % every == 0);
            Has_dates(new Recurrence.Weekly(weekdays, every), date => weekdays.Contains(date.DayOfWeek) && Period.DaysBetween(monday, date) / 7 % every == 0);
            Has_dates(new Recurrence.MonthlyByDate(day, every), date => date.Day == day && Month(date) % every == 0);
            Has_dates(new Recurrence.MonthlyByWeekday(weekdays[0], (WeekdayRank)rank, every), date => date.DayOfWeek == weekdays[0] && Month(date) % every == 0
                && (rank == 6 ? date.PlusDays(7).Month != date.Month : (date.Day - 1) / 7 + 1 == rank));

            void Has_dates(Recurrence recurrence, Func<LocalDate, bool> has) =>
                Assert.That(recurrence.Between(first, first.PlusDays(400)), Is.EqualTo(Enumerable.Range(0, 401).Select(first.PlusDays).Where(has)));
        }, iter: 2_000, threads: 1);
    }

    private static string Dates(Recurrence recurrence, string first, string last) =>
        string.Join(' ', recurrence.Between(Parse(first), Parse(last)).Select(LocalDatePattern.CreateWithInvariantCulture("MM-dd").Format));

    private static LocalDate Parse(string date) => LocalDatePattern.Iso.Parse(date).Value;
}
