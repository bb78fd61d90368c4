using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using static Fablab.Domain.Tests.Reservations.Rules.RulesInUse;

namespace Fablab.Domain.Tests.Reservations.Rules;

public class Rules_about_length_and_time
{
    private static readonly TimeSlot Ten_to_twelve = Slot("2026-11-23 10:00", "2026-11-23 12:00");

    [Test]
    public void Override_the_machine_and_tell_which_rule_it_was()
    {
        var problem = Check(Ten_to_twelve, Under(new LengthRule { Id = Id(7), Maximum = Duration.FromHours(1) })).Single();

        Assert.That((problem.Code, problem.Severity, problem.LiftedBy), Is.EqualTo(("slot-too-long", ProblemSeverity.Soft, Lifters.Manager)));
        Assert.That(problem.Facts, Is.EquivalentTo(new Dictionary<string, object>
        {
            ["seconds"] = 7_200L, ["maximumSeconds"] = 3_600L, ["rule"] = Id(7).ToString(),
        }));
    }

    [Test]
    public void Are_lifted_by_whom_the_rule_names()
    {
        var problem = Check(Ten_to_twelve, Under(new LengthRule { Id = Id(7), Minimum = Duration.FromHours(3), LiftedBy = Lifters.Administrator })).Single();

        Assert.That((problem.Code, problem.LiftedBy), Is.EqualTo(("slot-too-short", Lifters.Administrator)));
    }

    [TestCase(120, false)]
    [TestCase(119, true)]
    public void Take_a_booking_exactly_at_the_notice_and_refuse_a_later_one(int minutesBefore, bool isRefused)
    {
        var facts = Under(new NoticeRule { Id = Id(1), ToBook = Duration.FromHours(2) });
        var now = Ten_to_twelve.Start - Duration.FromMinutes(minutesBefore);

        var problems = Check(Ten_to_twelve, facts, now);

        Assert.That(problems.Codes(), isRefused ? Is.EqualTo(new[] { "notice-too-short" }) : Is.Empty);
    }

    [TestCase("2026-11-23 10:00", "2026-11-23 13:00", false, TestName = "Let_a_slot_be_extended_within_the_notice_to_change")]
    [TestCase("2026-11-23 10:00", "2026-11-23 11:00", false, TestName = "Let_a_slot_be_shortened_within_the_notice_to_change")]
    [TestCase("2026-11-25 10:00", "2026-11-25 12:00", true, TestName = "Refuse_to_move_away_what_starts_within_the_notice_to_change")]
    public void Look_at_the_start_of_a_change(string from, string until, bool isRefused)
    {
        var facts = Under(new NoticeRule { Id = Id(1), ToBook = Duration.FromDays(9), ToChange = Duration.FromHours(24) }) with { Present = Reserved(1, Ten_to_twelve) };

        var problems = Check(Slot(from, until), facts, Ten_to_twelve.Start - Duration.FromHours(3));

        Assert.That(problems.Codes(), isRefused ? Is.EqualTo(new[] { "change-too-late" }) : Is.Empty);
    }

    [TestCase(30, false)]
    [TestCase(31, true)]
    public void Let_a_slot_of_odd_length_be_extended_by_whole_steps(int minutesMore, bool isRefused)
    {
        var cameEarly = Slot("2026-11-23 09:57", "2026-11-23 12:00");
        var facts = Under(new LengthRule { Id = Id(1), Granularity = Duration.FromMinutes(15) }) with { Present = Reserved(1, cameEarly) };

        var problems = Check(new TimeSlot(cameEarly.Start, cameEarly.End + Duration.FromMinutes(minutesMore)), facts, cameEarly.Start);

        Assert.That(problems.Codes(), isRefused ? Is.EqualTo(new[] { "slot-off-grid" }) : Is.Empty);
    }

    [TestCase(60, false)]
    [TestCase(59, true)]
    public void Tell_when_it_is_too_late_to_cancel(int minutesBefore, bool isRefused)
    {
        var rules = Under(new NoticeRule { Id = Id(1), ToCancel = Duration.FromHours(1) }).Rules;

        var problems = BookingRules.CheckCancelling(Ten_to_twelve, rules, Ten_to_twelve.Start - Duration.FromMinutes(minutesBefore));

        Assert.That(problems.Codes(), isRefused ? Is.EqualTo(new[] { "cancel-too-late" }) : Is.Empty);
    }

    [Test]
    public void Let_a_group_book_farther_ahead()
    {
        var facts = Under(
            new HorizonRule { Id = Id(1), Ahead = Duration.FromDays(30) },
            new HorizonRule { Id = Id(2), Ahead = Duration.FromDays(90), Scope = new() { Group = Residents } });

        var (at60, at91) = (Ten_to_twelve.Start - Duration.FromDays(60), Ten_to_twelve.Start - Duration.FromDays(91));

        using var all = Assert.EnterMultipleScope();
        Assert.That(Check(Ten_to_twelve, facts, at60), Is.Empty);
        Is_refused(Check(Ten_to_twelve, facts, at91), "beyond-horizon", ("start", Ten_to_twelve.Start), ("latestStart", at91 + Duration.FromDays(90)));
    }

    [Test]
    public void Leave_a_change_alone_that_makes_a_slot_which_is_too_long_shorter()
    {
        var facts = Under(new LengthRule { Id = Id(1), Maximum = Duration.FromMinutes(30) }) with { Present = Reserved(1, Ten_to_twelve) };

        Assert.That(Check(Slot("2026-11-23 10:00", "2026-11-23 11:00"), facts), Is.Empty);
        Assert.That(Check(Slot("2026-11-23 10:00", "2026-11-23 13:00"), facts).Codes(), Is.EqualTo(new[] { "slot-too-long" }));
    }

    [TestCase(10 * 366 * 24 + 1, 1)]
    [TestCase(24, 366 * 24 + 1)]
    public void Refuse_what_no_calendar_reaches_without_asking_the_wall_clock(int hoursAhead, int hours)
    {
        var now = Instant.FromUtc(2026, 11, 23, 8, 0);
        var slot = new TimeSlot(now + Duration.FromHours(hoursAhead), now + Duration.FromHours(hoursAhead + hours));

        Assert.That(Check(slot, Under(OpenAtNine), now).Codes(), Does.Contain("slot-out-of-reach").And.Not.Contain("outside-opening-hours"));
    }

    [TestCase(-9998)]
    [TestCase(1)]
    [TestCase(9999)]
    public void Answer_also_at_the_ends_of_time(int year)
    {
        var start = Instant.FromUtc(year, 1, 1, 0, 0);

        Assert.That(Check(new TimeSlot(start, start + Duration.FromHours(1)), Under(OpenAtNine), Instant.FromUtc(2026, 11, 23, 8, 0)), Is.Not.Empty);
    }

    private static OpeningHoursRule OpenAtNine => new() { Id = Id(9), Windows = WeeklyWindows.EveryDay(new LocalTime(9, 0), new LocalTime(18, 0)) };
}
