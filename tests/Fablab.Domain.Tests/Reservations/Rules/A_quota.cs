using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using static Fablab.Domain.Tests.Reservations.Rules.RulesInUse;

namespace Fablab.Domain.Tests.Reservations.Rules;

public class A_quota
{
    private static readonly QuotaRule TwoHoursADay = new() { Id = Id(1), Period = QuotaPeriod.Day, MostTime = Duration.FromHours(2) };

    [Test]
    public void Tells_what_is_used_what_is_allowed_and_what_it_would_be()
    {
        var facts = Under(TwoHoursADay) with { Bookings = [Booked(1, Slot("2026-11-23 08:00", "2026-11-23 09:30"))] };

        Is_refused(
            Check(Slot("2026-11-23 10:00", "2026-11-23 11:00"), facts), "quota-of-time-exceeded",
            ("from", "2026-11-23"), ("until", "2026-11-24"), ("limitSeconds", 7_200L), ("usedSeconds", 5_400L), ("afterSeconds", 9_000L));
    }

    [Test]
    public void Of_an_hour_takes_two_half_hours()
    {
        var facts = Under(TwoHoursADay with { MostTime = Duration.FromHours(1) }) with { Bookings = [Booked(1, Slot("2026-11-23 08:00", "2026-11-23 08:30"))] };

        using var all = Assert.EnterMultipleScope();
        Assert.That(Check(Slot("2026-11-23 10:00", "2026-11-23 10:30"), facts), Is.Empty);
        Assert.That(Check(Slot("2026-11-23 10:00", "2026-11-23 10:31"), facts).Codes(), Is.EqualTo(new[] { "quota-of-time-exceeded" }));
    }

    [Test]
    [Description("Two hours a day, two booked for today and one for tomorrow")]
    public void Of_a_day_does_not_count_bookings_of_other_dates()
    {
        var facts = Under(TwoHoursADay) with { Bookings = [Booked(1, Slot("2026-11-23 08:00", "2026-11-23 10:00"))] };

        Assert.That(Check(Slot("2026-11-24 08:00", "2026-11-24 09:00"), facts), Is.Empty);
    }

    [Test]
    [Description("Keys of days without leading zeros made 11 January and 1 November the same")]
    public void Tells_11_January_from_1_November()
    {
        var facts = Under(TwoHoursADay) with { Bookings = [Booked(1, Slot("2026-01-11 08:00", "2026-01-11 10:00"))] };

        Assert.That(Check(Slot("2026-11-01 08:00", "2026-11-01 10:00"), facts), Is.Empty);
    }

    [TestCase(QuotaPeriod.Day, "2026-11-23 22:00", "2026-11-24 02:00", "2026-11-23", "2026-11-24")]
    [TestCase(QuotaPeriod.Week, "2026-11-22 22:00", "2026-11-23 02:00", "2026-11-16", "2026-11-23", Description = "weeks begin on Monday")]
    [TestCase(QuotaPeriod.Month, "2026-11-30 22:00", "2026-12-01 02:00", "2026-11-01", "2026-12-01")]
    [TestCase(QuotaPeriod.Month, "2028-02-29 22:00", "2028-03-01 02:00", "2028-02-01", "2028-03-01", Description = "a leap day")]
    [TestCase(QuotaPeriod.Year, "2026-12-31 22:00", "2027-01-01 02:00", "2026-01-01", "2027-01-01")]
    public void Splits_hours_at_the_border_and_counts_one_on_both_sides(QuotaPeriod period, string from, string until, string first, string second)
    {
        var quota = new QuotaRule { Id = Id(1), Period = period };

        var readings = QuotaMeter.Read(quota, [], AdaAtTheLaser, Slot(from, until), [], null, Paris, At("2026-01-01 00:00"));

        Assert.That(
            readings.Select(r => ($"{r.From:uuuu-MM-dd}", r.WantedTime, r.WantedCount)),
            Is.EqualTo(new[] { (first, Duration.FromHours(2), 1), (second, Duration.FromHours(2), 1) }));
    }

