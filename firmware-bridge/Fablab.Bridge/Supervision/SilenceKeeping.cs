using Fablab.Bridge.Drivers;

namespace Fablab.Bridge.Supervision;

/// <summary>
/// Drivers speak every few seconds also when nothing changes. One that does not hangs or died, and its last picture is of
/// then, not of now: its device counts as out of hearing from its last word on.
/// </summary>
internal static class SilenceKeeping
{
    /// <summary>Ticks come every second. After a longer pause it was we who did not listen, and what was said meanwhile still waits to be heard.</summary>
    private const long StallMilliseconds = 3_000;

    public static void Notice(SupervisorStep step)
    {
        var hasStalled = step.Mono - step.State.LastStepAt > StallMilliseconds;
        step.State = step.State with { LastStepAt = step.Mono, AwakeSince = hasStalled ? step.Mono : step.State.AwakeSince };
        NoticeController(step);
        NoticeInterlock(step);
    }

    private static void NoticeController(SupervisorStep step)
    {
        var view = step.State.Controller;
        if (view.Seen is not { Link: LinkState.Down } and not null && IsTooOld(step, view.SeenAt, step.Setup.ControllerSilenceMilliseconds))
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
        if (step.State.Relay is { Seen: { Link: not LinkState.Down }, SeenAt: var seenAt } && IsTooOld(step, seenAt, step.Setup.InterlockSilenceMilliseconds))
        {
            // What flowed then says nothing of now, and a worker who is not seen at work is taken to rest.
            step.State = step.State with
            {
                Relay = step.State.Relay with { Seen = new InterlockObservation { Link = LinkState.Down, State = InterlockState.Unknown } },
                Watts = new WattsWatch(),
            };
        }

        if (step.State.Relay is { State: not InterlockState.Unknown, ReadAt: var readAt } && IsTooOld(step, readAt, step.Setup.InterlockSilenceMilliseconds))
        {
            InterlockKeeping.Read(step, InterlockState.Unknown, readAt);
        }
    }

    private static bool IsTooOld(SupervisorStep step, long at, long limit) => step.Mono - Math.Max(at, step.State.AwakeSince) >= limit;
}
