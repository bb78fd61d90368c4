using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Desks;

/// <summary>A bridge's wish to energise or start.</summary>
public sealed record LeaseWish(UsageSessionId Session, long Generation, MachineJobId? Job);

/// <summary>What the bridge may do, from the moment it asked.</summary>
/// <param name="Ttl">How long; zero when refused.</param>
/// <param name="Job">The job that may be started under it.</param>
/// <param name="Run">How long that job may then run without further leases; zero where leases must go on.</param>
/// <param name="Refusal">Stable code when refused.</param>
public sealed record LeaseDecision(Duration Ttl, MachineJobId? Job, Duration Run, string? Refusal)
{
    public bool IsGranted => Refusal is null;

    public static LeaseDecision No(string refusal) => new(Duration.Zero, null, Duration.Zero, refusal);
}

/// <summary>Grants and refuses leases: by a person whose authorisation is valid at that instant, within the slot, who is there.</summary>
public static class LeaseRules
{
    /// <summary>15 s, renewed every 5 s; source of the figures: the lease classes in <c>docs/protocol.md</c>.</summary>
    public static readonly Duration ShortTtl = Duration.FromSeconds(15);

    public static readonly Duration LongTtl = Duration.FromMinutes(10);

    private static readonly Duration RunAllowance = Duration.FromMinutes(30);

    /// <returns>The answer and, when it is the session's first grant, the desk that remembers it and must be saved before the answer leaves.</returns>
    public static (LeaseDecision Decision, MachineDesk Desk) Answer(MachineDesk desk, LeaseWish wish, Instant now)
    {
        var decision = Decide(desk, wish, now);
        if (!decision.IsGranted || desk.Session!.FirstLeaseAt is not null)
        {
            return (decision, desk);
        }

        return (decision, desk with { Session = desk.Session with { FirstLeaseAt = now } });
    }

    private static LeaseDecision Decide(MachineDesk desk, LeaseWish wish, Instant now)
    {
        if (desk.Session is not { State: UsageSessionState.Authorised or UsageSessionState.Armed } session || session.Id != wish.Session)
        {
            return LeaseDecision.No("no-session");
        }

        if (session.Generation != wish.Generation)
        {
            return LeaseDecision.No("old-generation");
        }

        if (desk.IsOutOfOrder && !desk.JobMustFinish)
        {
            return LeaseDecision.No("out-of-order");
        }

        if (!desk.IsAuthorised)
        {
            return LeaseDecision.No("not-authorised");
        }

        return desk.Policy.HazardClass switch
        {
            HazardClass.H => DecideHazard(desk, session, wish, now),
            HazardClass.R => Granted(desk, wish, ShortTtl),
            _ => Granted(desk, wish, LongTtl),
        };
    }

    private static LeaseDecision DecideHazard(MachineDesk desk, UsageSession session, LeaseWish wish, Instant now)
    {
        if (desk.Current is not { } reservation || now >= reservation.Slot.End)
        {
            return LeaseDecision.No("slot-ended");
        }

        var presenceEnds = session.PresenceConfirmedAt + desk.Policy.PresenceLimit;
        return now >= presenceEnds
            ? LeaseDecision.No("presence-needed")
            : Granted(desk, wish, Duration.Min(ShortTtl, Instant.Min(reservation.Slot.End, presenceEnds) - now));
    }

    private static LeaseDecision Granted(MachineDesk desk, LeaseWish wish, Duration ttl)
    {
        var mayRun = desk.Job is { IsOver: false, Intent: not JobIntent.Cancel } job && wish.Job == job.Id;
        if (!mayRun)
        {
            return new LeaseDecision(ttl, null, Duration.Zero, null);
        }

        var run = desk.Policy.HazardClass is HazardClass.R ? RunLease(desk) : Duration.Zero;
        return new LeaseDecision(ttl, wish.Job, run, null);
    }

    private static Duration RunLease(MachineDesk desk) => desk.Job!.Estimate is { } estimate
        ? Duration.Min((estimate * 1.5) + RunAllowance, desk.Policy.RunLeaseCap)
        : desk.Policy.RunLeaseCap;
}
