namespace Fablab.Bridge.Drivers.Moonraker;

/// <summary>(picture, fact, now) → picture. No clock, no wire. The first terminal fact of a run decides; later ones change nothing.</summary>
internal static class MoonrakerReducer
{
    /// <summary>Status and history tell one thing within a few milliseconds and in either order; after this long what is missing is asked for.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    /// <summary>A run that is over though the history does not tell how is judged by Klipper's state after this.</summary>
    public static readonly TimeSpan DoubtLimit = TimeSpan.FromSeconds(10);

    /// <summary>Until Klipper is there again it cannot say how its run goes: Moonraker alone may have begun anew, and the print goes on.</summary>
    public static readonly TimeSpan AwayLimit = TimeSpan.FromMinutes(5);

    /// <returns>One picture, or two when a run ended and the next began in one fact: the first shows the end.</returns>
    public static IReadOnlyList<MoonrakerPicture> Apply(MoonrakerPicture picture, MoonrakerFact fact, TimeSpan now) => fact switch
    {
        // What was known before may have changed meanwhile; the run is judged anew when everything has been read.
        MoonrakerFact.Connected => [Forget(picture) with { IsConnected = true, Klippy = null, KlippySince = now, MovedAt = now }],
        MoonrakerFact.ConnectionLost lost => [picture with { IsConnected = false, LostWhy = lost.Why, Run = picture.Run is { } run ? run with { DoubtSince = null } : null }],
        MoonrakerFact.KlippySeen seen => [OnKlippy(picture, seen.State, now)],
        MoonrakerFact.StatusSeen seen => [OnStatus(picture, seen, now)],
        MoonrakerFact.JobAdded added => OnAdded(picture, added.Job, now),
        MoonrakerFact.JobFinished finished => [OnFinished(picture, finished.Job, now)],
        MoonrakerFact.HistorySeen seen => OnHistory(picture with { HasHistory = true }, seen.Jobs, now),
        MoonrakerFact.HistoryMissing => [picture with { HasHistory = false }],
        MoonrakerFact.CancelAsked => [picture with { IsCancelAsked = picture.Run is not null || picture.IsCancelAsked }],
        MoonrakerFact.CancelRefused => [picture with { IsCancelAsked = false }],
        MoonrakerFact.Ticked => [OnTime(picture, now)],
        _ => [picture],
    };

    private static MoonrakerPicture Forget(MoonrakerPicture picture) => picture with { Status = new PrinterStatus { Temperatures = picture.Status.Temperatures } };

    private static MoonrakerPicture OnKlippy(MoonrakerPicture picture, string state, TimeSpan now)
    {
        if (picture.Klippy == state)
        {
            return picture;
        }

        var next = picture with { Klippy = state, KlippySince = now };

        // Klipper begins anew: what it said of its last job is gone with it, and our subscription too.
        return Doubted(state is "disconnected" or "startup" ? Forget(next) : next, now);
    }

    private static MoonrakerPicture OnStatus(MoonrakerPicture picture, MoonrakerFact.StatusSeen seen, TimeSpan now)
    {
        var status = (seen.IsWhole ? new PrinterStatus() : picture.Status).Merge(seen.Status);
        var klippy = status.Klippy ?? picture.Klippy;
        var hasMoved = status with { Temperatures = picture.Status.Temperatures } != picture.Status || klippy != picture.Klippy;
        var next = picture with
        {
            Status = status,
            Klippy = klippy,
            KlippySince = klippy == picture.Klippy ? picture.KlippySince : now,
            MovedAt = hasMoved ? now : picture.MovedAt,
        };
        return next.IsAtWork ? AtWork(next, isNews: seen.IsWhole || !picture.IsAtWork, now) : Doubted(next, now);
    }

    private static MoonrakerPicture AtWork(MoonrakerPicture picture, bool isNews, TimeSpan now)
    {
        var name = picture.Status.FileName is { Length: > 0 } told ? told : null;
        if (picture.Run is null)
        {
            // The end of a run may overtake the state that goes with it.
            var isOldNews = picture.Ended is { } ended && now - ended.At < Settling && ended.End.FileName == name;
            return isNews && !isOldNews ? Begin(picture, name, null, now) : picture;
        }

        var run = picture.Run;
        return name is not null && run.FileName is not null && name != run.FileName
            ? Doubted(picture, now, isAnother: true)
            : picture with
            {
                Run = run with { FileName = run.FileName ?? name, WasAtWork = true, DoubtSince = null },
                BusyState = picture.PlainState(now),
            };
    }

