namespace Fablab.Domain.Reservations.Series;

/// <summary>
/// A wall-clock start that recurs. The wall time is kept when the clocks change, the length is time that passes: two hours stay
/// two hours. A time that the clock shows twice is the first of both.
/// </summary>
public sealed record SeriesPlan(LocalDateTime FirstStart, Duration Length, Recurrence Recurrence, SeriesEnd End)
{
    /// <summary>More would be a lab's timetable, not a member's series.</summary>
    public const int MostOccurrences = 400;

    /// <summary>A recurrence is followed no further, so that one which names the 30th of every February ends.</summary>
    public const int MostYears = 10;

    private const int LastYear = 9_900;

    private static readonly BookingRefused TooLong = new([new BookingProblem(
        "series-too-long", ProblemSeverity.Hard, new Dictionary<string, object> { ["mostOccurrences"] = MostOccurrences, ["mostYears"] = MostYears })]);

    private static readonly BookingRefused Empty = new([new BookingProblem("series-empty", ProblemSeverity.Hard, new Dictionary<string, object>())]);

    public Duration Length { get; } = Length > Duration.Zero ? Length : throw new ArgumentOutOfRangeException(nameof(Length), Length, "A booking takes time.");

    /// <returns>Every occurrence, those that cannot be with their reason; or why there are none or too many.</returns>
    public Result<IReadOnlyList<Occurrence>> Occurrences(DateTimeZone zone)
    {
        if (!TryGetDates(out var dates))
        {
            return TooLong;
        }

        if (dates.Count == 0)
        {
            return Empty;
        }

        var occurrences = new Occurrence[dates.Count];
        Instant? busyUntil = null;
        for (var i = 0; i < dates.Count; i++)
        {
            occurrences[i] = At(dates[i] + FirstStart.TimeOfDay, i + 1, zone, busyUntil);
            busyUntil = occurrences[i].CanBe ? occurrences[i].Slot!.End : busyUntil;
        }

        return occurrences;
    }

    /// <summary>The slot that begins when the site's clock first shows this time; <see langword="null"/> when it never does.</summary>
    public static TimeSlot? SlotAt(LocalDateTime localStart, Duration length, DateTimeZone zone)
    {
        var mapped = zone.MapLocal(localStart);
        if (mapped.Count == 0)
        {
            return null;
        }

        var start = mapped.First().ToInstant();
        return new TimeSlot(start, start + length);
    }

    private bool TryGetDates(out IReadOnlyList<LocalDate> dates)
    {
        dates = [];
        if (FirstStart.Year is < 1 or > LastYear)
        {
            return false;
        }

        // One more than may be and one day more than may be: whoever reaches either has too many.
        var (first, beyond) = (FirstStart.Date, FirstStart.Date.PlusYears(MostYears));
        var last = End is SeriesEnd.On on ? LocalDate.Min(on.LastDate, beyond) : beyond;
        var most = End is SeriesEnd.After after ? Math.Min(after.Count, MostOccurrences + 1) : MostOccurrences + 1;
        dates = Recurrence.Between(first, last).Take(most).ToList();
        var isShort = End is SeriesEnd.After && dates.Count < most && Recurrence is not Recurrence.OnDates;
        return dates.Count <= MostOccurrences && !isShort && (End is not SeriesEnd.On || last < beyond);
    }

    private Occurrence At(LocalDateTime localStart, int number, DateTimeZone zone, Instant? busyUntil)
    {
        var slot = SlotAt(localStart, Length, zone);
        var obstacle = slot switch
        {
            null => OccurrenceObstacle.SkippedByTheClock,
            _ when slot.Start < busyUntil => OccurrenceObstacle.OverlapsTheOneBefore,
            _ => OccurrenceObstacle.None,
        };
        return new Occurrence(number, localStart, slot, obstacle);
    }
}
