using Fablab.Simulation.Server;
using Fablab.Simulation.World;

namespace Fablab.Simulation.Invariants;

/// <summary>
/// I21, the dates: a record is dated when it happened, give or take what clocks drift, and never later than the fastest message of
/// its boot was late. Works with the true clocks, which no server has.
/// </summary>
internal sealed class ClockWatch(VirtualWorld world)
{
    private const long Rounding = 1_000;

    /// <summary>Clocks drift by up to five percent, to either side.</summary>
    private const long DriftPercent = 6;

    private readonly Dictionary<(Guid Spool, long Epoch), BootTruth> boots = [];

    public void Booted(Guid spool, long epoch, NodeClock clock) => boots[(spool, epoch)] = new BootTruth(clock);

    public void Committed(ServerTransaction transaction)
    {
        foreach (var (spool, epoch, monotonic) in transaction.ReadClocks)
        {
            boots[(spool, epoch)].Read(monotonic, world.Milliseconds);
        }

        foreach (var key in transaction.WrittenRecords)
        {
            Check(key, transaction.State.Journal[key]);
        }
    }

    private void Check((Guid Spool, long Epoch, long Sequence) key, JournalRow row)
    {
        var boot = boots[(key.Spool, key.Epoch)];
        var truth = boot.Clock.TrueAt(row.Content.MonotonicMilliseconds);
        var late = (long)(row.At - VirtualWorld.Start).TotalMilliseconds - truth;
        if (late > boot.MostLate(truth) + Rounding || row.At > world.Now)
        {
            throw new InvariantBrokenException("I21", $"record {key.Epoch}/{key.Sequence} is dated {late} ms late, the fastest message was {boot.MostLate(truth)} ms late");
        }

        if (late < -(boot.MostEarly(truth) + Rounding))
        {
            throw new InvariantBrokenException("I21", $"record {key.Epoch}/{key.Sequence} is dated {-late} ms early");
        }
    }

    /// <summary>One boot of a bridge, and how late its messages were.</summary>
    private sealed class BootTruth(NodeClock clock)
    {
        private long firstMade = long.MaxValue;
        private long bestMade;
        private long bestDelay = long.MaxValue / 4;

        public NodeClock Clock { get; } = clock;

        public void Read(long monotonic, long now)
        {
            var made = Clock.TrueAt(monotonic);
            firstMade = Math.Min(firstMade, made);
            if (made >= bestMade)
            {
                (bestMade, bestDelay) = (made, Math.Min(now - made, MostLate(made)));
            }
        }

        /// <summary>How late the fastest message says that this was, with twice the drift: the clock's, and the one that was allowed for.</summary>
        public long MostLate(long made) => bestDelay + (Math.Abs(made - bestMade) * 2 * DriftPercent / 100);

        public long MostEarly(long made) => Math.Max(Math.Abs(made - firstMade), Math.Abs(made - bestMade)) * DriftPercent / 100;
    }
}
