using Fablab.Bridge.Drivers;
using Fablab.Contracts;

namespace Fablab.Bridge.Supervision;

/// <summary>Pause, resume, cancel and clean up, each repeated until an observation shows that it worked. Cancel is final and always executed.</summary>
internal static class JobWishing
{
    private const long RepeatMilliseconds = 10_000;
    private const long RemoveAgainMilliseconds = 60_000;

    public static void TakeIn(SupervisorStep step, SupervisorEvent.WishAnswered answer)
    {
        if (answer is not { Wish: ControllerWish.Remove, FileName: { } name })
        {
            return;
        }

        foreach (var job in step.State.Leftovers)
        {
            if (step.State.Runs.GetValueOrDefault(job) is { } run && run.FileName == name)
            {
                // Unreachable ones go to the end of the line and are tried again later.
                var others = step.State.Leftovers.Remove(job);
                step.State = step.State with { Leftovers = answer.Answer is WishAnswer.Unreachable ? others.Add(job) : others };
                if (answer.Answer is not WishAnswer.Unreachable)
                {
                    step.SaveRun(run with { IsOnController = false });
                    step.State = step.State with { Controller = step.State.Controller with { RemoveAskedAt = null } };
                }

                return;
            }
        }
    }

    public static void Advance(SupervisorStep step)
    {
        NoteCancel(step);
        if (step.State.RunUnderWay is { } run)
        {
            if (step.Session is { ClosingReason: not null })
            {
                HoldThenCancel(step);
            }
            else if (run.IsCancelAsked)
            {
                Cancel(step);
            }
            else
            {
                PauseOrResume(step, run);
            }
        }
        else if (step.Session is { ClosingReason: not null } && !step.Setup.MayFinishAlone && step.State.Controller.Moves)
        {
            // Whatever a hazard does while its session closes, it stops; also what a person started at the panel.
            HoldThenCancel(step);
        }
        else if (IsAtWorkAfterItsEnd(step))
        {
            Cancel(step);
        }

        RemoveLeftover(step);
    }

    private static void NoteCancel(SupervisorStep step)
    {
        if (step.Memory.Desired is { Job: { Wish: JobWish.Cancel } wished } && step.State.RunUnderWay is { IsCancelAsked: false } run && run.Job == wished.Id)
        {
            step.SaveRun(run with { IsCancelAsked = true });
        }
    }

    private static void PauseOrResume(SupervisorStep step, JobRun run)
    {
        if (step.Memory.Desired?.Job is not { } wished || wished.Id != run.Job)
        {
            return;
        }

        var controller = step.State.Controller;
        if (wished.Wish is JobWish.Pause && run.State is JobState.Running && controller.Seen is { Link: LinkState.Up, State: ControllerState.Running }
            && IsDue(step, controller.PauseAskedAt))
        {
            step.SaveRun(run with { IsPausedByWish = true });
            step.State = step.State with { Controller = controller with { PauseAskedAt = step.Mono, ResumeAskedAt = null } };
            step.Do(new SupervisorEffect.PauseJob());
        }
        else if (wished.Wish is JobWish.Run && run is { State: JobState.Paused, IsPausedByWish: true }
            && controller.Seen is { Link: LinkState.Up, State: ControllerState.Paused } && IsDue(step, controller.ResumeAskedAt)
            && (step.Setup.MayFinishAlone || step.IsLeaseLive))
        {
            step.State = step.State with { Controller = controller with { ResumeAskedAt = step.Mono, PauseAskedAt = null } };
            step.Do(new SupervisorEffect.ResumeJob());
        }
    }

    private static void HoldThenCancel(SupervisorStep step)
    {
        if (StopKeeping.HasHeld(step))
        {
            Cancel(step);
        }
        else if (step.State.Controller.PauseAskedAt is not { } asked || asked < step.State.Stop!.BeganAt)
        {
            step.State = step.State with { Controller = step.State.Controller with { PauseAskedAt = step.Mono, CancelAskedAt = null } };
            step.Do(new SupervisorEffect.PauseJob());
        }
    }

    private static void Cancel(SupervisorStep step)
    {
        if (IsDue(step, step.State.Controller.CancelAskedAt))
        {
            step.State = step.State with { Controller = step.State.Controller with { CancelAskedAt = step.Mono } };
            step.Do(new SupervisorEffect.CancelJob());
        }
    }

    /// <summary>The controller works on a file of ours whose run we declared failed or cancelled: a start that came through too late.</summary>
    private static bool IsAtWorkAfterItsEnd(SupervisorStep step) =>
        step.State.Controller is { IsBusy: true, Seen.FileName: { } name }
        && Guid.TryParseExact(name.Split('-')[0], "N", out var job)
        && step.State.Runs.GetValueOrDefault(job) is { State: JobState.Failed or JobState.Cancelled or JobState.Rejected } run
        && run.FileName == name;

    private static void RemoveLeftover(SupervisorStep step)
    {
        var controller = step.State.Controller;
        if (step.State.Leftovers.IsEmpty || !controller.IsHeard || controller.IsBusy
            || (controller.RemoveAskedAt is { } asked && step.Mono - asked < RemoveAgainMilliseconds))
        {
            return;
        }

        var job = step.State.Leftovers[0];
        if (job == step.State.Delivery?.Job)
        {
            return;
        }

        step.State = step.State with { Controller = controller with { RemoveAskedAt = step.Mono } };
        step.Do(new SupervisorEffect.RemoveFile(job, step.State.Runs[job].FileName));
    }

    private static bool IsDue(SupervisorStep step, long? askedAt) => askedAt is not { } at || step.Mono - at >= RepeatMilliseconds;
}
