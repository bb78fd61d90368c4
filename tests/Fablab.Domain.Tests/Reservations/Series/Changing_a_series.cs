using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Series;

namespace Fablab.Domain.Tests.Reservations.Series;

/// <summary>Five Mondays at ten in Paris, of two hours, over the end of summer time: 12 October to 9 November 2026.</summary>
public class Changing_a_series
{
    private static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];
    private static readonly Duration TwoHours = Duration.FromHours(2);
    private static readonly LocalDateTime First = new(2026, 10, 12, 10, 0);
    private static readonly Instant Before = Instant.FromUtc(2026, 10, 1, 0, 0);
    private static readonly SeriesReservation[] Mondays = [.. Enumerable.Range(0, 5).Select(week => Planned(week + 1, First.PlusWeeks(week)))];

    [Test]
    public void In_one_place_moves_that_one_alone()
    {
        var edit = SeriesEdits.Shift(Mondays, Id(3), SeriesReach.One, new(2026, 10, 27, 14, 0), TwoHours, Paris);

        using var all = Assert.EnterMultipleScope();
        Assert.That(Numbers(edit.Staying), Is.EqualTo("1 2 4 5"));
        Assert.That(Told(edit.Moved), Is.EqualTo("3: 27.10 14:00"));
        Assert.That(edit.Splits, Is.False);
    }

    [Test]
    public void From_one_on_moves_that_and_the_following_by_wall_time_and_makes_them_a_series_of_their_own()
    {
        var edit = SeriesEdits.Shift(Mondays, Id(2), SeriesReach.ThisAndFollowing, new(2026, 10, 20, 11, 30), TwoHours, Paris);

        using var all = Assert.EnterMultipleScope();
        Assert.That(Numbers(edit.Staying), Is.EqualTo("1"));
        Assert.That(Told(edit.Moved), Is.EqualTo("2: 20.10 11:30, 3: 27.10 11:30, 4: 03.11 11:30, 5: 10.11 11:30"));
        Assert.That(edit.Splits, Is.True);
    }

    [Test]
    public void As_a_whole_from_the_first_one_on_splits_nothing()
    {
        Assert.That(SeriesEdits.Shift(Mondays, Id(1), SeriesReach.ThisAndFollowing, First.PlusHours(1), TwoHours, Paris).Splits, Is.False);
    }

    [Test]
    public void As_a_whole_leaves_what_began_and_what_was_moved_alone()
    {
        SeriesReservation[] series = [Mondays[0] with { IsSettled = true }, Mondays[1] with { IsMovedAlone = true }, .. Mondays[2..]];

        var edit = SeriesEdits.Shift(series, Id(4), SeriesReach.All, new(2026, 11, 2, 9, 0), TwoHours, Paris);

        using var all = Assert.EnterMultipleScope();
        Assert.That(Numbers(edit.Staying), Is.EqualTo("1 2"));
        Assert.That(Told(edit.Moved), Is.EqualTo("3: 26.10 09:00, 4: 02.11 09:00, 5: 09.11 09:00"));
    }

    [Test]
    public void In_length_alone_moves_no_start()
    {
        var edit = SeriesEdits.Shift(Mondays, Id(1), SeriesReach.All, First, Duration.FromHours(3), Paris);

        using var all = Assert.EnterMultipleScope();
        Assert.That(edit.Moved.Select(moved => moved.To.Slot!.Start), Is.EqualTo(Mondays.Select(one => one.Slot.Start)));
        Assert.That(edit.Moved.Select(moved => moved.To.Slot!.Length), Has.All.EqualTo(Duration.FromHours(3)));
    }

    [Test]
    public void To_what_it_is_already_changes_nothing()
    {
        var edit = SeriesEdits.Shift(Mondays, Id(2), SeriesReach.All, First.PlusWeeks(1), TwoHours, Paris);

        using var all = Assert.EnterMultipleScope();
        Assert.That(Numbers(edit.Staying), Is.EqualTo("1 2 3 4 5"));
        Assert.That(edit.Moved, Is.Empty);
    }

    [Test]
    public void To_a_time_that_the_clock_skips_says_so_for_that_one()
    {
        SeriesReservation[] nights = [.. Enumerable.Range(0, 3).Select(day => Planned(day + 1, new LocalDateTime(2027, 3, 27, 4, 0).PlusDays(day)))];

        var edit = SeriesEdits.Shift(nights, Id(1), SeriesReach.All, new(2027, 3, 27, 2, 30), TwoHours, Paris);

        Assert.That(edit.Moved.Select(moved => moved.To.Obstacle), Is.EqualTo(new[]
        {
            OccurrenceObstacle.None, OccurrenceObstacle.SkippedByTheClock, OccurrenceObstacle.None,
        }));
    }

    [TestCase(SeriesReach.One, "1 2 4 5", "3")]
    [TestCase(SeriesReach.ThisAndFollowing, "1 2", "3 4 5")]
    [TestCase(SeriesReach.All, "1", "2 3 4 5")]
    public void By_cancelling_never_takes_what_began(SeriesReach reach, string staying, string cancelled)
    {
        var edit = SeriesEdits.Cancel([Mondays[0] with { IsSettled = true }, .. Mondays[1..]], Id(3), reach);

        using var all = Assert.EnterMultipleScope();
        Assert.That(Numbers(edit.Staying), Is.EqualTo(staying));
        Assert.That(Numbers(edit.Cancelled), Is.EqualTo(cancelled));
    }

    private static SeriesReservation Planned(int number, LocalDateTime start) =>
        new() { Id = Id(number), PlannedStart = start, Slot = SeriesPlan.SlotAt(start, TwoHours, Paris)! };

    private static ReservationId Id(int number) => new(new Guid(number, 0, 0, new byte[8]));

    private static int Number(ReservationId id) => BitConverter.ToInt32(id.Value.ToByteArray());

    private static string Numbers(IEnumerable<ReservationId> ids) => string.Join(' ', ids.Select(Number));

    private static string Told(IEnumerable<MovedOccurrence> moved) =>
        string.Join(", ", moved.Select(one => $"{Number(one.Id)}: {one.To.LocalStart:dd.MM HH:mm}"));
}
