using Fablab.Bridge.Drivers;
using Fablab.Contracts;

namespace Fablab.Bridge.Supervision;

/// <summary>
/// Unlocks under a live lease and locks always else. Unlocking is repeated as the device's dead-man; locking is repeated
/// until the relay was read open. A relay that is told to open and reads closed is a latched fault.
/// </summary>
internal static class InterlockKeeping
{
    public const long RepeatMilliseconds = 3_000;

    /// <summary>A plug that reads open or nothing for less has lost a message or its place at the broker; for longer, and it is open.</summary>
    private const long BlipMilliseconds = 10_000;

    private const long WeldedAfterMilliseconds = 2_000;

    /// <summary>A relay that is unread for so long heard us perhaps 8 s ago, and its dead-man opens 10 s after that at the earliest.</summary>
    private const long UnreadMilliseconds = 3_000;

    public static void TakeIn(SupervisorStep step, InterlockObservation seen)
    {
        var state = seen.Link is LinkState.Up ? seen.State : InterlockState.Unknown;
        step.State = step.State with { Relay = step.State.Relay with { Seen = seen, SeenAt = step.Mono, ReadAt = step.Mono } };
        Read(step, state, step.Mono);
        PowerWatching.Watch(step, seen.Watts);
    }

    public static void TakeIn(SupervisorStep step, SupervisorEvent.InterlockAnswered answer)
    {
        // The answer to an older wish tells where the relay was, not whether it obeys the present one.
        if (answer.Wanted != step.State.Relay.Asked)
        {
            return;
        }

        if (answer.Wanted is InterlockState.Locked)
        {
            step.State = step.State with { Relay = step.State.Relay with { IsLockAnswered = answer.Seen is InterlockState.Locked or InterlockState.Unlocked } };
        }

        if (answer is { Wanted: InterlockState.Unlocked, Seen: InterlockState.Unlocked })
        {
            step.State = step.State with { Relay = step.State.Relay with { RenewedAt = step.State.Relay.AskedAt } };
        }

        step.State = step.State with { Relay = step.State.Relay with { ReadAt = step.Mono } };
        Read(step, answer.Seen ?? InterlockState.Unknown, step.Mono);
    }

    public static void Advance(SupervisorStep step)
    {
        if (!step.Setup.HasInterlock)
        {
            return;
        }

        var relay = step.State.Relay;
        var isRepeatDue = relay.AskedAt is not { } at || step.Mono - at >= RepeatMilliseconds;
        if (MayBeUnlocked(step))
        {
            if (relay.Asked is not InterlockState.Unlocked || (isRepeatDue && !WasSwitchedOff(step)))
            {
                step.Session = step.Session! with { IsUnlockAsked = true };
                Ask(step, InterlockState.Unlocked);
            }
        }
        else if (StopKeeping.HasHeld(step)
            && (relay.Asked is not InterlockState.Locked || ((relay.State is not InterlockState.Locked || !relay.IsLockAnswered) && isRepeatDue)))
        {
            Ask(step, InterlockState.Locked);
        }
    }

    private static bool MayBeUnlocked(SupervisorStep step)
    {
        if (step.Session is not { ClosingReason: null } || step.Memory.Fault is not null)
        {
            return false;
        }

        if (step.State.IsSessionWanted && step.IsLeaseLive)
        {
            return true;
        }

        if (!step.Setup.MayFinishAlone || step.State.Relay.Asked is not InterlockState.Unlocked)
        {
            return false;
        }

        // A job that may finish alone is never cut off by what its plug says or fails to say; only its controller ends it.
        return step.State.RunUnderWay is not null || IsPersonAtWork(step);
    }

    /// <summary>Low risk waits for the next pause of the person. Power is all that tells of it, so without a reading it soon counts as a pause.</summary>
    private static bool IsPersonAtWork(SupervisorStep step) =>
        step.Setup.HazardClass is HazardClass.L && Metering.Works(step) && !IsNotUnlockedFor(step, BlipMilliseconds);

    /// <summary>
    /// A hazard that was switched off at its device is not switched on again by the dead-man's renewal, and neither is what
    /// finishes alone, once that is more than a blip: only a lease energises. A hazard that cannot be read may have been opened
    /// by its dead-man: what we sent meanwhile did not come back.
    /// </summary>
    private static bool WasSwitchedOff(SupervisorStep step)
    {
        var isOpen = step.State.Relay.State is InterlockState.Locked;
        if (!step.Setup.MayFinishAlone)
        {
            return IsNotUnlockedFor(step, isOpen ? 0 : UnreadMilliseconds);
        }

        var isUnderLease = step.State.IsSessionWanted && step.IsLeaseLive;
        return isOpen && !isUnderLease && IsNotUnlockedFor(step, BlipMilliseconds);
    }

    private static bool IsNotUnlockedFor(SupervisorStep step, long milliseconds) =>
        step.State.Relay.NotUnlockedSince is { } since && step.Mono - since >= milliseconds;

    private static void Ask(SupervisorStep step, InterlockState wanted)
    {
        var relay = step.State.Relay;
        step.State = step.State with
        {
            Relay = relay with
            {
                Asked = wanted,
                AskedAt = step.Mono,
                IsLockAnswered = relay.Asked == wanted && relay.IsLockAnswered,
                DisobeysSince = relay.Asked == wanted ? relay.DisobeysSince : null,
            },
        };
        step.Do(new SupervisorEffect.SetInterlock(wanted));
    }

    /// <param name="at">Since when the relay is known to be so, which is earlier than now when its silence was noticed late.</param>
    public static void Read(SupervisorStep step, InterlockState state, long at)
    {
        var relay = step.State.Relay;
        var disobeys = state is InterlockState.Unlocked && relay is { Asked: InterlockState.Locked, IsLockAnswered: true };
        var since = disobeys ? relay.DisobeysSince ?? at : (long?)null;
        var mayStillBeClosed = state is InterlockState.Unknown && (relay.State is InterlockState.Unlocked || relay.UnreadSince is not null);
        var wasUnlockedAsAsked = step.Session is { WasArmed: true } && relay.Asked is InterlockState.Unlocked;
        var notUnlocked = wasUnlockedAsAsked && state is not InterlockState.Unlocked ? relay.NotUnlockedSince ?? at : (long?)null;
        step.State = step.State with
        {
            Relay = relay with
            {
                State = state,
                DisobeysSince = since,
                NotUnlockedSince = notUnlocked,
                UnreadSince = mayStillBeClosed ? relay.UnreadSince ?? relay.RenewedAt ?? at : null,
                IsUnreadTold = mayStillBeClosed && relay.IsUnreadTold,
            },
            Watts = state is InterlockState.Locked ? new WattsWatch() : step.State.Watts,
        };
        if (since is { } began && step.Mono - began >= WeldedAfterMilliseconds)
        {
            step.Latch("relay-welded", "the relay was told to open and reads closed");
        }
    }
}
