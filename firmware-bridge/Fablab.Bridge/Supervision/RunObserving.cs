using Fablab.Bridge.Drivers;
using Fablab.Contracts;

namespace Fablab.Bridge.Supervision;

/// <summary>
/// Moves the run that is under way by what is seen of the controller, never by what was asked of it. The first terminal
/// fact wins.
/// </summary>
internal static class RunObserving
{
    /// <summary>A controller must have shown for this long that it does not work on our file before we believe that it never will.</summary>
    public const long TraceGraceMilliseconds = 5_000;

    public static void TakeIn(SupervisorStep step, ControllerObservation seen)
    {
        var view = step.State.Controller with { Seen = seen, SeenAt = step.Mono };
        view = view with { LostSince = view.IsHeard ? null : view.LostSince ?? step.Mono };

        var isWithoutOurRun = view.IsHeard && !(step.State.RunUnderWay is { } run && view.IsBusy && IsOurs(step, run, seen));
        step.State = step.State with
        {
            Controller = view with { WithoutOurRunSince = isWithoutOurRun ? view.WithoutOurRunSince ?? step.Mono : null },
        };
    }

    public static void Follow(SupervisorStep step)
    {
        if (step.State.RunUnderWay is not { } run)
        {
            return;
        }

        var controller = step.State.Controller;
        if (controller.IsHeard && !controller.IsBusy && OurEnd(run, controller.Seen!) is { } end)
        {
            Metering.Recover(step, end.JobMilliseconds);
            EndBy(step, run, end);
        }
        else if (controller.IsBusy && IsOurs(step, run, controller.Seen!))
        {
            SeenAtWork(step, run);
        }
        else if (controller.WithoutOurRunSince is { } since && step.Mono - since >= TraceGraceMilliseconds)
        {
            WithoutTrace(step, run);
        }
        else
        {
            Unheard(step, run);
        }
    }

    public static bool IsOurs(SupervisorStep step, JobRun run, ControllerObservation seen) =>
        seen.FileName == run.FileName
        || (seen.FileName is null && (run.WasSeenRunning || step.State.Delivery is { StartAnswer: WishAnswer.Accepted }));

    public static void End(SupervisorStep step, JobRun run, JobState state, string? reason)
    {
        if (run.WasSeenRunning)
        {
            Metering.GiveUpRecovering(step);
        }

        var ended = run with { State = state, Reason = reason };
        step.SaveRun(ended);
        RecordMove(step, ended);
        if (!ended.IsOnController)
        {
            step.Do(new SupervisorEffect.DropFile(run.Job));
        }

        step.State = step.State with
        {
            Delivery = null,
            RunLeaseEndsAt = null,
            IsRunLeaseOverTold = false,
            IsRecovering = false,
            Leftovers = ended.IsOnController && !step.State.Leftovers.Contains(run.Job) ? step.State.Leftovers.Add(run.Job) : step.State.Leftovers,
        };
    }

    public static void RecordMove(SupervisorStep step, JobRun run)
    {
        var seen = step.State.Controller.Seen;
        var isOfRun = run.WasSeenRunning && seen is not null;
        step.Record(new JobReported
        {
            Job = run.Job,
            Session = run.Session,
            State = run.State,
            Reason = run.Reason,
            ControllerJobMilliseconds = isOfRun ? seen!.JobMilliseconds ?? seen.LastEnd?.JobMilliseconds : null,
            FilamentMillimetres = isOfRun ? seen!.FilamentMillimetres : null,
        });
    }

    private static RunEnd? OurEnd(JobRun run, ControllerObservation seen) =>
        seen.LastEnd is { } end && (end.FileName == run.FileName || (end.FileName is null && run.WasSeenRunning)) ? end : null;

