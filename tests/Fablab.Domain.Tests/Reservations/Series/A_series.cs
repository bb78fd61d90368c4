using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Series;
using NodaTime.Text;

namespace Fablab.Domain.Tests.Reservations.Series;

public class A_series
{
    private static readonly Duration TwoHours = Duration.FromHours(2);

    /// <summary>The day before, the day of and the day after a clock change, at one wall-clock time: what each is in UTC.</summary>
    [TestCase("Europe/Paris", "2026-03-28T02:30", "28T01:30 - 30T00:30", TestName = "Paris loses the half past two of a spring night")]
    [TestCase("Europe/Paris", "2026-03-28T03:00", "28T02:00 29T01:00 30T01:00", TestName = "Paris keeps three o'clock in spring")]
    [TestCase("Europe/Paris", "2026-10-24T02:30", "24T00:30 25T00:30 26T01:30", TestName = "Paris takes the first of two half past twos in autumn")]
    [TestCase("Europe/Paris", "2027-03-27T02:30", "27T01:30 - 29T00:30", TestName = "Paris a year later")]
    [TestCase("Europe/Paris", "2028-10-28T02:00", "28T00:00 29T00:00 30T01:00", TestName = "Paris in a leap year")]
    [TestCase("Europe/Helsinki", "2026-03-28T03:15", "28T01:15 - 30T00:15", TestName = "Helsinki loses the quarter past three in spring")]
    [TestCase("Europe/Helsinki", "2026-10-24T00:30", "23T21:30 24T21:30 25T22:30", TestName = "Helsinki just past midnight is the day before in UTC and stays on its date")]
    [TestCase("America/New_York", "2026-03-07T02:30", "07T07:30 - 09T06:30", TestName = "New York in spring")]
    [TestCase("America/New_York", "2026-10-31T01:30", "31T05:30 01T05:30 02T06:30", TestName = "New York in autumn")]
    [TestCase("America/New_York", "2026-10-31T20:00", "01T00:00 02T01:00 03T01:00", TestName = "New York in the evening is the day after in UTC and stays on its date")]
    [TestCase("America/Santiago", "2026-09-05T00:30", "05T04:30 - 07T03:30", TestName = "Santiago loses its first hour after midnight in its spring")]
    [TestCase("Pacific/Auckland", "2026-09-26T02:30", "25T14:30 - 27T13:30", TestName = "Auckland in its spring")]
    [TestCase("Pacific/Auckland", "2027-04-03T02:30", "02T13:30 03T13:30 04T14:30", TestName = "Auckland in its autumn")]
    [TestCase("Australia/Lord_Howe", "2026-10-03T02:15", "02T15:45 - 04T15:15", TestName = "Lord Howe jumps by half an hour")]
    [TestCase("Asia/Kolkata", "2026-03-28T02:30", "27T21:00 28T21:00 29T21:00", TestName = "Kolkata never changes")]
    public void Keeps_its_wall_time_when_the_clocks_change(string zone, string firstStart, string starts)
    {
        var plan = new SeriesPlan(LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Parse(firstStart).Value, TwoHours, new Recurrence.Daily(), new SeriesEnd.After(3));
        var occurrences = Plan(plan, zone);

        using var all = Assert.EnterMultipleScope();
        Assert.That(string.Join(' ', occurrences.Select(Start)), Is.EqualTo(starts));
        Assert.That(occurrences.Select(o => o.LocalStart), Is.EqualTo(new[] { 0, 1, 2 }.Select(plan.FirstStart.PlusDays)));
        Assert.That(occurrences.Where(o => o.CanBe).Select(o => o.Slot!.Length), Has.All.EqualTo(TwoHours));
    }

