using Fablab.Bridge.Drivers;

namespace Fablab.Bridge.Supervision;

/// <summary>
/// A stop in its order: hold what moves, lock the interlock once it holds or the hold limit is over, cancel the job. It
/// repeats until the controller and the relay show that it worked.
/// </summary>
internal static class StopKeeping
{
    private const long LinkLossMilliseconds = 2_000;
    private const long SwitchedOffMilliseconds = 2_000;
    private const long UnreadMilliseconds = 10_000;

    public static void NoticeDangers(SupervisorStep step)
    {
        if (step.Setup.MayFinishAlone || step.Session is not { ClosingReason: null, WasArmed: true })
        {
            return;
        }

        if (step.State.IsSpoolFull)
        {
            step.BeginClosing("fault");
        }
        else if (step.State.RunUnderWay is not null && step.State.Controller.LostSince is { } lost && step.Mono - lost >= LinkLossMilliseconds)
        {
            // A hazard that nobody hears any more is switched off.
            step.BeginClosing("fault");
        }
        else if (step.State.Relay is { NotUnlockedSince: { } since, State: var state } && step.Mono - since >= (state is InterlockState.Locked ? SwitchedOffMilliseconds : UnreadMilliseconds))
        {
            // Somebody switched it off at the device, or its dead-man did. It does not come on again by itself.
            step.RecordSafety("readback-mismatch", state is InterlockState.Locked ? "switched off at the device" : "the relay cannot be read");
            step.BeginClosing("fault");
        }
    }

    /// <summary>Whether a stop is at the point where power may go: nothing moves, or it had its time to hold.</summary>
    public static bool HasHeld(SupervisorStep step) =>
        step.State.Stop is not { } stop || !step.State.Controller.Moves || step.Mono - stop.BeganAt >= step.Setup.HoldLimitMilliseconds;

    /// <summary>Nothing of the session can be energised or at work any more.</summary>
    public static bool IsSafe(SupervisorStep step)
    {
        if (step.Setup.HasInterlock)
        {
            // A reading from before the device answered our wish to lock may be older than the unlocking it follows.
            return step.Session is { IsUnlockAsked: false }
                || step.State.Relay is { State: InterlockState.Locked, Asked: InterlockState.Locked, IsLockAnswered: true };
        }

        // Without a relay only the controller can tell; one that does not obey must not keep the session open for ever.
        var isOver = step.State.Stop is not { } stop || step.Mono - stop.BeganAt >= step.Setup.StopLimitMilliseconds;
        return step.Setup.MayFinishAlone || !step.State.Controller.Moves || isOver;
    }
}
