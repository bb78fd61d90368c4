namespace Fablab.Domain.Reservations.Finding;

/// <summary>How much of a pool is taken at a time, whoever sits on which unit.</summary>
public static class PoolLoad
{
    /// <summary>When as much is kept as there are units, so that no seating has room for more.</summary>
    /// <param name="units">Units in order.</param>
    /// <param name="kept">Of all bookings of the pool and of its units, in any order.</param>
    /// <returns>In order, apart from each other.</returns>
    public static IReadOnlyList<TimeSlot> Full(int units, IEnumerable<TimeSlot> kept)
    {
        if (units <= 0)
        {
            return [new TimeSlot(Instant.MinValue, Instant.MaxValue)];
        }

        // Half open: what ends makes room before what starts at the same instant.
        var borders = kept.SelectMany(slot => new[] { (At: slot.Start, Change: 1), (At: slot.End, Change: -1) }).OrderBy(border => border.At).ThenBy(border => border.Change);
        var (full, load, since) = (new List<TimeSlot>(), 0, (Instant?)null);
        foreach (var (at, change) in borders)
        {
            load += change;
            if (load >= units)
            {
                since ??= at;
            }
            else if (since is { } start)
            {
                if (at > start)
                {
                    Append(full, new TimeSlot(start, at));
                }

                since = null;
            }
        }

        return full;
    }

    /// <summary>What one booking ends and another begins is full without a break.</summary>
    private static void Append(List<TimeSlot> full, TimeSlot next)
    {
        if (full is [.., var last] && last.End == next.Start)
        {
            full[^1] = new TimeSlot(last.Start, next.End);
            return;
        }

        full.Add(next);
    }
}
