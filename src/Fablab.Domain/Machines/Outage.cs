namespace Fablab.Domain.Machines;

/// <summary>A machine that cannot be used from now on.</summary>
/// <param name="Until">When it is expected to be back; <see langword="null"/> when nobody knows, as when that time came and it was not back.</param>
/// <param name="Reason">For everybody who looks at the machine.</param>
public sealed record Outage(Instant? Until, string? Reason)
{
    /// <summary>What begins then cannot be used.</summary>
    public bool Covers(Instant start) => !(Until <= start);

    /// <summary>Staff say when it is back; should it not be, nobody knows any more when it will.</summary>
    public static Outage? At(Instant now, bool isOutOfOrder, Instant? until, string? reason) => isOutOfOrder ? new Outage(until > now ? until : null, reason) : null;
}
