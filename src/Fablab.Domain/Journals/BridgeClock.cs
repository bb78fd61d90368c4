namespace Fablab.Domain.Journals;

/// <summary>
/// One reading of a bridge's monotonic clock, the best that is known of one boot. The server's clock is the truth (RR-23): the
/// bridge's own wall clock may be days off or jump, its monotonic one only counts.
/// </summary>
/// <param name="MonotonicMilliseconds">What the bridge's clock read.</param>
/// <param name="At">When that was, by the server's clock; too late by as long as the message was on its way, never too early.</param>
public sealed record BridgeClock(long MonotonicMilliseconds, Instant At)
{
    /// <summary>
    /// How slow a bridge's clock may run: far beyond a quartz, and beyond the five percent that leases allow for, so that a message
    /// that took its usual time is never taken for a late one.
    /// </summary>
    private const long MostDriftPerMillion = 60_000;

    /// <summary>
    /// Every message that carries the bridge's clock is a reading of it. A message only ever comes late, so of two readings the
    /// one that says that the bridge's clock is further on is the better. A later one that says less is believed as far as the
    /// clock can have run slow in between; beyond that it was under way for long, as a hello that waited in the broker.
    /// </summary>
    /// <param name="known">The best reading of the same boot so far.</param>
    /// <param name="monotonicMilliseconds">What the clock read when the message was made.</param>
    /// <param name="now">When the message was taken.</param>
    public static BridgeClock Better(BridgeClock? known, long monotonicMilliseconds, Instant now)
    {
        if (known is null)
        {
            return new BridgeClock(monotonicMilliseconds, now);
        }

        var passed = monotonicMilliseconds - known.MonotonicMilliseconds;
        return passed >= 0 && now <= known.At + Duration.FromMilliseconds(SlowestLength(passed)) ? new BridgeClock(monotonicMilliseconds, now) : known;
    }

    /// <returns>When something stamped so happened, never later than now.</returns>
    public Instant HappenedAt(long monotonicMilliseconds, Instant now) =>
        Instant.Min(now, At + Duration.FromMilliseconds(monotonicMilliseconds - MonotonicMilliseconds));

    /// <summary>How long it may have been in truth while a slow clock counted this far.</summary>
    private static long SlowestLength(long counted) => (long)((Int128)counted * 1_000_000 / (1_000_000 - MostDriftPerMillion));
}
