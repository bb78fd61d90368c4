namespace Fablab.Domain.Reservations.Finding;

/// <summary>
/// The earliest times at which all steps of a sequence fit: the first begins as early as any solution has it, then the second, and so on.
/// All or nothing.
/// </summary>
public static class SequenceFit
{
    /// <summary>It looks no further than this many starts of the grid: a month of quarters of an hour.</summary>
    public const int MostStarts = 3_000;

    private const int None = -1;

    /// <returns>One part for each step; <see langword="null"/> when they do not fit together.</returns>
    public static IReadOnlyList<SequencePart>? Find(SequenceWish wish)
    {
        var starts = Starts(wish);
        var steps = wish.Steps;

        // From the last step back: at which starts is there a machine, and in time a start of the next step from which all goes on?
        var machine = new int[steps.Count][];
        var next = new int[steps.Count][];
        int[]? following = null;
        for (var step = steps.Count - 1; step >= 0; step--)
        {
            machine[step] = FreeMachines(steps[step], starts, wish.Window.End);
            next[step] = new int[starts.Count];
            for (var at = 0; at < starts.Count; at++)
            {
                next[step][at] = following is null ? at : Continuation(starts[at] + steps[step].Length, wish.MostGap, starts, following);
                if (next[step][at] == None)
                {
                    machine[step][at] = None;
                }
            }

            following = FirstUsableFrom(machine[step]);
        }

        return following is [var first, ..] && first != None ? Parts(wish, starts, machine, next, first) : null;
    }

    private static List<Instant> Starts(SequenceWish wish)
    {
        var starts = new List<Instant>();
        for (var at = wish.Grid.Next(wish.Window.Start); at < wish.Window.End && starts.Count < MostStarts; at = wish.Grid.Next(at + Duration.Epsilon))
        {
            starts.Add(at);
        }

        return starts;
    }

    /// <summary>For each start the first machine that is free for the step.</summary>
    private static int[] FreeMachines(SequenceStep step, List<Instant> starts, Instant windowEnd)
    {
        var free = new int[starts.Count];
        Array.Fill(free, None);
        for (var m = step.Machines.Count - 1; m >= 0; m--)
        {
            var machine = step.Machines[m];
            var ahead = 0;
            for (var at = 0; at < starts.Count && starts[at] + step.Length <= windowEnd; at++)
            {
                while (ahead < machine.Taken.Count && machine.Taken[ahead].End <= starts[at] - machine.SetUp)
                {
                    ahead++;
                }

                if (ahead == machine.Taken.Count || machine.Taken[ahead].Start >= starts[at] + step.Length + machine.CleanUp)
                {
                    free[at] = m;
                }
            }
        }

        return free;
    }

    /// <summary>The first start of the next step after this end that leads on, if it comes before the gap is too long.</summary>
    private static int Continuation(Instant end, Duration mostGap, List<Instant> starts, int[] usableFrom)
    {
        var at = starts.BinarySearch(end);
        at = at < 0 ? ~at : at;
        var usable = at < starts.Count ? usableFrom[at] : None;
        return usable != None && starts[usable] - end <= mostGap ? usable : None;
    }

    private static int[] FirstUsableFrom(int[] machines)
    {
        var first = new int[machines.Length];
        var usable = None;
        for (var at = machines.Length - 1; at >= 0; at--)
        {
            first[at] = usable = machines[at] == None ? usable : at;
        }

        return first;
    }

    private static List<SequencePart> Parts(SequenceWish wish, List<Instant> starts, int[][] machine, int[][] next, int at)
    {
        var parts = new List<SequencePart>();
        for (var step = 0; step < wish.Steps.Count; step++)
        {
            var chosen = wish.Steps[step].Machines[machine[step][at]];
            var slot = new TimeSlot(starts[at], starts[at] + wish.Steps[step].Length);
            var kept = new TimeSlot(slot.Start - chosen.SetUp, slot.End + chosen.CleanUp);

            // One person's steps on one machine need nothing in between.
            var i = parts.FindLastIndex(part => part.Machine == chosen.Machine && part.Kept.Overlaps(kept));
            if (i >= 0)
            {
                parts[i] = parts[i] with { Kept = parts[i].Kept.CutAt(slot.Start) };
                kept = kept.StartingAt(Instant.Max(kept.Start, parts[i].Kept.End));
            }

            parts.Add(new SequencePart(chosen.Machine, slot, kept));
            at = next[step][at];
        }

        return parts;
    }
}
