using Fablab.Contracts;

namespace Fablab.Bridge.Supervision;

/// <summary>
/// What a boot makes of what the disk remembers. Nothing is energised until a new lease: a session on an interlock or of a
/// hazard is closed, a job that may finish alone is looked for on its controller.
/// </summary>
internal static class Booting
{
    public static void TakeIn(SupervisorStep step, SupervisorEvent.Booted booted)
    {
        step.State = SupervisorState.Start(step.Setup) with
        {
            Epoch = booted.Epoch,
            Memory = booted.Memory,
            Controller = new ControllerView { LostSince = step.Mono },
            Runs = step.State.Runs.Clear().AddRange(booted.Runs.Select(run => KeyValuePair.Create(run.Job, run))),
            Leftovers = [.. booted.Runs.Where(run => run is { IsOnController: true, IsUnderWay: false }).Select(run => run.Job).Order()],
        };

        PowerWatching.Remember(step);
        Metering.CloseSliceOfEarlierBoot(step);
        if (step.Session is not { ClosingReason: null } session)
        {
            step.State = step.State with { Stop = step.Session is null ? null : new StopProgress(step.Mono) };
            return;
        }

        if (step.State.RunUnderWay is not null && step.Setup is { MayFinishAlone: true, HasInterlock: false })
        {
            step.State = step.State with { IsRecovering = true };
        }
        else if (step.State.RunUnderWay is not null || (session.WasArmed && !HasJobToStart(step)))
        {
            step.BeginClosing("bridge-restarted");
        }
    }

    /// <summary>A job that was not started yet, on a machine that is not energised by us, loses nothing by waiting for a new lease.</summary>
    private static bool HasJobToStart(SupervisorStep step) =>
        step.Setup is { MayFinishAlone: true, HasInterlock: false }
        && step.Memory.Desired?.Job is { Wish: not JobWish.Cancel } job
        && step.State.IsSessionWanted
        && step.State.Runs.GetValueOrDefault(job.Id) is null or { State: JobState.Accepted };
}
