using Fablab.Bridge.Drivers;
using Fablab.Contracts;

namespace Fablab.Bridge.Supervision;

/// <summary>
/// Brings the desired job's file to the controller and starts it, at most once ever: the intent is on disk before the start
/// leaves, and an id whose intent is on disk never starts again.
/// </summary>
internal static class JobDelivering
{
    public const int MostUploadFailures = 6;

    /// <summary>Reason of a fetch or an upload that the bridge's own full disk held up. The job waits; it did not fail.</summary>
    public const string StorageFull = "storage-full";

    /// <summary>Reason of an upload that the controller does not allow to our key: the lab's to mend, not the job's fault. The job waits.</summary>
    public const string KeyRefused = "key-refused";

    private const long FirstPauseMilliseconds = 5_000;
    private const long LongestPauseMilliseconds = 60_000;
    private const long LookAgainMilliseconds = 30_000;

    /// <summary>After so long a wait for people the job is rejected: whoever sent it should hear of it.</summary>
    private const long LongestWaitMilliseconds = 3_600_000;

    public static void TakeIn(SupervisorStep step, SupervisorEvent happened)
    {
        if (step.State.Delivery is not { } delivery)
        {
            return;
        }

        switch (happened)
        {
            case SupervisorEvent.JobFetched e when e.Job == delivery.Job:
                step.State = step.State with { Delivery = delivery with { Path = e.Path, IsBusy = false, Failures = 0, WaitsSince = null, WaitsFor = null } };
                break;
            case SupervisorEvent.JobUploaded e when e.Job == delivery.Job:
                step.State = step.State with { Delivery = delivery with { IsUploaded = true, IsBusy = false, Failures = 0, WaitsSince = null, WaitsFor = null } };
                break;
            case SupervisorEvent.JobFetchFailed { Reason: StorageFull } e when e.Job == delivery.Job:
                WaitForPeople(step, delivery, e.Reason);
                break;
            case SupervisorEvent.JobUploadFailed { Reason: StorageFull or KeyRefused } e when e.Job == delivery.Job:
                WaitForPeople(step, delivery, e.Reason);
                break;
            case SupervisorEvent.JobFetchFailed e when e.Job == delivery.Job:
                Failed(step, delivery, e.Reason, e.IsWorthAnotherTry);
                break;
            case SupervisorEvent.JobUploadFailed e when e.Job == delivery.Job:
                Failed(step, delivery, e.Reason, e.IsWorthAnotherTry && delivery.Failures + 1 < MostUploadFailures);
                break;
            case SupervisorEvent.StartAnswered e when e.Job == delivery.Job && delivery.StartAskedAt is not null:
                var isRefused = e.Answer is WishAnswer.Refused or WishAnswer.RefusedByState;
                step.State = step.State with { Delivery = delivery with { StartAnswer = e.Answer, StartRefusal = isRefused ? e.Reason : null } };
                if (e.Answer is WishAnswer.Refused && step.State.RunUnderWay is { WasSeenRunning: false } run && run.Job == e.Job)
                {
                    RunObserving.End(step, run, JobState.Failed, StartRefused(e.Reason));
                }

                break;
        }
    }

    public static void Advance(SupervisorStep step)
    {
        if (step.Session is not { ClosingReason: null } session || !step.State.IsSessionWanted
            || step.Memory.Desired?.Job is not { } job || step.State.RunUnderWay is not null)
        {
            return;
        }

        var run = step.State.Runs.GetValueOrDefault(job.Id);
        if (run is null || (run.State is JobState.Accepted && run.Session != session.Id))
        {
            run = Accept(step, session, job, run);
        }

        if (run.State is not JobState.Accepted || run.Session != session.Id)
        {
            return;
        }

        if (job.Wish is JobWish.Cancel)
        {
            RunObserving.End(step, run with { IsCancelAsked = true }, JobState.Cancelled, "by-wish");
        }
        else if (RunsAlready(step, run))
        {
            // Somebody started our file, or a spool was lost. Either way it runs: taking it as ours is the only way not to start it twice.
            step.SaveRun(run with
            {
                State = JobState.Starting,
                IsOnController = true,
                RunLeaseMilliseconds = step.State.Leasing.Lease?.Job is { } leased && leased.Id == job.Id ? leased.RunMilliseconds : 0,
            });
        }
        else
        {
            Deliver(step, job, run);
        }
    }

    /// <summary>A job that is not to be started now, and may be again: its file goes, wherever it is by now.</summary>
    public static void Abandon(SupervisorStep step, Guid job)
    {
        if (step.State.Runs.GetValueOrDefault(job) is not { State: JobState.Accepted } run)
        {
            return;
        }

        step.Do(new SupervisorEffect.DropFile(job));
        if (run.IsOnController && !step.State.Leftovers.Contains(job))
        {
            step.State = step.State with { Leftovers = step.State.Leftovers.Add(job) };
        }
    }

    public static string StartRefused(string? words) => words is null ? "start-refused" : $"start-refused: {words}";

