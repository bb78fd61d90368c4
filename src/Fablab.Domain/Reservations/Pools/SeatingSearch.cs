namespace Fablab.Domain.Reservations.Pools;

/// <summary>
/// Seats block after block in order of time. At a dead end it jumps back to the latest block that has to do with it, not just to
/// the one before (conflict-directed backjumping), and tries only one of several units that are alike from then on.
/// </summary>
internal sealed class SeatingSearch
{
    private readonly SeatingProblem problem;
    private readonly int mostSteps;
    private readonly int[] lastOn;
    private readonly int[] before;
    private readonly int[] seats;
    private readonly int[][] options;
    private readonly int[] tried;
    private readonly HashSet<int>?[] blame;
    private readonly List<SeatingBlock>[] sitting;
    private readonly bool isPlain;

    public SeatingSearch(SeatingProblem problem, int mostSteps)
    {
        (this.problem, this.mostSteps) = (problem, mostSteps);
        var count = problem.Blocks.Length;
        lastOn = [.. problem.Lines.Select(_ => SeatingBlock.None)];
        (before, seats, tried) = (new int[count], new int[count], new int[count]);
        (options, blame) = (new int[count][], new HashSet<int>?[count]);
        sitting = [.. problem.Lines.Select(_ => new List<SeatingBlock>())];
        foreach (var block in problem.Blocks.Where(block => block.Present != SeatingBlock.None))
        {
            sitting[block.Present].Add(block);
        }

        isPlain = Array.TrueForAll(sitting, row => row.Count == 0) && Array.TrueForAll(problem.Lines, line => line.Pins.Count == 0);
    }

    public IReadOnlyList<int> Seats => seats;

    /// <returns>Whether there is a seating; <see langword="null"/> when the bound was reached before that was known.</returns>
    public bool? Run()
    {
        // The first seat of everybody is no search: the bound counts what is tried again.
        var left = (long)mostSteps + problem.Blocks.Length;
        var i = 0;
        Enter(i);
        while (i < problem.Blocks.Length)
        {
            if (--left < 0)
            {
                return null;
            }

            if (TrySeat(i))
            {
                Enter(++i);
                continue;
            }

            var blamed = Blame(i);
            if (blamed.Count == 0)
            {
                return false;
            }

            var back = blamed.Max();
            blamed.Remove(back);
            (blame[back] ??= []).UnionWith(blamed);
            while (i > back)
            {
                Leave(--i);
            }
        }

        return true;
    }

    private void Enter(int i)
    {
        if (i < problem.Blocks.Length)
        {
            options[i] ??= InOrderOfLiking(problem.Blocks[i]);
            (tried[i], blame[i]) = (0, null);
        }
    }

    private bool TrySeat(int i)
    {
        while (tried[i] < options[i].Length)
        {
            var unit = options[i][tried[i]++];
            if (IsFree(unit, i) && !WasLikeTriedBefore(unit, i))
            {
                (before[i], lastOn[unit], seats[i]) = (lastOn[unit], i, unit);
                return true;
            }
        }

        return false;
    }

    private void Leave(int i) => lastOn[seats[i]] = before[i];

    /// <summary>Blocks come in order of their start, so only the last one on a unit can be in the way.</summary>
    private bool IsFree(int unit, int i) => lastOn[unit] == SeatingBlock.None || problem.Blocks[lastOn[unit]].End <= problem.Blocks[i].Start;

    private bool WasLikeTriedBefore(int unit, int i)
    {
        for (var at = 0; at < tried[i] - 1; at++)
        {
            var other = options[i][at];
            if (IsFree(other, i) && problem.Lines[other].IsLike(problem.Lines[unit], problem.Blocks[i].Start))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The earlier blocks but for which this one would have a unit.</summary>
    private HashSet<int> Blame(int i)
    {
        var blamed = blame[i] ?? [];
        blamed.UnionWith(options[i].Where(unit => !IsFree(unit, i)).Select(unit => lastOn[unit]));
        return blamed;
    }

    /// <summary>
    /// First where it sits; then where it is in the way of the fewest who sit there; then where the time until the next pinned one
    /// is shortest, so that long gaps stay whole for long bookings.
    /// </summary>
    private int[] InOrderOfLiking(SeatingBlock block)
    {
        if (isPlain)
        {
            return block.Units;
        }

        var liking = Array.ConvertAll(block.Units, unit => unit == block.Present
            ? (-1, Instant.MinValue, unit)
            : (SittingInTheWay(unit, block), problem.Lines[unit].NextStart(block.End), unit));
        Array.Sort(liking);
        return Array.ConvertAll(liking, option => option.unit);
    }

    private int SittingInTheWay(int unit, SeatingBlock block)
    {
        var row = sitting[unit];
        var (low, high) = (0, row.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = row[middle].Start >= block.Start ? (low, middle) : (middle + 1, high);
        }

        var count = 0;
        while (low + count < row.Count && row[low + count].Start < block.End)
        {
            count++;
        }

        return count;
    }
}