    [Test]
    public void Of_bookings_counts_one_that_only_touches_the_day()
    {
        var facts = Under(new QuotaRule { Id = Id(1), Period = QuotaPeriod.Day, MostBookings = 1 }) with
        {
            Bookings = [Booked(1, Slot("2026-11-22 23:00", "2026-11-23 00:30"))],
        };

        using var all = Assert.EnterMultipleScope();
        Is_refused(
            Check(Slot("2026-11-23 10:00", "2026-11-23 11:00"), facts), "quota-of-bookings-exceeded",
            ("from", "2026-11-23"), ("until", "2026-11-24"), ("limit", 1L), ("used", 1L), ("after", 2L));
        Assert.That(Check(Slot("2026-11-24 10:00", "2026-11-24 11:00"), facts), Is.Empty);
    }

    [Test]
    public void Ends_a_day_at_midnight_without_touching_the_next()
    {
        var facts = Under(new QuotaRule { Id = Id(1), Period = QuotaPeriod.Day, MostBookings = 1 }) with
        {
            Bookings = [Booked(1, Slot("2026-11-24 08:00", "2026-11-24 09:00"))],
        };

        Assert.That(Check(Slot("2026-11-23 22:00", "2026-11-24 00:00"), facts), Is.Empty);
    }

    [TestCase("2026-11-29", null, Description = "seven days later")]
    [TestCase("2026-11-28", "quota-of-time-exceeded")]
    [TestCase("2026-11-16", "quota-of-time-exceeded", Description = "before, because the days in between roll over both")]
    [TestCase("2026-11-15", null)]
    public void Over_rolling_days_holds_for_every_run_of_so_many_days(string date, string? code)
    {
        var facts = Under(new QuotaRule { Id = Id(1), Period = QuotaPeriod.RollingDays, RollingDays = 7, MostTime = Duration.FromHours(2) }) with
        {
            Bookings = [Booked(1, Slot("2026-11-22 10:00", "2026-11-22 12:00"))],
        };

        Assert.That(Check(Slot($"{date} 10:00", $"{date} 11:00"), facts).Codes(), code is null ? Is.Empty : Is.EqualTo(new[] { code }));
    }

    [TestCase(RuleAxis.Machine, 0)]
    [TestCase(RuleAxis.Pool, 1)]
    [TestCase(RuleAxis.Category, 2)]
    [TestCase(RuleAxis.Site, 3)]
    [TestCase(RuleAxis.Everything, 4)]
    public void Counts_only_machines_of_its_axis(RuleAxis per, int counted)
    {
        var printer = AdaAtTheLaser with { Machine = new(new Guid(7, 0, 0, new byte[8])), Pool = null, Category = Fablab.Domain.Machines.MachineCategory.Printer3D };
        CountedBooking[] others =
        [
            Booked(1, Slot("2026-11-23 08:00", "2026-11-23 09:00"), AdaAtTheLaser with { Machine = OtherLaser }),
            Booked(2, Slot("2026-11-23 08:00", "2026-11-23 09:00"), AdaAtTheLaser with { Machine = OtherLaser, Pool = null }),
            Booked(3, Slot("2026-11-23 08:00", "2026-11-23 09:00"), printer),
            Booked(4, Slot("2026-11-23 08:00", "2026-11-23 09:00"), printer with { Site = Nantes }),
        ];

        Assert.That(Read(new QuotaRule { Id = Id(1), Period = QuotaPeriod.Day, Per = per }, others).UsedCount, Is.EqualTo(counted));
    }

    [TestCase(QuotaOwner.Member, 1)]
    [TestCase(QuotaOwner.Organisation, 2)]
    [TestCase(QuotaOwner.Group, 3)]
    public void Counts_only_bookings_of_its_owner(QuotaOwner whose, int counted)
    {
        var bob = AdaAtTheLaser with { Member = Bob };
        CountedBooking[] others =
        [
            Booked(1, Slot("2026-11-23 08:00", "2026-11-23 09:00"), AdaAtTheLaser),
            Booked(2, Slot("2026-11-23 08:00", "2026-11-23 09:00"), bob),
            Booked(3, Slot("2026-11-23 08:00", "2026-11-23 09:00"), bob with { Organisations = [] }),
            Booked(4, Slot("2026-11-23 08:00", "2026-11-23 09:00"), bob with { Organisations = [], Groups = [Residents] }),
        ];
        var scope = whose is QuotaOwner.Group ? new RuleScope { Group = Students } : RuleScope.Everywhere;

        Assert.That(Read(new QuotaRule { Id = Id(1), Period = QuotaPeriod.Day, Whose = whose, Scope = scope }, others).UsedCount, Is.EqualTo(counted));
    }

