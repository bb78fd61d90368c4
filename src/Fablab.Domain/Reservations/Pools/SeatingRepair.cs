namespace Fablab.Domain.Reservations.Pools;

/// <summary>
/// Leaves everybody seated and finds places for the few that have none, moving others only where it must: first none, then one, then two…
/// So what it finds first moves the fewest.
/// </summary>
internal sealed class SeatingRepair
{
    /// <summary>With more than these to seat, the search from scratch is the better start.</summary>
    private const int MostUnseated = 12;

    private readonly SeatingProblem problem;
    private readonly int mostSteps;
    private readonly List<int>[] rows;
    private readonly int[] seats;
    private readonly bool[] isSettled;
    private readonly List<int> unseated = [];

    public SeatingRepair(SeatingProblem problem, int mostSteps)
    {
        (this.problem, this.mostSteps) = (problem, mostSteps);
        rows = [.. problem.Lines.Select(_ => new List<int>())];
        seats = new int[problem.Blocks.Length];
        isSettled = new bool[problem.Blocks.Length];
        AreFewest = true;
        SeatWhoSitsWell();
    }

    public IReadOnlyList<int> Seats => seats;

    public int Steps { get; private set; }

    /// <summary>Nobody had to be chosen to leave at the beginning, so the fewest moves of the repair are the fewest of all.</summary>
    public bool AreFewest { get; private set; }

    /// <returns>Whether all have a unit now. When not, nothing is proven.</returns>
    public bool Run()
    {
        var weight = problem.Blocks.Sum(block => block.Weight);
        for (var budget = 0; unseated.Count <= MostUnseated && budget <= weight && Steps < mostSteps; budget++)
        {
            if (Place(unseated, budget))
            {
                return true;
            }
        }

        return unseated.Count == 0;
    }

    private void SeatWhoSitsWell()
    {
        for (var i = 0; i < problem.Blocks.Length; i++)
        {
            var block = problem.Blocks[i];
            var row = block.Present == SeatingBlock.None ? null : rows[block.Present];
            var isInTheWay = row?.Count > 0 && problem.Blocks[row[^1]].Overlaps(block);
            AreFewest &= !isInTheWay && !block.IsSpread;
            if (row is null || isInTheWay || Array.IndexOf(block.Units, block.Present) < 0)
            {
                seats[i] = SeatingBlock.None;
                unseated.Add(i);
                continue;
            }

            row.Add(i);
            seats[i] = block.Present;
        }
    }

    private bool Place(List<int> waiting, int budget)
    {
        if (waiting.Count == 0)
        {
            return true;
        }

        var block = waiting[^1];
        foreach (var (unit, cost, inTheWay) in Options(block).Where(option => option.Cost <= budget).OrderBy(option => option.Cost))
        {
            if (++Steps > mostSteps)
            {
                return false;
            }

            inTheWay.ForEach(Unseat);
            SeatOn(unit, block);
            isSettled[block] = true;
            if (Place([.. waiting.SkipLast(1), .. inTheWay], budget - cost))
            {
                return true;
            }

            isSettled[block] = false;
            Unseat(block);
            inTheWay.ForEach(other => SeatOn(unit, other));
        }

        return false;
    }

    /// <summary>Where the block could go, and who would have to leave for it.</summary>
    private IEnumerable<(int Unit, int Cost, List<int> InTheWay)> Options(int block)
    {
        foreach (var unit in problem.Blocks[block].Units)
        {
            var inTheWay = new List<int>();
            for (var at = FirstEndingAfter(rows[unit], problem.Blocks[block].Start); at < rows[unit].Count; at++)
            {
                if (problem.Blocks[rows[unit][at]].Start >= problem.Blocks[block].End)
                {
                    break;
                }

                inTheWay.Add(rows[unit][at]);
            }

            if (!inTheWay.Exists(other => isSettled[other]))
            {
                yield return (unit, inTheWay.Sum(other => problem.Blocks[other].Weight), inTheWay);
            }
        }
    }

    private void SeatOn(int unit, int block)
    {
        rows[unit].Insert(FirstEndingAfter(rows[unit], problem.Blocks[block].Start), block);
        seats[block] = unit;
    }

    private void Unseat(int block)
    {
        rows[seats[block]].Remove(block);
        seats[block] = SeatingBlock.None;
    }

    private int FirstEndingAfter(List<int> row, Instant instant)
    {
        var (low, high) = (0, row.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = problem.Blocks[row[middle]].End > instant ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
