using NodaTime;

namespace Fablab.Web.Hosting;

/// <summary>Now, cut to milliseconds once at the edge, so that both databases and JSON give back what was stored.</summary>
internal sealed class LabClock(TimeProvider time)
{
    public Instant Now => Instant.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