    private static JobRun Accept(SupervisorStep step, SessionMemory session, DesiredJob job, JobRun? known)
    {
        var run = (known ?? new JobRun { Job = job.Id, Session = session.Id, Sha256 = job.Sha256, State = JobState.Accepted }) with { Session = session.Id };
        step.Session = session with { Job = job.Id };
        step.SaveRun(run);
        if (!step.Setup.HasJobControl)
        {
            RunObserving.End(step, run, JobState.Rejected, "no-job-control");
        }
        else if (!IsDigest(job.Sha256) || job.Sha256 != run.Sha256)
        {
            RunObserving.End(step, run, JobState.Rejected, "wrong-digest");
        }
        else
        {
            RunObserving.RecordMove(step, run);
        }

        return step.State.Runs[job.Id];
    }

    private static void Deliver(SupervisorStep step, DesiredJob job, JobRun run)
    {
        if (step.State.Delivery is { } former && former.Job != job.Id)
        {
            Abandon(step, former.Job);
        }

        var delivery = step.State.Delivery?.Job == job.Id ? step.State.Delivery : new JobDelivery { Job = job.Id };
        step.Session = step.Session! with { Job = job.Id };
        step.State = step.State with { Delivery = delivery };
        if (delivery.IsBusy || step.Mono < delivery.TryAgainAt)
        {
            return;
        }

        if (delivery.Path is null)
        {
            step.State = step.State with { Delivery = delivery with { IsBusy = true } };
            step.Do(new SupervisorEffect.FetchJob(job));
        }
        else if (!IsFree(step))
        {
            return;
        }
        else if (!delivery.IsUploaded)
        {
            step.SaveRun(run with { IsOnController = true });
            step.State = step.State with { Delivery = delivery with { IsBusy = true } };
            step.Do(new SupervisorEffect.UploadJob(job.Id, new JobFile(run.FileName, delivery.Path, run.Sha256)));
        }
        else if (MayStart(step, job))
        {
            Start(step, delivery, run);
        }
    }

    private static void Start(SupervisorStep step, JobDelivery delivery, JobRun run)
    {
        var leased = step.State.Leasing.Lease!.Job!;
        var starting = run with { State = JobState.Starting, IsOnController = true, RunLeaseMilliseconds = Math.Max(0, leased.RunMilliseconds) };
        step.SaveRun(starting);
        RunObserving.RecordMove(step, starting);
        step.State = step.State with
        {
            Delivery = delivery with { StartAskedAt = step.Mono },
            RunLeaseEndsAt = step.Mono + starting.RunLeaseMilliseconds,
            IsRunLeaseOverTold = false,
            Controller = step.State.Controller with { WithoutOurRunSince = null, PauseAskedAt = null, ResumeAskedAt = null, CancelAskedAt = null },
        };
        step.Do(new SupervisorEffect.StartJob(run.Job, run.FileName));
    }

    private static bool MayStart(SupervisorStep step, DesiredJob job) =>
        job.Wish is JobWish.Run
        && (job.NotBefore is not { } notBefore || step.Now.Wall >= notBefore)
        && step.Session is { WasArmed: true }
        && (!step.Setup.HasInterlock || step.State.Relay.State is InterlockState.Unlocked)
        && step.IsLeaseLive
        && step.State.Leasing.Lease is { Job: { } leased } && leased.Id == job.Id && leased.Sha256 == job.Sha256
        && step.Memory.Fault is null
        && !step.State.IsSpoolFull;

    private static bool IsFree(SupervisorStep step) => step.State.Controller.Seen is { Link: LinkState.Up, State: ControllerState.Idle };

    private static bool RunsAlready(SupervisorStep step, JobRun run) =>
        step.State.Controller.IsBusy && step.State.Controller.Seen!.FileName == run.FileName;

    private static void Failed(SupervisorStep step, JobDelivery delivery, string reason, bool isWorthAnotherTry)
    {
        var failures = delivery.Failures + 1;
        var pause = Math.Min(LongestPauseMilliseconds, FirstPauseMilliseconds << Math.Min(failures - 1, 10));
        step.State = step.State with { Delivery = delivery with { IsBusy = false, Failures = failures, WaitsSince = null, WaitsFor = null, TryAgainAt = step.Mono + pause } };
        if (!isWorthAnotherTry && step.State.Runs.GetValueOrDefault(delivery.Job) is { State: JobState.Accepted } run)
        {
            RunObserving.End(step, run, JobState.Rejected, reason);
        }
    }

    /// <summary>Not counted as a failure: whatever the job is, it would wait here.</summary>
    private static void WaitForPeople(SupervisorStep step, JobDelivery delivery, string reason)
    {
        var since = delivery.WaitsSince ?? step.Mono;
        step.State = step.State with { Delivery = delivery with { IsBusy = false, WaitsSince = since, WaitsFor = reason, TryAgainAt = step.Mono + LookAgainMilliseconds } };
        if (step.Mono - since >= LongestWaitMilliseconds && step.State.Runs.GetValueOrDefault(delivery.Job) is { State: JobState.Accepted } run)
        {
            RunObserving.End(step, run, JobState.Rejected, reason);
        }
    }

    private static bool IsDigest(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}