    private static MoonrakerPicture Doubted(MoonrakerPicture picture, TimeSpan now, bool isAnother = false) =>
        picture.Run is { DoubtSince: null } run && (isAnother || !picture.IsAtWork) && picture is { IsConnected: true, Klippy: not null } && HasBeenRead(picture)
            ? picture with { Run = run with { DoubtSince = now } }
            : picture;

    /// <summary>Right after a connection nothing is known yet, which is no sign of an end.</summary>
    private static bool HasBeenRead(MoonrakerPicture picture) => picture.Klippy is not "ready" || picture.Status.JobState is not null;

    private static MoonrakerPicture Begin(MoonrakerPicture picture, string? name, HistoryJob? job, TimeSpan now) => picture with
    {
        Run = new MoonrakerRun(name) { JobId = job?.Id, EstimatedMilliseconds = job?.EstimatedMilliseconds, WasAtWork = picture.IsAtWork },
        Ended = null,
        IsCancelAsked = false,
        BusyState = picture.IsAtWork ? picture.PlainState(now) : ControllerState.Preparing,
        MovedAt = now,
    };

    private static IReadOnlyList<MoonrakerPicture> OnAdded(MoonrakerPicture picture, HistoryJob job, TimeSpan now)
    {
        if (job.Id == picture.Ended?.JobId || job.IsEnded)
        {
            return [picture];
        }

        switch (picture.Run)
        {
            case null:
                return [Doubted(Begin(picture, job.FileName, job, now), now)];
            case { JobId: null } run when run.FileName is null || run.FileName == job.FileName:
                return [picture with { Run = Known(run, job) }];
            case { JobId: var id } when id == job.Id:
                return [picture];
            default:
                var closing = EndByState(picture, "another print began", now);
                return [closing, Begin(closing, job.FileName, job, now)];
        }
    }

    private static MoonrakerRun Known(MoonrakerRun run, HistoryJob job) => run with
    {
        JobId = job.Id,
        FileName = run.FileName ?? job.FileName,
        EstimatedMilliseconds = job.EstimatedMilliseconds ?? run.EstimatedMilliseconds,
    };

    private static MoonrakerPicture OnFinished(MoonrakerPicture picture, HistoryJob job, TimeSpan now)
    {
        if (job.IsVague || !job.IsEnded || job.Id == picture.Ended?.JobId)
        {
            return picture;
        }

        return picture.Run is not { } run || IsOf(job, run) ? EndBy(picture, job, now) : picture;
    }

    private static bool IsOf(HistoryJob job, MoonrakerRun run) =>
        run.JobId is { } id ? id == job.Id : run.FileName is null || run.FileName == job.FileName;

    private static IReadOnlyList<MoonrakerPicture> OnHistory(MoonrakerPicture picture, IReadOnlyList<HistoryJob> jobs, TimeSpan now)
    {
        var newestEnded = jobs.FirstOrDefault(job => job.IsEnded);
        var next = picture with { NewestEndedId = newestEnded?.Id ?? picture.NewestEndedId };
        if (picture.Run is not { } run)
        {
            return [WithoutRun(next, newestEnded, now)];
        }

        var told = jobs.FirstOrDefault(job => IsOf(job, run));
        if (told is null || (run.JobId is null && told.Id == picture.NewestEndedId))
        {
            return [next];
        }

        if (!told.IsEnded)
        {
            return [next with { Run = Known(run, told) }];
        }

        if (told.IsVague)
        {
            // The book was closed, not the print. Nothing more will be written of it, so from here on Klipper's state tells.
            return next.IsAtWork ? [next with { Run = run with { JobId = null, IsUntold = true } }]
                : next.IsReady ? [EndVaguely(next, told, now)]
                : [next];
        }

        var ended = EndBy(next, told, now);
        return next.IsAtWork && IsAnotherRunAtWork(next, jobs[0]) ? [ended, Begin(ended, next.Status.FileName, jobs[0].IsEnded ? null : jobs[0], now)] : [ended];
    }

