using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using static Fablab.Domain.Tests.Reservations.Rules.RulesInUse;

namespace Fablab.Domain.Tests.Reservations.Rules;

/// <summary>Both nights of four years, in zones west and east of UTC, and in one that never changes.</summary>
public class Nights_when_clocks_change
{
    private static IEnumerable<TestCaseData> Days => from row in new (string Zone, string Date, int Hours)[]
    {
        ("Europe/Paris", "2025-03-30", 23), ("Europe/Paris", "2025-10-26", 25), ("Europe/Paris", "2026-03-29", 23), ("Europe/Paris", "2026-10-25", 25),
        ("Europe/Paris", "2027-03-28", 23), ("Europe/Paris", "2027-10-31", 25), ("Europe/Paris", "2028-03-26", 23), ("Europe/Paris", "2028-10-29", 25),
        ("America/New_York", "2025-03-09", 23), ("America/New_York", "2025-11-02", 25), ("America/New_York", "2026-03-08", 23), ("America/New_York", "2026-11-01", 25),
        ("America/New_York", "2027-03-14", 23), ("America/New_York", "2027-11-07", 25), ("America/New_York", "2028-03-12", 23), ("America/New_York", "2028-11-05", 25),
        ("Pacific/Auckland", "2025-04-06", 25), ("Pacific/Auckland", "2025-09-28", 23), ("Pacific/Auckland", "2026-04-05", 25), ("Pacific/Auckland", "2026-09-27", 23),
        ("Pacific/Auckland", "2027-04-04", 25), ("Pacific/Auckland", "2027-09-26", 23), ("Pacific/Auckland", "2028-04-02", 25), ("Pacific/Auckland", "2028-09-24", 23),
        ("Asia/Kolkata", "2025-03-30", 24), ("Asia/Kolkata", "2026-10-25", 24), ("Asia/Kolkata", "2028-02-29", 24),
    }
                                                     select new TestCaseData(row.Zone, row.Date, row.Hours);

    [TestCaseSource(nameof(Days))]
    public void Make_a_day_of_a_quota_as_long_as_it_is(string zoneName, string date, int hours)
    {
        var (zone, day) = (DateTimeZoneProviders.Tzdb[zoneName], Date(date));
        var slot = new TimeSlot(Midnight(day, zone) - Duration.FromHours(1), Midnight(day.PlusDays(1), zone) + Duration.FromHours(1));

        var readings = QuotaMeter.Read(new QuotaRule { Id = Id(1), Period = QuotaPeriod.Day }, [], AdaAtTheLaser, slot, [], null, zone, slot.Start);

        Assert.That(readings.Select(r => r.WantedTime), Is.EqualTo(new[] { Duration.FromHours(1), Duration.FromHours(hours), Duration.FromHours(1) }));
    }

    [TestCaseSource(nameof(Days))]
    public void Leave_a_place_that_never_closes_open(string zoneName, string date, int hours)
    {
        var (zone, day) = (DateTimeZoneProviders.Tzdb[zoneName], Date(date));
        var rules = Under(new OpeningHoursRule { Id = Id(1), Windows = WeeklyWindows.EveryDay(LocalTime.Midnight, LocalTime.Midnight) }).Rules;
        var slot = new TimeSlot(Midnight(day, zone), Midnight(day.PlusDays(1), zone));

        var open = OpeningCalendar.Open(rules, slot, zone);

        Assert.That(open, Is.EqualTo(new[] { slot }));
        Assert.That(slot.Length, Is.EqualTo(Duration.FromHours(hours)));
    }

    [TestCaseSource(nameof(Days))]
    public void Keep_opening_hours_by_the_wall_clock(string zoneName, string date, int hours)
    {
        var (zone, day) = (DateTimeZoneProviders.Tzdb[zoneName], Date(date));
        var rules = Under(new OpeningHoursRule { Id = Id(1), Windows = WeeklyWindows.EveryDay(new LocalTime(0, 0), new LocalTime(9, 0)) }).Rules;
        var slot = new TimeSlot(Midnight(day, zone), Midnight(day.PlusDays(1), zone));

        var open = OpeningCalendar.Open(rules, slot, zone).Single();

        Assert.That(open.End.InZone(zone).TimeOfDay, Is.EqualTo(new LocalTime(9, 0)));
        Assert.That(open.Length, Is.EqualTo(Duration.FromHours(9 + hours - 24)));
    }

    [TestCase("2026-03-29", 2, 0, 3, 0, 0, TestName = "Leave_nothing_of_a_window_that_the_clock_skips")]
    [TestCase("2026-03-29", 1, 0, 2, 30, 60, TestName = "End_a_window_at_the_change_when_the_clock_skips_its_end")]
    [TestCase("2026-10-25", 2, 0, 3, 0, 120, TestName = "Keep_both_hours_of_a_window_that_comes_twice")]
    [TestCase("2026-10-25", 1, 0, 2, 30, 150, TestName = "End_a_window_at_the_second_time_when_its_end_comes_twice")]
    public void Treat_windows_in_that_night(string date, int fromHour, int fromMinute, int toHour, int toMinute, int minutes)
    {
        var day = Date(date);
        var rules = Under(new OpeningHoursRule { Id = Id(1), Windows = WeeklyWindows.EveryDay(new LocalTime(fromHour, fromMinute), new LocalTime(toHour, toMinute)) }).Rules;

        var open = OpeningCalendar.Open(rules, new TimeSlot(Midnight(day, Paris), Midnight(day.PlusDays(1), Paris)), Paris);

        Assert.That(open.Aggregate(Duration.Zero, (sum, part) => sum + part.Length), Is.EqualTo(Duration.FromMinutes(minutes)));
    }

    private static LocalDate Date(string text) => NodaTime.Text.LocalDatePattern.Iso.Parse(text).Value;

    private static Instant Midnight(LocalDate date, DateTimeZone zone) => zone.AtStartOfDay(date).ToInstant();
}
