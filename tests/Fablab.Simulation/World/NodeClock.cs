namespace Fablab.Simulation.World;

/// <summary>
/// The clocks of one computer: a monotonic one that runs a little fast or slow for ever, and a wall clock that is off and jumps.
/// Whole numbers only, so that no processor rounds differently.
/// </summary>
internal sealed class NodeClock(VirtualWorld world, long driftPerMillion, long monotonicStart, long wallOffset = 0)
{
    /// <summary>How far the wall clock is from the truth, in milliseconds.</summary>
    public long WallOffset { get; private set; } = wallOffset;

    public long DriftPerMillion => driftPerMillion;

    public long MonotonicMilliseconds => MonotonicAt(world.Milliseconds);

    public DateTimeOffset Wall => (world.Now + Duration.FromMilliseconds(WallOffset)).ToDateTimeOffset();

    public long MonotonicAt(long trueMilliseconds) => monotonicStart + trueMilliseconds + (trueMilliseconds * driftPerMillion / 1_000_000);

    /// <summary>When the monotonic clock showed this, to a few milliseconds.</summary>
    public long TrueAt(long monotonicMilliseconds) =>
        (long)((Int128)(monotonicMilliseconds - monotonicStart) * 1_000_000 / (1_000_000 + driftPerMillion));

    /// <summary>True milliseconds until the monotonic clock has moved on by this much.</summary>
    public static long TrueDelay(long monotonicDelay, long driftPerMillion) => (monotonicDelay * 1_000_000 / (1_000_000 + driftPerMillion)) + 1;

    public void Jump(long milliseconds) => WallOffset += milliseconds;
}
