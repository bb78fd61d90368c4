using Fablab.Bridge.Drivers;

namespace Fablab.Bridge.Supervision;

/// <summary>
/// Drivers speak every few seconds also when nothing changes. One that does not hangs or died, and its last picture is of
/// then, not of now: its device counts as out of hearing from its last word on.
/// </summary>
internal static class SilenceKeeping
{
    public static void Notice(SupervisorStep step)
    {
        NoticeController(step);
        NoticeInterlock(step);
    }

    private static void NoticeController(SupervisorStep step)
    {
        var view = step.State.Controller;
        if (view.Seen is not { Link: LinkState.Down } and not null && step.Mono - view.SeenAt >= step.Setup.ControllerSilenceMilliseconds)
        {
            step.State = step.State with
            {
                Controller = view with
                {
                    Seen = new ControllerObservation { Link = LinkState.Down, State = ControllerState.Unknown },
                    LostSince = view.LostSince ?? view.SeenAt,
                    WithoutOurRunSince = null,
                },
            };
        }
    }

    private static void NoticeInterlock(SupervisorStep step)
    {
        if (step.State.Relay is { Seen: { Link: not LinkState.Down }, SeenAt: var seenAt } && IsTooOld(step, seenAt))
        {
            // What flowed then says nothing of now, and a worker who is not seen at work is taken to rest.
            step.State = step.State with
            {
                Relay = step.State.Relay with { Seen = new InterlockObservation { Link = LinkState.Down, State = InterlockState.Unknown } },
                Watts = new WattsWatch(),
            };
        }

        if (step.State.Relay is { State: not InterlockState.Unknown, ReadAt: var readAt } && IsTooOld(step, readAt))
        {
            InterlockKeeping.Read(step, InterlockState.Unknown, readAt);
        }
    }

    private static bool IsTooOld(SupervisorStep step, long at) => step.Mono - at >= step.Setup.InterlockSilenceMilliseconds;
}
