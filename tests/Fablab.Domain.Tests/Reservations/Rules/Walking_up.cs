using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using static Fablab.Domain.Tests.Reservations.Rules.RulesInUse;

namespace Fablab.Domain.Tests.Reservations.Rules;

public class Walking_up
{
    [TestCase(WalkUpKind.Forbidden, null, null)]
    [TestCase(WalkUpKind.UntilNextBooking, null, "14:00", Description = "as long as a slot may be")]
    [TestCase(WalkUpKind.UntilNextBooking, "12:00", "11:45", Description = "a quarter of an hour before the next")]
    [TestCase(WalkUpKind.CreatesBooking, "12:00", "11:45")]
    [TestCase(WalkUpKind.UntilNextBooking, "10:40", null, Description = "less than the shortest slot is left")]
    [TestCase(WalkUpKind.UntilNextBooking, "10:45", "10:30")]
    [TestCase(WalkUpKind.UntilNextBooking, "09:00", null, Description = "somebody has it")]
    public void Goes_until_the_next_booking(WalkUpKind use, string? next, string? until)
    {
        var rules = Under(
            new WalkUpRule { Id = Id(1), Use = use, Before = Duration.FromMinutes(15) },
            new LengthRule { Id = Id(2), Minimum = Duration.FromMinutes(30), Maximum = Duration.FromHours(4) }).Rules;

        var allowed = BookingRules.WalkUpUntil(rules, Lenient, Today("10:00"), next is null ? null : Today(next));

        Assert.That(allowed, Is.EqualTo(until is null ? null : (Instant?)Today(until)));
    }

    [Test]
    public void Is_for_a_length_that_may_be_booked_although_one_comes_at_any_minute()
    {
        var rules = Under(
            new WalkUpRule { Id = Id(1), Use = WalkUpKind.CreatesBooking, Before = Duration.FromMinutes(15) },
            new LengthRule { Id = Id(2), Granularity = Duration.FromMinutes(15) }).Rules;

        Assert.That(BookingRules.WalkUpUntil(rules, Lenient, Today("10:07"), Today("11:00")), Is.EqualTo(Today("10:37")));
    }

    [Test]
    public void Is_not_allowed_where_no_rule_speaks_of_it() =>
        Assert.That(BookingRules.WalkUpUntil(EffectiveRules.None, Lenient, Today("10:00"), null), Is.Null);

    private static Instant Today(string time) => At($"2026-11-23 {time}");
}
