using Fablab.Domain.Reservations.Rules;
using static Fablab.Domain.Tests.Reservations.Rules.RulesInUse;

namespace Fablab.Domain.Tests.Reservations.Rules;

public class Quiet_hours
{
    [TestCase("06:00", "18:00", "2026-11-23 12:00", true, Description = "a window within a day applies at noon")]
    [TestCase("06:00", "18:00", "2026-11-23 05:00", false)]
    [TestCase("06:00", "18:00", "2026-11-23 17:00", false, Description = "it would end outside")]
    [TestCase("22:00", "06:00", "2026-11-23 23:00", true)]
    [TestCase("22:00", "06:00", "2026-11-24 03:00", true, Description = "the window that began the day before")]
    [TestCase("22:00", "06:00", "2026-11-23 12:00", false)]
    public void Lift_the_rules_that_they_name_within_a_day_and_across_midnight(string quietFrom, string quietUntil, string from, bool isLifted)
    {
        var facts = Under(
            new LengthRule { Id = Id(1), Maximum = Duration.FromMinutes(30) },
            new PeopleRule { Id = Id(2), AtLeast = 2 },
            Quiet(quietFrom, quietUntil, PeopleRule.Kind));

        var problems = Check(new(At(from), At(from) + Duration.FromHours(2)), facts);

        Assert.That(problems.Codes(), Is.EqualTo(isLifted ? new[] { "slot-too-long" } : ["slot-too-long", "too-few-people"]));
    }

    [TestCase("2026-11-23 20:00", "2026-11-24 04:00", null, Description = "two hours outside")]
    [TestCase("2026-11-23 19:59", "2026-11-24 04:00", 2 * 3600L + 60)]
    [TestCase("2026-11-23 21:00", "2026-11-24 07:00", null, Description = "an hour on each side")]
    [TestCase("2026-11-23 21:00", "2026-11-24 08:00", 3 * 3600L)]
    public void Leave_the_longest_length_to_the_part_outside(string from, string until, long? measured)
    {
        var facts = Under(new LengthRule { Id = Id(1), Maximum = Duration.FromHours(2) }, Quiet("22:00", "06:00", LengthRule.Kind));

        var problems = Check(Slot(from, until), facts);

        if (measured is null)
        {
            Assert.That(problems, Is.Empty);
        }
        else
        {
            Is_refused(problems, "slot-too-long", ("seconds", measured), ("maximumSeconds", 7_200L));
        }
    }

    [Test]
    public void Are_not_counted_in_the_hours_of_a_quota()
    {
        var facts = Under(
            new QuotaRule { Id = Id(1), Period = QuotaPeriod.Week, MostTime = Duration.FromHours(3) },
            Quiet("22:00", "06:00", QuotaRule.Kind)) with
        { Bookings = [Booked(1, Slot("2026-11-23 20:00", "2026-11-24 06:00"))] };

        using var all = Assert.EnterMultipleScope();
        Assert.That(Check(Slot("2026-11-24 21:00", "2026-11-25 05:00"), facts), Is.Empty);
        Assert.That(Check(Slot("2026-11-24 20:59", "2026-11-25 05:00"), facts).Codes(), Is.EqualTo(new[] { "quota-of-time-exceeded" }));
    }

    private static QuietHoursRule Quiet(string from, string until, params string[] kinds) => new()
    {
        Id = Id(99),
        Windows = WeeklyWindows.EveryDay(Time(from), Time(until)),
        Relaxes = kinds,
    };

    private static LocalTime Time(string text) => NodaTime.Text.LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(text).Value;
}
