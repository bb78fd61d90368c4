namespace Fablab.Domain.Journals;

/// <summary>What is known of one boot of a bridge.</summary>
/// <param name="Mark">How far its records are committed.</param>
/// <param name="Bridge">Whose spool it is; the first to name a spool owns it.</param>
/// <param name="BootId">The boot that said hello for the epoch; <see langword="null"/> before it did.</param>
/// <param name="Clock">The best reading of its clock; <see langword="null"/> before the first.</param>
public sealed record SpoolEpoch(SpoolMark Mark, Guid Bridge, Guid? BootId, BridgeClock? Clock)
{
    public static SpoolEpoch Unheard(Guid spoolId, long epoch, Guid bridge) => new(new SpoolMark(spoolId, epoch, 0, null), bridge, null, null);

    public SpoolEpoch ReadClock(long monotonicMilliseconds, Instant now) => this with { Clock = BridgeClock.Better(Clock, monotonicMilliseconds, now) };
}
