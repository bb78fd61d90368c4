using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using static Fablab.Domain.Tests.Reservations.Rules.RulesInUse;

namespace Fablab.Domain.Tests.Reservations.Rules;

public class Gaps_and_open_bookings
{
    private static readonly TimeSlot Noon = Slot("2026-11-23 12:00", "2026-11-23 13:00");
    private static readonly GapRule AnHour = new() { Id = Id(1), Between = Duration.FromHours(1) };

    [TestCase("10:00", "11:00", null, TestName = "A_gap_as_long_as_the_rule_asks_is_enough")]
    [TestCase("10:00", "11:01", 59 * 60L, TestName = "A_booking_that_ends_too_close_is_told")]
    [TestCase("13:59", "15:00", 59 * 60L, TestName = "A_booking_that_begins_too_close_is_told")]
    [TestCase("13:00", "14:00", 0L, TestName = "Bookings_that_touch_have_no_gap")]
    [TestCase("12:30", "13:30", 0L, TestName = "Bookings_at_the_same_time_have_no_gap_either")]
    public void Between_ones_own_bookings(string from, string until, long? gap)
    {
        var other = Slot($"2026-11-23 {from}", $"2026-11-23 {until}");

        var problems = Check(Noon, Under(AnHour) with { Bookings = [Booked(1, other)] });

        if (gap is null)
        {
            Assert.That(problems, Is.Empty);
        }
        else
        {
            Is_refused(problems, "gap-too-short", ("start", other.Start), ("end", other.End), ("gapSeconds", gap), ("minimumSeconds", 3_600L));
        }
    }

    [Test]
    public void Too_close_on_both_sides_are_told_both()
    {
        var facts = Under(AnHour) with { Bookings = [Booked(1, Slot("2026-11-23 11:00", "2026-11-23 11:30")), Booked(2, Slot("2026-11-23 13:30", "2026-11-23 14:00"))] };

        Assert.That(Check(Noon, facts).Codes(), Is.EqualTo(new[] { "gap-too-short", "gap-too-short" }));
    }

    [Test]
    public void Are_about_the_member_and_the_machine_unless_the_rule_says_more()
    {
        CountedBooking[] others =
        [
            Booked(1, Slot("2026-11-23 13:00", "2026-11-23 14:00"), AdaAtTheLaser with { Member = Bob }),
            Booked(2, Slot("2026-11-23 13:00", "2026-11-23 14:00"), AdaAtTheLaser with { Machine = OtherLaser }),
        ];

        using var all = Assert.EnterMultipleScope();
        Assert.That(Check(Noon, Under(AnHour) with { Bookings = others }), Is.Empty);
        Assert.That(Check(Noon, Under(AnHour with { Per = RuleAxis.Pool }) with { Bookings = others }).Codes(), Is.EqualTo(new[] { "gap-too-short" }));
    }

    [TestCase("13:00", "14:00", true)]
    [TestCase("12:59", "14:00", false)]
    public void Of_nothing_let_bookings_touch_and_still_keep_a_member_from_being_at_two_machines_at_once(string from, string until, bool may)
    {
        var other = Booked(1, Slot($"2026-11-23 {from}", $"2026-11-23 {until}"), AdaAtTheLaser with { Machine = OtherLaser });

        var problems = Check(Noon, Under(AnHour with { Between = Duration.Zero, Per = RuleAxis.Everything }) with { Bookings = [other] });

        Assert.That(problems.Codes(), Is.EqualTo(may ? [] : new[] { "gap-too-short" }));
    }

    [Test]
    public void Of_nothing_lift_a_wider_one_for_a_machine()
    {
        var noGap = AnHour with { Id = Id(2), Between = Duration.Zero, Scope = new RuleScope { Machine = AdaAtTheLaser.Machine } };

        Assert.That(new RuleBook(1, [AnHour, noGap]).For(AdaAtTheLaser).Gap?.Value, Is.EqualTo(noGap));
    }

    [Test]
    public void Let_machines_of_one_bundle_be_used_at_the_same_time()
    {
        var bundle = new BundleId(new Guid(5, 0, 0, new byte[8]));
        var room = Booked(1, Slot("2026-11-23 11:30", "2026-11-23 13:00"), AdaAtTheLaser with { Machine = OtherLaser }) with { Bundle = bundle };
        var facts = Under(AnHour with { Per = RuleAxis.Site }) with { Bookings = [room] };

        using var all = Assert.EnterMultipleScope();
        Assert.That(Check(Noon, facts with { Bundle = bundle }), Is.Empty);
        Assert.That(Check(Noon, facts).Codes(), Is.EqualTo(new[] { "gap-too-short" }));
    }

    [Test]
    public void Stay_as_they_are_for_a_change_that_leaves_them()
    {
        var facts = Under(AnHour) with { Present = Reserved(9, Noon), Bookings = [Booked(9, Noon), Booked(1, Slot("2026-11-23 13:30", "2026-11-23 14:00"))] };

        using var all = Assert.EnterMultipleScope();
        Assert.That(Check(Slot("2026-11-23 11:30", "2026-11-23 13:00"), facts), Is.Empty);
        Assert.That(Check(Slot("2026-11-23 12:00", "2026-11-23 13:15"), facts).Codes(), Is.EqualTo(new[] { "gap-too-short" }));
    }

    [Test]
    public void Count_what_has_not_begun()
    {
        var now = Slot("2026-11-23 09:00", "2026-11-23 10:00");
        var facts = Under(new OpenBookingsRule { Id = Id(1), MostBookings = 2, MostTime = Duration.FromHours(3) }) with
        {
            Bookings = [Booked(1, now), Booked(2, Slot("2026-11-24 09:00", "2026-11-24 11:00")), Booked(3, Slot("2026-11-25 09:00", "2026-11-25 10:00"))],
        };

        var problems = Check(Noon, facts, now.Start);

        using var all = Assert.EnterMultipleScope();
        Assert.That(problems.Codes(), Is.EqualTo(new[] { "too-many-open-bookings", "too-much-open-time" }));
        Assert.That((problems[0].Facts["limit"], problems[0].Facts["used"], problems[0].Facts["after"]), Is.EqualTo((2L, 2L, 3L)));
        Assert.That((problems[1].Facts["limitSeconds"], problems[1].Facts["usedSeconds"], problems[1].Facts["afterSeconds"]), Is.EqualTo((10_800L, 10_800L, 14_400L)));
    }

    [Test]
    public void Do_not_count_what_is_changed_twice()
    {
        var facts = Under(new OpenBookingsRule { Id = Id(1), MostBookings = 1, MostTime = Duration.FromHours(1) }) with
        {
            Present = Reserved(9, Noon),
            Bookings = [Booked(9, Noon)],
        };

        Assert.That(Check(Slot("2026-11-23 15:00", "2026-11-23 16:00"), facts), Is.Empty);
        Assert.That(Check(Slot("2026-11-23 15:00", "2026-11-23 16:30"), facts).Codes(), Is.EqualTo(new[] { "too-much-open-time" }));
    }
}