    [Test]
    public void Says_which_time_the_clock_skips_and_goes_on_behind_it()
    {
        var occurrences = Plan(new SeriesPlan(new(2026, 3, 22, 2, 30), TwoHours, new Recurrence.Weekly([IsoDayOfWeek.Sunday]), new SeriesEnd.After(3)), "Europe/Paris");

        using var all = Assert.EnterMultipleScope();
        Assert.That(occurrences.Select(o => o.Obstacle), Is.EqualTo(new[] { OccurrenceObstacle.None, OccurrenceObstacle.SkippedByTheClock, OccurrenceObstacle.None }));
        Assert.That(occurrences.Select(o => o.Number), Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public void Has_no_occurrence_on_a_day_that_the_calendar_of_the_place_skips()
    {
        // Samoa crossed the date line on that day.
        var occurrences = Plan(new SeriesPlan(new(2011, 12, 29, 10, 0), TwoHours, new Recurrence.Daily(), new SeriesEnd.After(3)), "Pacific/Apia");

        Assert.That(string.Join(' ', occurrences.Select(Start)), Is.EqualTo("29T20:00 - 30T20:00"));
    }

    [Test]
    public void Of_whole_days_does_not_fit_into_the_day_of_twenty_three_hours()
    {
        var plan = new SeriesPlan(new(2026, 3, 28, 12, 0), Duration.FromHours(24), new Recurrence.Daily(), new SeriesEnd.After(3));

        Assert.That(Plan(plan, "Europe/Paris").Select(o => o.Obstacle), Is.EqualTo(new[]
        {
            OccurrenceObstacle.None, OccurrenceObstacle.OverlapsTheOneBefore, OccurrenceObstacle.None,
        }));
    }

    [TestCase("America/New_York", 20, TestName = "West of UTC an evening series ends on its last date")]
    [TestCase("America/Los_Angeles", 23, TestName = "Far west of UTC the last evening is not lost")]
    [TestCase("Europe/Helsinki", 0, TestName = "In Helsinki a series at midnight neither begins nor ends a day early")]
    [TestCase("Pacific/Kiritimati", 6, TestName = "Fourteen hours east of UTC a morning series keeps its dates")]
    public void Begins_and_ends_on_its_own_dates(string zone, int hour)
    {
        // The two off-by-ones that users of LibreBooking met: #1536 west of UTC, #913 in Helsinki.
        var plan = new SeriesPlan(new(2026, 11, 2, hour, 0), TwoHours, new Recurrence.Weekly([IsoDayOfWeek.Monday]), new SeriesEnd.On(new(2026, 11, 30)));
        var dates = Plan(plan, zone).Select(o => o.Slot!.Start.InZone(DateTimeZoneProviders.Tzdb[zone]).Date);

        Assert.That(dates, Is.EqualTo(new LocalDate[] { new(2026, 11, 2), new(2026, 11, 9), new(2026, 11, 16), new(2026, 11, 23), new(2026, 11, 30) }));
    }

    [Test]
    public void May_have_four_hundred_occurrences_and_not_one_more()
    {
        var first = new LocalDateTime(2026, 1, 1, 9, 0);

        using var all = Assert.EnterMultipleScope();
        Assert.That(Plan(new SeriesPlan(first, TwoHours, new Recurrence.Daily(), new SeriesEnd.After(400)), "Europe/Paris"), Has.Count.EqualTo(400));
        Assert.That(Refusal(first, new Recurrence.Daily(), new SeriesEnd.After(401)), Is.EqualTo("series-too-long"));
        Assert.That(Refusal(first, new Recurrence.Daily(), new SeriesEnd.On(new(2027, 2, 5))), Is.EqualTo("series-too-long"));
        Assert.That(Refusal(first, new Recurrence.Daily(), new SeriesEnd.On(new(2027, 2, 4))), Is.Null);
    }

    [Test]
    public void May_not_go_on_for_more_than_ten_years()
    {
        var first = new LocalDateTime(2026, 1, 1, 9, 0);

        using var all = Assert.EnterMultipleScope();
        Assert.That(Refusal(first, new Recurrence.MonthlyByDate(1), new SeriesEnd.On(new(2036, 1, 1))), Is.EqualTo("series-too-long"));
        Assert.That(Refusal(first, new Recurrence.MonthlyByDate(1), new SeriesEnd.On(new(2035, 12, 31))), Is.Null);
        Assert.That(Refusal(first, new Recurrence.MonthlyByDate(30, 12), new SeriesEnd.After(2)), Is.Null);
        Assert.That(Refusal(new(2026, 2, 1, 9, 0), new Recurrence.MonthlyByDate(30, 12), new SeriesEnd.After(2)), Is.EqualTo("series-too-long"));
        Assert.That(Refusal(new(9_999, 12, 31, 9, 0), new Recurrence.Daily(), new SeriesEnd.After(2)), Is.EqualTo("series-too-long"));
    }

    [Test]
    public void Without_any_occurrence_is_refused()
    {
        Assert.That(Refusal(new(2026, 11, 24, 9, 0), new Recurrence.Weekly([IsoDayOfWeek.Monday]), new SeriesEnd.On(new(2026, 11, 29))), Is.EqualTo("series-empty"));
    }

    [Test]
    public void On_named_dates_ends_with_the_last_of_them()
    {
        var plan = new SeriesPlan(new(2026, 11, 23, 9, 0), TwoHours, new Recurrence.OnDates([new(2026, 11, 24), new(2026, 12, 1)]), new SeriesEnd.After(5));

        Assert.That(Plan(plan, "Europe/Paris"), Has.Count.EqualTo(2));
    }

    private static IReadOnlyList<Occurrence> Plan(SeriesPlan plan, string zone) =>
        plan.Occurrences(DateTimeZoneProviders.Tzdb[zone]).Match(occurrences => occurrences, refusal => throw new AssertionException(refusal.Code));

    private static string? Refusal(LocalDateTime first, Recurrence recurrence, SeriesEnd end) =>
        new SeriesPlan(first, TwoHours, recurrence, end).Occurrences(DateTimeZoneProviders.Tzdb["Europe/Paris"])
            .Match<string?>(_ => null, refusal => ((BookingRefused)refusal).Problems.Single().Code);

    private static string Start(Occurrence occurrence) =>
        occurrence.Slot is { } slot ? InstantPattern.CreateWithInvariantCulture("dd'T'HH:mm").Format(slot.Start) : "-";
}