    /// <summary>
    /// After a connection the status is read before the history, and the print may end in between: a status that works on the file whose end is
    /// the newest is an old one. If it was started once more, its notice or the next look tells.
    /// </summary>
    private static bool IsAnotherRunAtWork(MoonrakerPicture picture, HistoryJob newest) => !newest.IsEnded || newest.FileName != picture.Status.FileName;

    /// <summary>The bridge, or the connection, was away: the newest end is the one people ask for.</summary>
    private static MoonrakerPicture WithoutRun(MoonrakerPicture picture, HistoryJob? newest, TimeSpan now) =>
        newest is null || picture.IsAtWork || newest.Id == picture.Ended?.JobId || (newest.IsVague && !picture.IsReady) ? picture
        : newest.IsVague ? EndVaguely(picture, newest, now)
        : EndBy(picture, newest, now);

    private static MoonrakerPicture OnTime(MoonrakerPicture picture, TimeSpan now)
    {
        var limit = picture.Klippy is not ("ready" or "shutdown" or "error") ? AwayLimit
            : picture is { HasHistory: true, Run.IsUntold: false } ? DoubtLimit : Settling;
        return picture.Run?.DoubtSince is { } since && now - since >= limit ? EndByState(picture, "how the run ended was not seen", now) : picture;
    }

    private static MoonrakerPicture EndBy(MoonrakerPicture picture, HistoryJob job, TimeSpan now)
    {
        var (outcome, reason) = job.Status switch
        {
            "completed" => (RunOutcome.Completed, null),
            "cancelled" => Cancelled(picture),
            "error" => (RunOutcome.FailedMachine, Words(picture.Status.JobMessage) ?? "error"),
            "klippy_shutdown" => (RunOutcome.FailedMachine, Words(picture.Status.KlippyMessage) ?? "Klipper shut down"),
            "klippy_disconnect" => (RunOutcome.FailedLink, "Klipper was lost"),
            var other => (RunOutcome.FailedLink, other),
        };
        return End(picture, new RunEnd(picture.Run?.FileName ?? job.FileName, outcome, job.PrintMilliseconds, reason), job.Id, job.FilamentMillimetres, now);
    }

    /// <summary>Moonraker was gone while the run ended; Klipper may still know.</summary>
    private static MoonrakerPicture EndVaguely(MoonrakerPicture picture, HistoryJob job, TimeSpan now)
    {
        var named = picture.Run is null ? picture with { Run = new MoonrakerRun(job.FileName) } : picture;
        var decided = EndByState(named, "Moonraker was away when the run ended", now);
        return decided with { Ended = decided.Ended! with { JobId = job.Id } };
    }

    private static MoonrakerPicture EndByState(MoonrakerPicture picture, string otherwise, TimeSpan now)
    {
        var status = picture.Status;
        var isOfRun = status.FileName == picture.Run?.FileName;
        var (outcome, reason) = (picture.Klippy, isOfRun ? status.JobState : null) switch
        {
            ("shutdown" or "error", _) => (RunOutcome.FailedMachine, Words(status.KlippyMessage) ?? "Klipper shut down"),
            (_, "complete") => (RunOutcome.Completed, null),
            (_, "cancelled") => Cancelled(picture),
            (_, "error") => (RunOutcome.FailedMachine, Words(status.JobMessage) ?? "error"),
            _ when picture.IsCancelAsked => (RunOutcome.CancelledByUs, null),
            _ => (RunOutcome.FailedLink, otherwise),
        };
        var end = new RunEnd(picture.Run?.FileName, outcome, isOfRun ? status.PrintMilliseconds : null, reason);
        return End(picture, end, picture.Run?.JobId, isOfRun ? status.FilamentMillimetres : null, now);
    }

    private static MoonrakerPicture End(MoonrakerPicture picture, RunEnd end, string? jobId, double? filament, TimeSpan now) => picture with
    {
        Run = null,
        Ended = new MoonrakerEnd(end, jobId, now, filament),
        NewestEndedId = jobId ?? picture.NewestEndedId,
        IsCancelAsked = false,
    };

    private static (RunOutcome Outcome, string? Reason) Cancelled(MoonrakerPicture picture) =>
        picture.IsCancelAsked ? (RunOutcome.CancelledByUs, null) : (RunOutcome.CancelledAtMachine, "cancelled");

    private static string? Words(string? words) => string.IsNullOrWhiteSpace(words) ? null : RpcError.Shorten(words);
}
