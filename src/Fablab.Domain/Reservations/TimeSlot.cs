namespace Fablab.Domain.Reservations;

/// <summary>
/// A stretch of machine time. The start belongs to it and the end does not,
/// so 09:00–10:00 and 10:00–11:00 touch without clashing.
/// </summary>
public sealed record TimeSlot
{
    /// <exception cref="ArgumentOutOfRangeException">The slot would be empty or run backwards.</exception>
    public TimeSlot(Instant start, Instant end)
    {
        // An empty slot overlaps nothing and would slip past every conflict check.
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(end, start);
        (Start, End) = (start, end);
    }

    public Instant Start { get; }

    public Instant End { get; }

    public Duration Length => End - Start;

    public bool Overlaps(TimeSlot other) => Start < other.End && other.Start < End;

    public bool Contains(Instant instant) => Start <= instant && instant < End;

    /// <summary>The same slot ending earlier; an end at or before the start leaves the shortest slot there is, one millisecond.</summary>
    public TimeSlot CutAt(Instant end) => end >= End ? this : new(Start, Instant.Max(end, Start + Shortest));

    public TimeSlot StartingAt(Instant start) => new(start, End);

    /// <summary>What is left of it beside others.</summary>
    /// <param name="taken">In order of their start.</param>
    public IEnumerable<TimeSlot> Without(IEnumerable<TimeSlot> taken)
    {
        var from = Start;
        foreach (var slot in taken)
        {
            if (Instant.Min(slot.Start, End) is var until && until > from)
            {
                yield return new TimeSlot(from, until);
            }

            from = Instant.Max(from, slot.End);
        }

        if (from < End)
        {
            yield return new TimeSlot(from, End);
        }
    }

    /// <summary>ISO 8601 interval in UTC: <c>2026-03-29T07:00:00Z/2026-03-29T08:30:00Z</c>.</summary>
    public override string ToString() => $"{Start}/{End}";

    private static readonly Duration Shortest = Duration.FromMilliseconds(1);
}
