using System.Globalization;
using Fablab.Contracts;

namespace Fablab.Bridge.Supervision;

/// <summary>
/// Asks for leases, renews them, and notices their end. A lease counts from the moment we asked, so a slow answer makes it
/// shorter and never longer.
/// </summary>
internal static class LeaseKeeping
{
    /// <summary>An unanswered or refused wish is repeated after this.</summary>
    public const long AskAgainMilliseconds = 5_000;

    private const long ShortestPauseMilliseconds = 1_000;

    public static void TakeIn(SupervisorStep step, LeaseAnswer answer)
    {
        var leasing = step.State.Leasing;
        if (step.Session is not { } session || leasing.Asked is not { } asked || answer.Nonce != asked.Nonce
            || answer.Machine != step.Setup.Machine || answer.Session != session.Id || answer.Generation != session.Generation)
        {
            return;
        }

        if (!answer.Granted)
        {
            Refused(step, session, answer.Refusal ?? "refused");
            return;
        }

        var length = Math.Clamp(answer.TtlMilliseconds, 0, step.Setup.LongestLeaseMilliseconds);
        step.State = step.State with
        {
            Leasing = leasing with
            {
                Lease = new HeldLease(asked.At + length, answer.Job),
                Asked = null,
                AskAgainAt = Math.Max(asked.At + (length / 3), asked.At + ShortestPauseMilliseconds),
                Refusal = null,
            },
        };
    }

    public static void NoticeEnd(SupervisorStep step)
    {
        var hadLease = step.State.Leasing.Lease is not null;
        if (step.IsLeaseLive || step.Session is not { ClosingReason: null } session)
        {
            return;
        }

        step.State = step.State with { Leasing = step.State.Leasing with { Lease = null } };
        if (!step.Setup.MayFinishAlone && session.WasArmed)
        {
            step.RecordSafety("lease-expired");
            step.BeginClosing("lease-lost");
        }
        else if (hadLease)
        {
            // Waiting for the next third of a lease that is gone would only lose time.
            step.State = step.State with { Leasing = step.State.Leasing with { AskAgainAt = Math.Min(step.State.Leasing.AskAgainAt, step.Mono + AskAgainMilliseconds) } };
        }

        NoticeRunLeaseEnd(step);
    }

    public static void Ask(SupervisorStep step)
    {
        if (step.Session is not { ClosingReason: null } session || !step.State.IsSessionWanted || step.Memory.Fault is not null
            || (step.State.IsSpoolFull && !session.WasArmed))
        {
            return;
        }

        var leasing = step.State.Leasing;
        var job = JobToName(step);
        var nameChanged = job is not null && job != leasing.LastAskedJob;
        if (step.Mono < leasing.AskAgainAt && !nameChanged)
        {
            return;
        }

        var counter = leasing.Counter + 1;
        var nonce = string.Create(CultureInfo.InvariantCulture, $"{step.State.Epoch}-{counter}");
        step.State = step.State with
        {
            Leasing = leasing with
            {
                Counter = counter,
                Asked = new AskedLease(nonce, step.Mono, job),
                AskAgainAt = step.Mono + AskAgainMilliseconds,
                LastAskedJob = job,
            },
        };
        step.Do(new SupervisorEffect.AskLease(new LeaseRequest
        {
            Nonce = nonce,
            Machine = step.Setup.Machine,
            Session = session.Id,
            Generation = session.Generation,
            Job = job,
        }));
    }

    private static void Refused(SupervisorStep step, SessionMemory session, string refusal)
    {
        step.State = step.State with
        {
            Leasing = step.State.Leasing with { Lease = null, Asked = null, AskAgainAt = step.Mono + AskAgainMilliseconds, Refusal = refusal },
        };

        // A job that may finish alone has its run lease; the others stop at once. A session that never was armed has nothing to stop.
        if (session.WasArmed && !(step.Setup.MayFinishAlone && step.State.RunUnderWay is not null))
        {
            step.BeginClosing("lease-refused");
        }
    }

    private static void NoticeRunLeaseEnd(SupervisorStep step)
    {
        if (step.State.RunUnderWay is null || !step.Setup.MayFinishAlone || step.State.IsRunLeaseOverTold
            || step.State.RunLeaseEndsAt is not { } end || step.Mono < end)
        {
            return;
        }

        step.State = step.State with { IsRunLeaseOverTold = true };
        step.RecordSafety("lease-expired", "the run lease is over while the job is under way");
        if (step.Setup.AtRunLeaseEnd is RunLeaseEnd.Pause && step.State.Controller.Moves)
        {
            step.Do(new SupervisorEffect.PauseJob());
        }
    }

    private static Guid? JobToName(SupervisorStep step) =>
        step.Memory.Desired?.Job is { Wish: not JobWish.Cancel } job
        && step.State.Runs.GetValueOrDefault(job.Id) is not ({ IsOver: true } or { IsCancelAsked: true })
            ? job.Id
            : null;
}
