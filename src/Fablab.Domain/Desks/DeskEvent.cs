using Fablab.Domain.MachineJobs;
using Fablab.Domain.Members;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Desks;

/// <summary>Something that happens at a machine's desk: a person's wish, the passing of time, or a fact from the bridge's journal.</summary>
public abstract record DeskEvent
{
    private DeskEvent()
    {
    }

    /// <summary>A member wants to start. The id is for the session that this may open.</summary>
    public sealed record CheckIn(MemberId By, UsageSessionId NewSession) : DeskEvent;

    /// <summary>Time went by; handles everything that has become due. The id is for a session that may open unattended.</summary>
    public sealed record TimePassed(UsageSessionId NewSession) : DeskEvent;

    public sealed record ConfirmPresence(MemberId By) : DeskEvent;

    /// <summary>The member or a manager ends the use now; a running job is cancelled first.</summary>
    public sealed record End(MemberId By, bool AsManager) : DeskEvent;

    public sealed record WishJob(MemberId By, bool AsManager, JobIntent Intent) : DeskEvent;

    public sealed record SetOutOfOrder(bool IsOutOfOrder) : DeskEvent;

    /// <summary>Staff close a session whose bridge will not come back: what is known is all there is, and somebody must look at it.</summary>
    public sealed record GiveUpSession : DeskEvent;

    /// <summary>The bridge has applied a version that we have not given yet: this side was restored from a backup.</summary>
    public sealed record BridgeIsAhead(long AppliedVersion) : DeskEvent;

    /// <summary>The bridge armed the session.</summary>
    public sealed record SessionArmed(UsageSessionId Session, Instant At) : DeskEvent;

    public sealed record SessionMetered(UsageSessionId Session, MeterRead Read) : DeskEvent;

    public sealed record SessionClosed(UsageSessionId Session, Instant At, Duration Total, string Reason) : DeskEvent;

    public sealed record JobMoved(MachineJobId Job, Instant At, MachineJobState State, string? Reason) : DeskEvent;
}
