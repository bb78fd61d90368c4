using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using static Fablab.Domain.Tests.Reservations.Rules.RulesInUse;

namespace Fablab.Domain.Tests.Reservations.Rules;

public class Opening_hours
{
    private static readonly IsoDayOfWeek[] Weekdays =
        [IsoDayOfWeek.Monday, IsoDayOfWeek.Tuesday, IsoDayOfWeek.Wednesday, IsoDayOfWeek.Thursday, IsoDayOfWeek.Friday];

    private static readonly OpeningHoursRule Usual = new()
    {
        Id = Id(1),
        Windows = new WeeklyWindows(
        [
            .. WeeklyWindows.On(new LocalTime(9, 0), new LocalTime(12, 0), Weekdays).All,
            .. WeeklyWindows.On(new LocalTime(13, 0), new LocalTime(18, 0), Weekdays).All,
            new WeeklyWindow(IsoDayOfWeek.Saturday, new DailyWindow(new LocalTime(20, 0), new LocalTime(2, 0))),
        ]),
    };

    [TestCase("2026-11-23 09:00", "2026-11-23 12:00")]
    [TestCase("2026-11-23 13:00", "2026-11-23 18:00")]
    [TestCase("2026-11-28 20:00", "2026-11-29 02:00", Description = "across midnight")]
    [TestCase("2026-11-29 00:30", "2026-11-29 01:30", Description = "the window that began the day before")]
    public void Take_what_lies_within_one_window(string from, string until) => Assert.That(Check(Slot(from, until), Under(Usual)), Is.Empty);

    [TestCase("2026-11-23 08:59", "2026-11-23 10:00", "2026-11-23 08:59", "2026-11-23 09:00")]
    [TestCase("2026-11-23 17:00", "2026-11-23 18:01", "2026-11-23 18:00", "2026-11-23 18:01")]
    [TestCase("2026-11-23 11:00", "2026-11-23 14:00", "2026-11-23 12:00", "2026-11-23 13:00")]
    [TestCase("2026-11-29 01:00", "2026-11-29 03:00", "2026-11-29 02:00", "2026-11-29 03:00")]
    [TestCase("2026-11-29 12:00", "2026-11-29 13:00", "2026-11-29 12:00", "2026-11-29 13:00")]
    public void Refuse_what_is_not_with_the_closed_part(string from, string until, string closedFrom, string closedUntil) =>
        Is_refused(Check(Slot(from, until), Under(Usual)), "outside-opening-hours", ("start", At(closedFrom)), ("end", At(closedUntil)));

    [TestCase("2026-11-23 17:00", "2026-11-24 10:00", null, Description = "a print through the night")]
    [TestCase("2026-11-23 17:00", "2026-11-24 08:00", "outside-opening-hours", Description = "nobody could take it out")]
    [TestCase("2026-11-23 18:00", "2026-11-24 10:00", "outside-opening-hours", Description = "nobody could start it")]
    [TestCase("2026-11-23 18:00", "2026-11-23 20:00", "outside-opening-hours")]
    public void May_be_crossed_where_the_rule_says_so(string from, string until, string? code) =>
        Assert.That(Check(Slot(from, until), Under(Usual with { MayCrossClosing = true })).Codes(), code is null ? Is.Empty : Is.EqualTo(new[] { code }));

    [Test]
    public void Judge_a_change_by_the_time_that_it_adds()
    {
        var booked = Slot("2026-11-23 17:00", "2026-11-23 20:00");
        var facts = Under(Usual) with { Present = Reserved(1, booked) };

        using var all = Assert.EnterMultipleScope();
        Assert.That(Check(Slot("2026-11-23 17:00", "2026-11-23 19:00"), facts), Is.Empty);
        Is_refused(
            Check(Slot("2026-11-23 17:00", "2026-11-23 21:00"), facts), "outside-opening-hours", ("start", At("2026-11-23 20:00")), ("end", At("2026-11-23 21:00")));
    }

    [Test]
    public void Give_way_on_public_holidays()
    {
        var facts = Under(Usual, new HolidayRule { Id = Id(2), Public = PublicHolidays.France });

        Is_refused(
            Check(Slot("2026-05-14 10:00", "2026-05-14 11:00"), facts), "closed-for-holiday", ("date", "2026-05-14"), ("holiday", "ascension"));
    }

    [TestCase("2026-07-20 10:00", "2026-07-20 12:00", null)]
    [TestCase("2026-07-20 12:00", "2026-07-20 13:00", "closed-for-holiday", Description = "beyond the hours of a holiday")]
    [TestCase("2026-07-14 10:00", "2026-07-14 11:00", "closed-for-holiday", Description = "a public holiday within the school holidays stays closed")]
    [TestCase("2026-07-21 15:00", "2026-07-21 16:00", null, Description = "an exception is as always")]
    [TestCase("2026-07-21 20:00", "2026-07-21 21:00", "outside-opening-hours")]
    public void Are_others_in_the_school_holidays(string from, string until, string? code)
    {
        var facts = Under(
            Usual,
            new HolidayRule { Id = Id(2), Public = PublicHolidays.France },
            new HolidayRule
            {
                Id = Id(3),
                Named = [new NamedDays("summer", new LocalDate(2026, 7, 4), new LocalDate(2026, 8, 31))],
                Hours = [new DailyWindow(new LocalTime(10, 0), new LocalTime(12, 0))],
                Exceptions = [new LocalDate(2026, 7, 21)],
            });

        Assert.That(Check(Slot(from, until), facts).Codes(), code is null ? Is.Empty : Is.EqualTo(new[] { code }));
    }

