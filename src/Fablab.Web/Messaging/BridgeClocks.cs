using System.Collections.Concurrent;
using NodaTime;

namespace Fablab.Web.Messaging;

/// <summary>
/// How far each bridge's wall clock was off at its last hello. The server's clock is the truth (RR-23): instants in records
/// are corrected by it and never lie in the future. Durations need no correction, they come from a monotonic clock.
/// </summary>
internal sealed class BridgeClocks
{
    /// <summary>Less than this is the wire's delay, not a wrong clock.</summary>
    public static readonly Duration Tolerance = Duration.FromSeconds(2);

    private readonly ConcurrentDictionary<Guid, Duration> skews = new();

    /// <param name="skew">The bridge's clock minus ours.</param>
    public void Measured(Guid bridge, Duration skew) => skews[bridge] = skew;

    public static bool IsOff(Duration skew) => skew > Tolerance || skew < -Tolerance;

    public Instant Corrected(Guid bridge, Instant at, Instant now)
    {
        var skew = skews.GetValueOrDefault(bridge);
        return Instant.Min(IsOff(skew) ? at - skew : at, now);
    }
}
