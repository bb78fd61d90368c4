using Fablab.Domain.Reservations.Rules;
using static Fablab.Domain.Tests.Reservations.Rules.RulesInUse;

namespace Fablab.Domain.Tests.Reservations.Rules;

public class Bookings_to_load
{
    private static readonly Fablab.Domain.Reservations.TimeSlot Wanted = Slot("2026-11-23 10:00", "2026-11-23 12:00");
    private static readonly Instant Now = At("2026-11-20 10:00");

    [Test]
    public void Are_none_when_no_rule_counts() => Assert.That(For(new LengthRule { Id = Id(1), Maximum = Duration.FromHours(1) }), Is.Empty);

    [Test]
    public void Are_asked_for_once_for_all_rules_about_one_owner()
    {
        var needed = For(
            new GapRule { Id = Id(1), Between = Duration.FromHours(3) },
            new QuotaRule { Id = Id(2), Period = QuotaPeriod.Week },
            new QuotaRule { Id = Id(3), Period = QuotaPeriod.Day });

        Assert.That(needed, Is.EqualTo(new[] { new NeededBookings(Ada, null, null, At("2026-11-23 00:00"), At("2026-11-30 00:00")) }));
    }

    [Test]
    public void Are_all_to_come_when_open_bookings_are_limited()
    {
        var needed = For(new OpenBookingsRule { Id = Id(1), MostBookings = 3 }, new QuotaRule { Id = Id(2), Period = QuotaPeriod.Month });

        Assert.That(needed, Is.EqualTo(new[] { new NeededBookings(Ada, null, null, At("2026-11-01 00:00"), null) }));
    }

    [Test]
    public void Reach_to_both_sides_for_rolling_days()
    {
        var needed = For(new QuotaRule { Id = Id(1), Period = QuotaPeriod.RollingDays, RollingDays = 7 }).Single();

        Assert.That((needed.From, needed.Until), Is.EqualTo((At("2026-11-17 00:00"), (Instant?)At("2026-11-30 00:00"))));
    }

    [Test]
    public void Are_those_of_the_organisation_or_group_for_its_quota()
    {
        var needed = For(
            new QuotaRule { Id = Id(1), Period = QuotaPeriod.Day, Whose = QuotaOwner.Organisation },
            new QuotaRule { Id = Id(2), Period = QuotaPeriod.Day, Whose = QuotaOwner.Group });

        Assert.That(needed.Select(n => (n.Member, n.Organisation, n.Group)), Is.EqualTo(new[]
        {
            ((Fablab.Domain.Members.MemberId?)null, (Fablab.Domain.Members.OrganisationId?)Startup, (Fablab.Domain.Members.TariffGroupId?)null),
            (null, null, Students),
            (null, null, Residents),
        }));
    }

    private static IReadOnlyList<NeededBookings> For(params BookingRule[] rules) =>
        NeededBookings.For(new RuleBook(1, rules).For(AdaAtTheLaser), AdaAtTheLaser, Wanted, Paris, Now);
}