    [TestCase("2026-12-26 10:00", "closed-for-holiday")]
    [TestCase("2026-12-27 10:00", null)]
    public void May_be_closed_on_holidays_alone(string from, string? code)
    {
        var facts = Under(new HolidayRule { Id = Id(2), Public = PublicHolidays.AlsaceMoselle });

        Assert.That(Check(new TimeSlot(At(from), At(from) + Duration.FromHours(1)), facts).Codes(), code is null ? Is.Empty : Is.EqualTo(new[] { code }));
    }

    [TestCase("2026-08-09 23:00", "2026-08-10 01:00", true)]
    [TestCase("2026-08-09 22:00", "2026-08-10 00:00", false)]
    [TestCase("2026-08-16 23:00", "2026-08-17 00:00", true)]
    [TestCase("2026-08-17 00:00", "2026-08-17 01:00", false)]
    public void Are_none_on_closed_days_both_included(string from, string until, bool isClosed)
    {
        var facts = Under(new ClosedDaysRule { Id = Id(1), First = new LocalDate(2026, 8, 10), Last = new LocalDate(2026, 8, 16), Reason = "Summer" });

        var problems = Check(Slot(from, until), facts);

        if (isClosed)
        {
            Is_refused(problems, "closed", ("start", At("2026-08-10 00:00")), ("end", At("2026-08-17 00:00")), ("reason", "Summer"));
        }
        else
        {
            Assert.That(problems, Is.Empty);
        }
    }

    [Test]
    public void Are_none_when_closed_for_a_moment_or_for_ever()
    {
        var moment = Under(new ClosedTimeRule { Id = Id(1), Time = Slot("2026-11-23 10:00", "2026-11-23 11:00") });
        var ever = Under(new ClosedDaysRule { Id = Id(1), First = new LocalDate(2026, 1, 1), Last = new LocalDate(9999, 12, 31) });

        using var all = Assert.EnterMultipleScope();
        Assert.That(Check(Slot("2026-11-23 10:59", "2026-11-23 12:00"), moment).Codes(), Is.EqualTo(new[] { "closed" }));
        Assert.That(Check(Slot("2026-11-23 11:00", "2026-11-23 12:00"), moment), Is.Empty);
        Assert.That(Check(Slot("2026-11-23 11:00", "2026-11-23 12:00"), ever).Codes(), Is.EqualTo(new[] { "closed" }));
    }

    [TestCase("2026-11-20 22:30", null, Description = "before it begins")]
    [TestCase("2026-11-27 22:30", "blackout")]
    [TestCase("2026-11-28 00:30", "blackout", Description = "across midnight")]
    [TestCase("2026-12-05 00:30", "blackout", Description = "the last one, that began on the last day")]
    [TestCase("2026-12-11 22:30", null, Description = "after it ends")]
    public void Are_none_in_a_weekly_blackout_between_its_dates(string from, string? code)
    {
        var facts = Under(new BlackoutRule
        {
            Id = Id(1),
            Windows = WeeklyWindows.On(new LocalTime(22, 0), new LocalTime(1, 0), IsoDayOfWeek.Friday),
            First = new LocalDate(2026, 11, 23),
            Last = new LocalDate(2026, 12, 4),
        });

        var problems = Check(new TimeSlot(At(from), At(from) + Duration.FromMinutes(30)), facts);

        Assert.That(problems.Codes(), code is null ? Is.Empty : Is.EqualTo(new[] { code }));
    }

    [Test]
    public void Leave_what_is_open_between_closing_times_closures_and_blackouts()
    {
        BookingRule[] rules =
        [
            Usual,
            new ClosedDaysRule { Id = Id(2), First = new LocalDate(2026, 11, 24), Last = new LocalDate(2026, 11, 24) },
            new ClosedTimeRule { Id = Id(3), Time = Slot("2026-11-23 14:00", "2026-11-23 15:00") },
            new BlackoutRule { Id = Id(4), Windows = WeeklyWindows.On(new LocalTime(9, 0), new LocalTime(10, 0), IsoDayOfWeek.Monday) },
        ];

        var open = OpeningCalendar.Open(Under(rules).Rules, Slot("2026-11-23 00:00", "2026-11-25 00:00"), Paris);

        Assert.That(open, Is.EqualTo(new[]
        {
            Slot("2026-11-23 10:00", "2026-11-23 12:00"),
            Slot("2026-11-23 13:00", "2026-11-23 14:00"),
            Slot("2026-11-23 15:00", "2026-11-23 18:00"),
        }));
    }

    [Test]
    public void Leave_the_night_open_where_it_may_be_crossed() =>
        Assert.That(
            OpeningCalendar.Open(Under(Usual with { MayCrossClosing = true }).Rules, Slot("2026-11-23 00:00", "2026-11-24 00:00"), Paris),
            Is.EqualTo(new[] { Slot("2026-11-23 00:00", "2026-11-24 00:00") }));
}