    private static void EndBy(SupervisorStep step, JobRun run, RunEnd end)
    {
        var seen = run with { WasSeenRunning = true };
        var closing = step.Session?.ClosingReason;
        switch (end.Outcome)
        {
            case RunOutcome.Completed:
                End(step, seen, JobState.Succeeded, null);
                break;
            case RunOutcome.CancelledByUs or RunOutcome.CancelledAtMachine:
                End(step, seen, JobState.Cancelled, closing ?? (run.IsCancelAsked ? "by-wish" : end.Reason ?? "at-machine"));
                break;
            default:
                End(step, seen, run.IsCancelAsked ? JobState.Cancelled : JobState.Failed, closing ?? end.Reason ?? (end.Outcome is RunOutcome.FailedLink ? "link-lost" : "machine-error"));
                break;
        }
    }

    private static void SeenAtWork(SupervisorStep step, JobRun run)
    {
        var seen = step.State.Controller.Seen!;
        Metering.RecoverAtWork(step, seen.JobMilliseconds);
        step.State = step.State with
        {
            RunLeaseEndsAt = step.State.RunLeaseEndsAt ?? (step.Mono + Math.Max(0, run.RunLeaseMilliseconds - (seen.JobMilliseconds ?? 0))),
        };

        var state = seen.State is ControllerState.Paused or ControllerState.NeedsAttention ? JobState.Paused : JobState.Running;
        var moved = run with
        {
            State = state,
            WasSeenRunning = true,
            IsPausedByWish = run.IsPausedByWish && !(state is JobState.Running && run.State is JobState.Paused),
        };
        if (moved != run)
        {
            step.SaveRun(moved);
        }

        if (moved.State != run.State)
        {
            RecordMove(step, moved);
        }
    }

    /// <summary>The controller is there and neither works on our file nor tells how it ended.</summary>
    private static void WithoutTrace(SupervisorStep step, JobRun run)
    {
        var wasAskedThisBoot = step.State.Delivery is { StartAskedAt: not null };
        if (run.IsCancelAsked && !(wasAskedThisBoot && step.State.Delivery!.StartAnswer is null))
        {
            End(step, run, JobState.Cancelled, "by-wish");
        }
        else if (run.WasSeenRunning)
        {
            End(step, run, step.Setup.MayFinishAlone ? JobState.Failed : JobState.Unknown, "lost-track");
        }
        else if (!wasAskedThisBoot)
        {
            // The intent is on disk, the start may have been sent before the crash. A hazard is never guessed about.
            End(step, run, step.Setup.MayFinishAlone ? JobState.Failed : JobState.Unknown, "not-started");
        }
        else
        {
            Unheard(step, run);
        }
    }

    private static void Unheard(SupervisorStep step, JobRun run)
    {
        // Only a controller that is heard can show that nothing started; else the job may be at work unseen.
        var isSeenWithout = step.State.Controller.WithoutOurRunSince is { } since && step.Mono - since >= TraceGraceMilliseconds;
        if (!run.WasSeenRunning && isSeenWithout && step.State.Delivery is { StartAnswer: WishAnswer.RefusedByState } refused)
        {
            End(step, run, JobState.Failed, JobDelivering.StartRefused(refused.StartRefusal));
        }
        else if (!run.WasSeenRunning && isSeenWithout && step.State.Delivery is { StartAskedAt: { } asked } && step.Mono - asked >= step.Setup.StartDeadlineMilliseconds)
        {
            End(step, run, JobState.Failed, "start-timeout");
            if (!step.State.Controller.IsBusy)
            {
                // In case our start is still on its way. What works there by now is somebody else's, and stays.
                step.Do(new SupervisorEffect.CancelJob());
            }
        }
        else if (step.State.Stop is { } stop && step.Mono - stop.BeganAt >= step.Setup.StopLimitMilliseconds)
        {
            End(step, run, JobState.Unknown, "no-answer");
        }
        else if (step.State.Controller.LostSince is { } lost && step.Mono - lost >= step.Setup.LostLimitMilliseconds)
        {
            End(step, run, JobState.Unknown, "controller-lost");
        }
    }
}
