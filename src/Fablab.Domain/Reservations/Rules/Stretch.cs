namespace Fablab.Domain.Reservations.Rules;

/// <summary>Half-open like a slot but without its cost, and empty when need be: many are looked at for one booking.</summary>
internal readonly record struct Stretch(Instant Start, Instant End)
{
    public Duration Length => End > Start ? End - Start : Duration.Zero;

    public static Stretch Of(TimeSlot slot) => new(slot.Start, slot.End);

    public bool Overlaps(Stretch other) => Start < other.End && other.Start < End;

    /// <summary>The part within the other, or <see langword="null"/> when there is none.</summary>
    public Stretch? Cut(Stretch other)
    {
        var (start, end) = (Instant.Max(Start, other.Start), Instant.Min(End, other.End));
        return start < end ? new Stretch(start, end) : null;
    }
}

/// <summary>Lists of stretches that are in order and do not overlap.</summary>
internal static class Stretches
{
    public static void Merge(List<Stretch> stretches)
    {
        stretches.Sort(static (left, right) => left.Start.CompareTo(right.Start));
        var kept = 0;
        for (var i = 1; i < stretches.Count; i++)
        {
            if (stretches[i].Start <= stretches[kept].End)
            {
                stretches[kept] = new Stretch(stretches[kept].Start, Instant.Max(stretches[kept].End, stretches[i].End));
            }
            else
            {
                stretches[++kept] = stretches[i];
            }
        }

        if (stretches.Count > 0)
        {
            stretches.RemoveRange(kept + 1, stretches.Count - kept - 1);
        }
    }

    /// <summary>Adds the parts of one stretch that lie in none of the others.</summary>
    public static void AddOutside(Stretch whole, List<Stretch> others, List<Stretch> into)
    {
        var from = whole.Start;
        foreach (var other in others)
        {
            if (!whole.Overlaps(other))
            {
                continue;
            }

            if (other.Start > from)
            {
                into.Add(new Stretch(from, other.Start));
            }

            from = Instant.Max(from, other.End);
        }

        if (from < whole.End)
        {
            into.Add(new Stretch(from, whole.End));
        }
    }

    public static Duration Total(List<Stretch> stretches)
    {
        var total = Duration.Zero;
        foreach (var stretch in stretches)
        {
            total += stretch.Length;
        }

        return total;
    }

    public static bool Cover(List<Stretch> stretches, Stretch whole)
    {
        foreach (var stretch in stretches)
        {
            if (stretch.Start <= whole.Start && whole.End <= stretch.End)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Windows of the wall clock as stretches of time.</summary>
internal static class WindowStretches
{
    /// <summary>Adds what of the windows that begin on these dates meets the time looked at.</summary>
    public static void AddTo(this WeeklyWindows windows, List<Stretch> stretches, LocalDate first, LocalDate last, Stretch within, DateTimeZone zone)
    {
        for (var date = first; date <= last; date = date.PlusDays(1))
        {
            stretches.Add(windows.BeginningOn(date), date, within, zone);
        }
    }

    public static void Add(this List<Stretch> stretches, IReadOnlyList<DailyWindow> windows, LocalDate date, Stretch within, DateTimeZone zone)
    {
        for (var i = 0; i < windows.Count; i++)
        {
            if (windows[i].On(date, zone) is { } time && new Stretch(time.Start, time.End).Cut(within) is { } stretch)
            {
                stretches.Add(stretch);
            }
        }
    }

    /// <summary>The windows within a stretch of time, merged and in order; a window that began the day before counts.</summary>
    public static List<Stretch> Within(this WeeklyWindows windows, Stretch within, DateTimeZone zone)
    {
        List<Stretch> stretches = [];
        windows.AddTo(stretches, WallClock.DateOf(within.Start, zone).PlusDays(-1), WallClock.DateOf(within.End, zone), within, zone);
        Stretches.Merge(stretches);
        return stretches;
    }
}
