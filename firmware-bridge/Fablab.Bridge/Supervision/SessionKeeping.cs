using Fablab.Bridge.Drivers;
using Fablab.Contracts;

namespace Fablab.Bridge.Supervision;

/// <summary>From the desired twin to a session that is opened, armed, and closed only when the machine is safe.</summary>
internal static class SessionKeeping
{
    /// <summary>Applies a twin only above the highest version ever applied. The same version with other content is a conflict a manager must see.</summary>
    public static void TakeIn(SupervisorStep step, DesiredTwin twin)
    {
        var memory = step.Memory;
        var highest = memory.Desired?.Version ?? 0;
        if (twin.Machine != step.Setup.Machine || twin.Version < highest)
        {
            return;
        }

        if (twin.Version > highest)
        {
            step.Memory = memory with { Desired = twin };
        }
        else if (memory.Desired is not null && twin != memory.Desired && memory.ConflictingVersion != twin.Version)
        {
            step.Memory = memory with { ConflictingVersion = twin.Version };
            step.RecordSafety("desired-conflict", $"version {twin.Version} came with two contents");
        }
    }

    public static void FollowDesired(SupervisorStep step)
    {
        if (step.Session is null)
        {
            Open(step);
        }
        else if (!step.State.IsSessionWanted && !(step.Setup.MayFinishAlone && step.State.RunUnderWay is not null))
        {
            step.BeginClosing("ended");
        }
    }

    /// <summary>Armed means that a lease is held and, where there is an interlock, that its relay was read back closed.</summary>
    public static void Arm(SupervisorStep step)
    {
        if (step.Session is { WasArmed: false, ClosingReason: null } session && step.State.IsSessionWanted && step.IsLeaseLive
            && (!step.Setup.HasInterlock || step.State.Relay is { State: InterlockState.Unlocked, Asked: InterlockState.Unlocked }))
        {
            step.Session = session with { WasArmed = true };
            step.Record(Turned(session, SessionTurn.Armed, null));
        }
    }

    /// <summary>The last word of a session: the relay was read open, no job of ours is under way, every slice is written.</summary>
    public static void CloseWhenSafe(SupervisorStep step)
    {
        if (step.Session is not { ClosingReason: { } reason } || step.State.RunUnderWay is not null || !StopKeeping.IsSafe(step))
        {
            return;
        }

        Metering.CloseSlice(step);
        var session = step.Session;
        step.Record(Turned(session, SessionTurn.Closed, reason));
        step.Memory = step.Memory with { Session = null, ClosedGeneration = Math.Max(step.Memory.ClosedGeneration, session.Generation) };
        if (session.Job is { } job)
        {
            JobDelivering.Abandon(step, job);
        }

        step.State = step.State with
        {
            Leasing = new LeaseView { Counter = step.State.Leasing.Counter },
            Delivery = null,
            Stop = null,
            RunLeaseEndsAt = null,
            IsRunLeaseOverTold = false,
            IsRecovering = false,
        };
    }

    private static void Open(SupervisorStep step)
    {
        if (step.State.Target is { } wanted)
        {
            step.Session = new SessionMemory { Id = wanted.Id, Generation = wanted.Generation };
        }
    }

    private static SessionReported Turned(SessionMemory session, SessionTurn turn, string? reason) => new()
    {
        Session = session.Id,
        Generation = session.Generation,
        Turn = turn,
        Reason = reason,
        TotalMilliseconds = session.TotalMilliseconds,
    };
}
