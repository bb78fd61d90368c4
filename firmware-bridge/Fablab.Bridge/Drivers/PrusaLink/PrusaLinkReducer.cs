namespace Fablab.Bridge.Drivers.PrusaLink;

/// <summary>(picture, fact, now) → picture. No clock, no wire. The first terminal fact of a run decides; later ones change nothing.</summary>
internal static class PrusaLinkReducer
{
    /// <summary>A printer that is free for so long, with a run whose end it never showed, will not show it any more.</summary>
    public static readonly TimeSpan DoubtLimit = TimeSpan.FromSeconds(6);

    /// <summary>Below its target by more than this a heater is still heating, in degrees Celsius.</summary>
    public const double ColdBy = 5;

    /// <summary>A print that was seen this far and is gone without a word has come to its end.</summary>
    private const double AlmostDone = 0.99;

    /// <returns>One picture, or two when a run ended and the next began in one fact: the first shows the end.</returns>
    public static IReadOnlyList<PrusaLinkPicture> Apply(PrusaLinkPicture picture, PrusaLinkFact fact, TimeSpan now) => fact switch
    {
        PrusaLinkFact.StatusSeen seen => [.. OnStatus(picture, seen.Status, now).Select(next => OnJob(next, seen.Job))],

        // How long it was out of hearing says nothing of the run.
        PrusaLinkFact.AskingFailed failed => [picture with { FailedWhy = failed.Why, Run = picture.Run is { } run ? run with { DoubtSince = null } : null }],
        PrusaLinkFact.CancelAsked => [picture with { IsCancelAsked = picture.Run is not null }],
        PrusaLinkFact.CancelRefused => [picture with { IsCancelAsked = false }],
        _ => [picture],
    };

    private static IReadOnlyList<PrusaLinkPicture> OnStatus(PrusaLinkPicture picture, StatusAnswer status, TimeSpan now)
    {
        var hasMoved = picture.Status != status || picture.FailedWhy is not null;
        var next = picture with { Status = status, FailedWhy = null, MovedAt = hasMoved ? now : picture.MovedAt };
        if (next.Run is { } run && status.JobId is { } id && id != run.JobId)
        {
            // The printer works on, or shows the end of, another job: ours ended meanwhile.
            var closing = EndUnseen(next);
            return [closing, Follow(closing, now)];
        }

        return [Follow(next, now)];
    }

    private static PrusaLinkPicture Follow(PrusaLinkPicture picture, TimeSpan now)
    {
        var status = picture.Status!;
        if (PrusaLinkPicture.IsAtWork(status))
        {
            return picture.Run is null && status.JobId == picture.Ended?.JobId ? picture : AtWork(picture, status);
        }

        return status.State switch
        {
            // Printers name no job once it is over; then it is the one that was seen at work.
            "FINISHED" when (status.JobId ?? picture.Run?.JobId) is { } id => End(picture, id, RunOutcome.Completed, null),
            "STOPPED" when (status.JobId ?? picture.Run?.JobId) is { } id => End(picture, id, picture.IsCancelAsked ? RunOutcome.CancelledByUs : RunOutcome.CancelledAtMachine, picture.IsCancelAsked ? null : "stopped"),
            "ERROR" when picture.Run is { } run => End(picture, run.JobId, RunOutcome.FailedMachine, "the printer shows an error"),
            "IDLE" or "READY" or "FINISHED" or "STOPPED" => Doubted(picture, now),
            _ => picture,
        };
    }

    private static PrusaLinkPicture AtWork(PrusaLinkPicture picture, StatusAnswer status)
    {
        var begun = picture.Run is null
            ? picture with { Run = new PrusaLinkRun(status.JobId!.Value), Ended = null, IsCancelAsked = false, BusyState = ControllerState.Preparing }
            : picture;
        var state = begun.Plain(status);
        return begun with
        {
            BusyState = state,
            Run = begun.Run! with
            {
                Progress = status.Progress ?? begun.Run!.Progress,
                PrintedMilliseconds = status.PrintedMilliseconds ?? begun.Run!.PrintedMilliseconds,
                HasPrinted = begun.Run!.HasPrinted || state is ControllerState.Running,
                DoubtSince = null,
            },
        };
    }

    private static PrusaLinkPicture Doubted(PrusaLinkPicture picture, TimeSpan now)
    {
        if (picture.Run is not { } run)
        {
            return picture;
        }

        var doubted = picture with { Run = run with { DoubtSince = run.DoubtSince ?? now } };
        return now - doubted.Run.DoubtSince >= DoubtLimit ? EndUnseen(doubted) : doubted;
    }

    private static PrusaLinkPicture OnJob(PrusaLinkPicture picture, JobAnswer? job)
    {
        if (job is null)
        {
            return picture;
        }

        if (picture.Run is { FileName: null } run && run.JobId == job.Id)
        {
            return picture with { Run = run with { FileName = job.FileName } };
        }

        return picture is { Run: null, Ended: { End.FileName: null } ended } && ended.JobId == job.Id
            ? picture with { Ended = ended with { End = ended.End with { FileName = job.FileName } } }
            : picture;
    }

    private static PrusaLinkPicture EndUnseen(PrusaLinkPicture picture)
    {
        var run = picture.Run!;
        return picture.IsCancelAsked ? End(picture, run.JobId, RunOutcome.CancelledByUs, null)
            : run.Progress >= AlmostDone ? End(picture, run.JobId, RunOutcome.Completed, null)
            : End(picture, run.JobId, RunOutcome.FailedLink, "how the run ended was not seen");
    }

    private static PrusaLinkPicture End(PrusaLinkPicture picture, long jobId, RunOutcome outcome, string? reason)
    {
        if (picture.Run is null && picture.Ended?.JobId == jobId)
        {
            return picture;
        }

        var run = picture.Run?.JobId == jobId ? picture.Run : null;
        var printed = (picture.Status?.JobId == jobId ? picture.Status.PrintedMilliseconds : null) ?? run?.PrintedMilliseconds;
        return picture with
        {
            Run = null,
            Ended = new PrusaLinkEnd(new RunEnd(run?.FileName, outcome, printed, reason), jobId, outcome is RunOutcome.Completed ? 1 : run?.Progress),
            IsCancelAsked = false,
        };
    }
}
