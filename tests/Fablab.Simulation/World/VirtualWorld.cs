namespace Fablab.Simulation.World;

/// <summary>
/// One thread, one clock, one seed: events in the order of (time, order of planning). Nothing in the simulation reads a real
/// clock, so a day takes a second and happens the same way every time.
/// </summary>
internal sealed class VirtualWorld(ulong seed, bool isVerbose)
{
    /// <summary>The evening before a clock change in Europe, because local dates matter to charges.</summary>
    public static readonly Instant Start = Instant.FromUtc(2026, 3, 28, 18, 0);

    private readonly PriorityQueue<Action, (long Time, long Order)> queue = new();
    private long order;

    public ulong Seed { get; } = seed;

    public SimulationRandom Random { get; } = new(seed);

    public Trace Trace { get; } = new(isVerbose);

    public FaultCounts Faults { get; } = new();

    /// <summary>False when the last part of the run begins, in which everything must come to rest.</summary>
    public bool FaultsAreOn { get; set; } = true;

    /// <summary>True time since the start of the run.</summary>
    public long Milliseconds { get; private set; }

    public Instant Now => Start + Duration.FromMilliseconds(Milliseconds);

    public long Steps { get; private set; }

    public void After(long milliseconds, Action act) => queue.Enqueue(act, (Milliseconds + Math.Max(0, milliseconds), order++));

    public void At(Instant when, Action act) => After((long)(when - Now).TotalMilliseconds, act);

    public void RunUntil(long milliseconds)
    {
        while (queue.TryPeek(out var act, out var next) && next.Time <= milliseconds)
        {
            queue.Dequeue();
            Milliseconds = next.Time;
            Steps++;
            act();
        }

        Milliseconds = milliseconds;
    }

    public void Note(string who, string what) => Trace.Add(Milliseconds, who, what);

    public void Fault(string kind, string who)
    {
        Faults.Count(kind);
        Note("fault", $"{kind} at {who}");
    }
}
