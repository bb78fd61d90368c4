namespace Fablab.Bridge.Drivers.Shared;

internal static class Backoff
{
    /// <summary>Doubles up to the limit; half of it is jitter, so that many bridges do not knock at once.</summary>
    /// <param name="failures">In a row, 1 for the first.</param>
    public static TimeSpan Pause(int failures, TimeSpan first, TimeSpan limit)
    {
        var pause = first * Math.Pow(2, Math.Min(failures, 20) - 1);
        var bounded = pause < limit ? pause : limit;
        return bounded * (0.5 + (Random.Shared.NextDouble() / 2));
    }
}
