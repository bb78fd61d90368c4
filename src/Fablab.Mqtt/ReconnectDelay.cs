namespace Fablab.Mqtt;

/// <summary>
/// Full jitter: anything between the shortest wait and a bound that doubles with each failure, so that a hundred bridges
/// do not come back in step after the broker restarts.
/// </summary>
internal static class ReconnectDelay
{
    /// <param name="failures">Failures in a row, from 0.</param>
    /// <param name="random">From 0 inclusive to 1 exclusive.</param>
    public static TimeSpan Next(int failures, TimeSpan shortest, TimeSpan longest, double random)
    {
        // Beyond 2^16 the bound is long reached; without the cap the shift would overflow.
        var bound = Math.Min(longest.TotalMilliseconds, shortest.TotalMilliseconds * (1L << Math.Clamp(failures + 1, 1, 16)));
        var spread = Math.Max(0, bound - shortest.TotalMilliseconds);
        return shortest + TimeSpan.FromMilliseconds(spread * random);
    }
}
