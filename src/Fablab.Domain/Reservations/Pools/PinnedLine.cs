namespace Fablab.Domain.Reservations.Pools;

/// <summary>The pinned time of one unit, in order and merged where it overlaps or touches.</summary>
internal sealed class PinnedLine
{
    private readonly List<(Instant Start, Instant End)> pins = [];

    public PinnedLine(IEnumerable<TimeSlot> times)
    {
        foreach (var time in times.OrderBy(time => time.Start))
        {
            if (pins.Count > 0 && time.Start <= pins[^1].End)
            {
                pins[^1] = (pins[^1].Start, Instant.Max(pins[^1].End, time.End));
            }
            else
            {
                pins.Add((time.Start, time.End));
            }
        }
    }

    public IReadOnlyList<(Instant Start, Instant End)> Pins => pins;

    public bool IsFree(Instant start, Instant end)
    {
        var next = FirstEndingAfter(start);
        return next == pins.Count || pins[next].Start >= end;
    }

    /// <summary>When the next pinned time begins; the end of time when none does.</summary>
    public Instant NextStart(Instant from)
    {
        var next = FirstEndingAfter(from);
        return next == pins.Count ? Instant.MaxValue : pins[next].Start;
    }

    /// <summary>From then on, no booking could tell the two units apart.</summary>
    public bool IsLike(PinnedLine other, Instant from)
    {
        var (mine, theirs) = (FirstEndingAfter(from), other.FirstEndingAfter(from));
        if (pins.Count - mine != other.pins.Count - theirs)
        {
            return false;
        }

        for (; mine < pins.Count; mine++, theirs++)
        {
            if (pins[mine] != other.pins[theirs])
            {
                return false;
            }
        }

        return true;
    }

    private int FirstEndingAfter(Instant instant)
    {
        var (low, high) = (0, pins.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = pins[middle].End > instant ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
