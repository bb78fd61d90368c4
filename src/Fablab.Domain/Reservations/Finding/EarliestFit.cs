namespace Fablab.Domain.Reservations.Finding;

/// <summary>What is looked for on one machine.</summary>
public sealed record FitWish
{
    /// <summary>The slot lies in it; set-up and clean-up may stand out.</summary>
    public required TimeSlot Window { get; init; }

    public required Duration Length { get; init; }

    public Duration SetUp { get; init; }

    public Duration CleanUp { get; init; }

    public required StartGrid Grid { get; init; }

    public Instant LatestStart { get; init; } = Instant.MaxValue;
}

/// <summary>A slot that is free, with what is kept around it.</summary>
public sealed record Fit(TimeSlot Slot, TimeSlot Kept)
{
    internal static Fit Of(Instant start, Duration length, FitWish wish) =>
        new(new TimeSlot(start, start + length), new TimeSlot(start - wish.SetUp, start + length + wish.CleanUp));
}

/// <summary>The earliest slot between those that are taken.</summary>
public static class EarliestFit
{
    /// <param name="wish">What is looked for.</param>
    /// <param name="taken">What is kept for others, in order of its start.</param>
    /// <returns><see langword="null"/> when nothing fits.</returns>
    public static Fit? Find(FitWish wish, IEnumerable<TimeSlot> taken)
    {
        foreach (var (start, end) in Rooms(wish, taken))
        {
            if (end - start >= wish.Length)
            {
                return Fit.Of(start, wish.Length, wish);
            }
        }

        return null;
    }

    /// <summary>The longest slot that fits, in whole steps, from the minimum up to the wished length; the earlier of equals.</summary>
    public static Fit? FindLongest(FitWish wish, Duration minimum, Duration step, IEnumerable<TimeSlot> taken)
    {
        Fit? best = null;
        foreach (var (start, end) in Rooms(wish, taken))
        {
            var length = end - start >= wish.Length ? wish.Length : step * Math.Floor((end - start) / step);
            if (length >= minimum && length > (best?.Slot.Length ?? Duration.Zero))
            {
                best = Fit.Of(start, length, wish);
            }
        }

        return best;
    }

    /// <summary>From the first start on the grid to the last end, in each gap.</summary>
    internal static IEnumerable<(Instant Start, Instant End)> Rooms(FitWish wish, IEnumerable<TimeSlot> taken)
    {
        var free = Instant.MinValue;
        foreach (var slot in taken)
        {
            if (slot.Start > free && RoomIn(free, slot.Start, wish) is { } room)
            {
                yield return room;
            }

            free = Instant.Max(free, slot.End);
            if (free >= wish.Window.End || free > wish.LatestStart)
            {
                yield break;
            }
        }

        if (RoomIn(free, Instant.MaxValue, wish) is { } last)
        {
            yield return last;
        }
    }

    private static (Instant Start, Instant End)? RoomIn(Instant from, Instant until, FitWish wish)
    {
        var end = Instant.Min(until - wish.CleanUp, wish.Window.End);
        var earliest = Instant.Max(from + wish.SetUp, wish.Window.Start);
        if (earliest >= end)
        {
            return null;
        }

        var start = wish.Grid.Next(earliest);
        return start < end && start <= wish.LatestStart ? (start, end) : null;
    }
}
