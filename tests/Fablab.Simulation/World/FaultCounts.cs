namespace Fablab.Simulation.World;

/// <summary>How often each kind of fault was injected: a fault that never fires tests nothing.</summary>
internal sealed class FaultCounts
{
    private readonly SortedDictionary<string, long> counts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> ByKind => counts;

    public void Count(string kind, long times = 1) => counts[kind] = counts.GetValueOrDefault(kind) + times;

    public void Add(FaultCounts others)
    {
        foreach (var (kind, times) in others.counts)
        {
            Count(kind, times);
        }
    }
}
