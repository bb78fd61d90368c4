using NodaTime;

namespace Fablab.Web.Hosting;

/// <summary>Now, cut to milliseconds once at the edge, so that both databases and JSON give back what was stored.</summary>
internal sealed class LabClock(TimeProvider time)
{
    private static readonly Instant Earliest = Instant.FromUtc(2000, 1, 1, 0, 0);
    private static readonly Instant Latest = Instant.FromUtc(2200, 1, 1, 0, 0);

    public Instant Now => Instant.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Instants far away are typing mistakes, and arithmetic on them overflows.</summary>
    public static bool IsPlausible(Instant instant) => instant >= Earliest && instant < Latest;
}
