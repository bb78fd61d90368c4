namespace Fablab.Domain.Journals;

/// <summary>
/// One reading of a bridge's monotonic clock, taken at its hello. The server's clock is the truth (RR-23): the bridge's own
/// wall clock may be days off or jump, its monotonic one only counts.
/// </summary>
/// <param name="MonotonicMilliseconds">What the bridge's clock read.</param>
/// <param name="At">When that was, by the server's clock.</param>
public sealed record BridgeClock(long MonotonicMilliseconds, Instant At)
{
    /// <returns>When something stamped so happened, never later than now.</returns>
    public Instant HappenedAt(long monotonicMilliseconds, Instant now) =>
        Instant.Min(now, At + Duration.FromMilliseconds(monotonicMilliseconds - MonotonicMilliseconds));
}