    [TestCase(false, 1)]
    [TestCase(true, 0)]
    public void Of_an_organisation_is_no_matter_of_what_its_member_pays(bool isPrivate, int problems)
    {
        var facts = Under(TwoHoursADay with { Whose = QuotaOwner.Organisation }) with
        {
            Subject = AdaAtTheLaser with { IsPrivate = isPrivate },
            Bookings = [Booked(1, Slot("2026-11-23 08:00", "2026-11-23 10:00"), AdaAtTheLaser with { Member = Bob })],
        };

        Assert.That(Check(Slot("2026-11-23 12:00", "2026-11-23 13:00"), facts), Has.Count.EqualTo(problems));
        Assert.That(NeededBookings.For(facts.Rules, facts.Subject, Slot("2026-11-23 12:00", "2026-11-23 13:00"), DateTimeZone.Utc, Slot("2026-11-22 12:00", "2026-11-22 13:00").Start), Has.Count.EqualTo(problems));
    }

    [Test]
    public void May_be_enforced_in_some_hours_only()
    {
        var facts = Under(TwoHoursADay with { Enforced = WeeklyWindows.On(new LocalTime(17, 0), new LocalTime(21, 0), IsoDayOfWeek.Monday) }) with
        {
            Bookings = [Booked(1, Slot("2026-11-23 14:00", "2026-11-23 18:00"))],
        };

        using var all = Assert.EnterMultipleScope();
        Assert.That(Check(Slot("2026-11-23 20:00", "2026-11-23 23:00"), facts), Is.Empty);
        Assert.That(Check(Slot("2026-11-23 18:30", "2026-11-23 20:00"), facts).Codes(), Is.EqualTo(new[] { "quota-of-time-exceeded" }));
        Assert.That(Check(Slot("2026-11-24 17:00", "2026-11-24 21:00"), facts), Is.Empty);
    }

    [TestCase(true, 2)]
    [TestCase(false, 1)]
    public void Counts_what_is_over_only_if_told_so(bool includesPast, int counted)
    {
        var noon = At("2026-11-23 12:00");
        CountedBooking[] others = [Booked(1, Slot("2026-11-23 10:00", "2026-11-23 12:00")), Booked(2, Slot("2026-11-23 11:00", "2026-11-23 12:30"))];

        Assert.That(Read(new QuotaRule { Id = Id(1), Period = QuotaPeriod.Day, IncludesPast = includesPast }, others, noon).UsedCount, Is.EqualTo(counted));
    }

    [Test]
    public void Does_not_count_what_is_changed_twice_nor_refuse_what_takes_less()
    {
        var (present, other) = (Slot("2026-11-23 10:00", "2026-11-23 12:00"), Slot("2026-11-23 08:00", "2026-11-23 09:00"));
        var full = Under(TwoHoursADay) with { Present = Reserved(9, present), Bookings = [Booked(9, present)] };
        var over = full with { Bookings = [Booked(9, present), Booked(1, other)] };

        using var all = Assert.EnterMultipleScope();
        Assert.That(Check(Slot("2026-11-23 14:00", "2026-11-23 16:00"), full), Is.Empty);
        Assert.That(Check(Slot("2026-11-23 14:00", "2026-11-23 16:01"), full).Codes(), Is.EqualTo(new[] { "quota-of-time-exceeded" }));
        Assert.That(Check(Slot("2026-11-23 10:00", "2026-11-23 11:30"), over), Is.Empty);
        Assert.That(Check(Slot("2026-11-24 10:00", "2026-11-24 12:30"), over).Codes(), Is.EqualTo(new[] { "quota-of-time-exceeded" }));
    }

    private static QuotaReading Read(QuotaRule quota, IReadOnlyList<CountedBooking> others, Instant? now = null) =>
        QuotaMeter.Read(quota, [], AdaAtTheLaser, Slot("2026-11-23 20:00", "2026-11-23 21:00"), others, null, Paris, now ?? At("2026-11-01 00:00")).Single();
}
