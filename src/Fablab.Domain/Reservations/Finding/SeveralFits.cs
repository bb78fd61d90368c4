namespace Fablab.Domain.Reservations.Finding;

/// <summary>Several free slots that do not overlap and that the rules allow, the earliest first.</summary>
public static class SeveralFits
{
    /// <summary>So many starts are tried before a search is given up: five days of quarters of an hour, of which the rules allow none.</summary>
    public const int MostTried = 480;

    /// <param name="wish">What is looked for.</param>
    /// <param name="taken">What is kept for others, in order of its start.</param>
    /// <param name="notBefore">Allows a slot by <see langword="null"/>, else says from which instant on another might be allowed.</param>
    /// <param name="most">So many at most.</param>
    public static IReadOnlyList<Fit> Find(FitWish wish, IEnumerable<TimeSlot> taken, Func<Fit, Instant?> notBefore, int most)
    {
        var (found, tried, earliest) = (new List<Fit>(), 0, Instant.MinValue);
        foreach (var (first, end) in EarliestFit.Rooms(wish, taken))
        {
            var start = Next(first);
            while (start <= wish.LatestStart && start < end && end - start >= wish.Length)
            {
                var fit = Fit.Of(start, wish.Length, wish);
                if (notBefore(fit) is { } later)
                {
                    earliest = Instant.Max(later, start + Duration.Epsilon);
                }
                else
                {
                    found.Add(fit);
                    earliest = fit.Slot.End;
                }

                if (found.Count == most || ++tried == MostTried || earliest >= wish.Window.End)
                {
                    return found;
                }

                start = Next(earliest);
            }
        }

        return found;

        Instant Next(Instant from) => from >= earliest ? wish.Grid.Next(from) : wish.Grid.Next(earliest);
    }

    /// <summary>The last slot that is free and allowed, of a window that is not long.</summary>
    public static Fit? FindLast(FitWish wish, IEnumerable<TimeSlot> taken, Func<Fit, bool> isAllowed)
    {
        var starts = new List<Instant>();
        foreach (var (first, end) in EarliestFit.Rooms(wish, taken))
        {
            for (var at = first; at <= wish.LatestStart && end - at >= wish.Length && starts.Count < MostTried; at = wish.Grid.Next(at + Duration.Epsilon))
            {
                starts.Add(at);
            }
        }

        starts.Reverse();
        return starts.Select(at => Fit.Of(at, wish.Length, wish)).FirstOrDefault(isAllowed);
    }
}
