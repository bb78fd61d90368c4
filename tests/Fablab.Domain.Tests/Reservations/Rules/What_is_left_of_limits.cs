using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using static Fablab.Domain.Tests.Reservations.Rules.RulesInUse;

namespace Fablab.Domain.Tests.Reservations.Rules;

/// <summary>It is Wednesday, 11 March 2026, 10:00 in Paris.</summary>
public class What_is_left_of_limits
{
    private static readonly Instant Now = At("2026-03-11 10:00");
    private static readonly BookingSubject AdaAtTheOtherLaser = AdaAtTheLaser with { Machine = OtherLaser, Pool = null };
    private static readonly BookingSubject AdaAtThePrinter = AdaAtTheLaser with { Machine = new(new Guid("00000000-0000-0000-0000-000000000103")), Pool = null, Category = MachineCategory.Printer3D };

    [Test]
    public void Is_told_for_the_present_period()
    {
        var uses = Uses([new QuotaRule { Id = Id(1), MostTime = Duration.FromHours(10), MostBookings = 3, Period = QuotaPeriod.Week }], Booked(1, Slot("2026-03-09 08:00", "2026-03-09 11:00")));

        var use = uses.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((use.From, use.Until), Is.EqualTo(((LocalDate?)new LocalDate(2026, 3, 9), (LocalDate?)new LocalDate(2026, 3, 16))));
            Assert.That((use.UsedTime, use.TimeLeft), Is.EqualTo((Duration.FromHours(3), (Duration?)Duration.FromHours(7))));
            Assert.That((use.UsedCount, use.CountLeft), Is.EqualTo((1, (int?)2)));
        }
    }

    [Test]
    public void Is_never_less_than_nothing()
    {
        var use = Uses([new QuotaRule { Id = Id(1), MostTime = Duration.FromHours(2), Period = QuotaPeriod.Week }], Booked(1, Slot("2026-03-09 08:00", "2026-03-09 11:00"))).Single();

        Assert.That((use.TimeLeft, use.CountLeft), Is.EqualTo(((Duration?)Duration.Zero, (int?)null)));
    }

    [Test]
    public void Is_told_for_later_periods_in_which_something_is_booked()
    {
        var uses = Uses(
            [new QuotaRule { Id = Id(1), MostTime = Duration.FromHours(10), Period = QuotaPeriod.Week }],
            Booked(1, Slot("2026-03-22 23:00", "2026-03-23 02:00")));

        Assert.That(
            uses.Select(use => (use.From!.Value.Day, use.UsedTime.TotalHours)),
            Is.EqualTo([(9, 0.0), (16, 1.0), (23, 2.0)]), "this week, and the two weeks that share the booking");
    }

    [Test]
    public void Of_rolling_days_is_told_for_the_fullest_run_that_today_belongs_to()
    {
        var use = Uses(
            [new QuotaRule { Id = Id(1), MostTime = Duration.FromHours(10), Period = QuotaPeriod.RollingDays, RollingDays = 3 }],
            Booked(1, Slot("2026-03-09 08:00", "2026-03-09 09:00")),
            Booked(2, Slot("2026-03-13 08:00", "2026-03-13 12:00")),
            Booked(3, Slot("2026-03-14 08:00", "2026-03-14 18:00"))).Single();

        Assert.That((use.From, use.UsedTime), Is.EqualTo(((LocalDate?)new LocalDate(2026, 3, 11), Duration.FromHours(4))));
    }

    [TestCase(RuleAxis.Everything, new[] { 3 })]
    [TestCase(RuleAxis.Site, new[] { 3 })]
    [TestCase(RuleAxis.Category, new[] { 2, 1 })]
    [TestCase(RuleAxis.Pool, new[] { 1, 1, 1 })]
    [TestCase(RuleAxis.Machine, new[] { 1, 1, 1 })]
    public void Is_told_once_for_machines_that_are_counted_together(RuleAxis per, int[] expected)
    {
        var uses = Uses([new QuotaRule { Id = Id(1), MostTime = Duration.FromHours(10), Period = QuotaPeriod.Day, Per = per }]);

        Assert.That(uses.Select(use => use.Machines.Count), Is.EqualTo(expected));
    }

    [Test]
    public void Names_what_the_rule_is_about()
    {
        var use = Uses([new QuotaRule { Id = Id(1), MostTime = Duration.FromHours(10), Period = QuotaPeriod.Day, Scope = new() { Site = Lyon, Category = MachineCategory.Printer3D } }]).Single();

        Assert.That((use.Category, use.Site, use.Machines), Is.EqualTo(((MachineCategory?)MachineCategory.Printer3D, (Fablab.Domain.Machines.SiteId?)Lyon, new[] { AdaAtThePrinter.Machine })));
    }

    [Test]
    public void Of_a_group_is_told_for_each_group_of_the_member()
    {
        var bobs = Booked(1, Slot("2026-03-11 08:00", "2026-03-11 09:00"), AdaAtTheLaser with { Member = Bob, Groups = [Residents] });

        var uses = Uses([new QuotaRule { Id = Id(1), MostTime = Duration.FromHours(10), Period = QuotaPeriod.Day, Whose = QuotaOwner.Group }], bobs);

        Assert.That(uses.Select(use => (use.Group, use.UsedTime)), Is.EqualTo([(Students, Duration.Zero), ((Members.TariffGroupId?)Residents, Duration.FromHours(1))]));
    }

    [Test]
    public void Of_open_bookings_counts_what_has_not_begun()
    {
        var use = Uses(
            [new OpenBookingsRule { Id = Id(1), MostBookings = 2, MostTime = Duration.FromHours(3) }],
            Booked(1, Slot("2026-03-11 09:00", "2026-03-11 11:00")),
            Booked(2, Slot("2026-08-01 09:00", "2026-08-01 11:00"))).Single();

        Assert.That((use.From, use.CountLeft, use.TimeLeft, use.Machines.Count), Is.EqualTo(((LocalDate?)null, (int?)1, (Duration?)Duration.FromHours(1), 3)));
    }

    [Test]
    public void Needs_one_question_for_each_owner()
    {
        BookingRule[] rules =
        [
            new QuotaRule { Id = Id(1), MostTime = Duration.FromHours(1), Period = QuotaPeriod.Day, Per = RuleAxis.Machine },
            new QuotaRule { Id = Id(2), MostTime = Duration.FromHours(1), Period = QuotaPeriod.Month, Whose = QuotaOwner.Organisation },
            new OpenBookingsRule { Id = Id(3), MostBookings = 1 },
        ];

        var needed = LimitUses.Needed(Machines(rules), Now);

        Assert.That(needed.Select(one => (one.Member, one.Organisation, one.Until is null)), Is.EquivalentTo([(Ada, null, true), ((Members.MemberId?)null, (Members.OrganisationId?)Startup, false)]));
    }

    [Test]
    public void Can_be_booked_to_the_last_minute_and_no_minute_more()
    {
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var quota = new QuotaRule { Id = Id(1), MostTime = Duration.FromMinutes(random.Next(60, 600)), Period = QuotaPeriod.Week, Per = (RuleAxis)random.Next(5), IncludesPast = random.Next(2) == 0 };
            CountedBooking[] bookings = [.. Enumerable.Range(1, random.Next(1, 5)).Select(number =>
                Booked(number, new TimeSlot(At("2026-03-08 20:00") + Duration.FromMinutes(number * 200), At("2026-03-08 20:00") + Duration.FromMinutes((number * 200) + random.Next(1, 90)))))];
            var left = Uses([quota], bookings).First(use => use.Machines.Contains(Laser)).TimeLeft!.Value;
            var facts = Under(quota) with { Bookings = bookings };
            var friday = At("2026-03-13 08:00");

            Assert.That(Check(new TimeSlot(friday, friday + left + Duration.FromMinutes(1)), facts, Now).Codes(), Is.EqualTo(["quota-of-time-exceeded"]), $"seed {seed}, round {round}");
            Assert.That(left == Duration.Zero || Check(new TimeSlot(friday, friday + left), facts, Now).Count == 0, $"seed {seed}, round {round}");
        }
    }

    private static IReadOnlyList<LimitUse> Uses(BookingRule[] rules, params CountedBooking[] bookings) => LimitUses.Of(Machines(rules), bookings, Now);

    private static RuledMachine[] Machines(BookingRule[] rules) =>
        [.. new[] { AdaAtTheLaser, AdaAtTheOtherLaser, AdaAtThePrinter }.Select(subject => new RuledMachine(subject, new RuleBook(1, rules), Paris))];
}
