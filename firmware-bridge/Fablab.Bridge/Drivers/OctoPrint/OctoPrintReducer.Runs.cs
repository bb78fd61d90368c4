namespace Fablab.Bridge.Drivers.OctoPrint;

/// <summary>Where runs begin and end. The first terminal fact of a run decides; later ones can only explain a failure.</summary>
internal static partial class OctoPrintReducer
{
    private static OctoPrintPicture[] OnEvent(OctoPrintPicture picture, OctoPrintEvent told, TimeSpan now) => told.Type switch
    {
        "PrintStarted" => OnStarted(Moved(picture, now), told.Path, now),
        "PrintDone" => [OnEnd(picture, told, RunOutcome.Completed, now)],
        "PrintCancelled" => [OnEnd(picture, told, CancelOutcome(picture), now)],
        "PrintFailed" when told.Reason is "cancelled" => [OnEnd(picture, told, CancelOutcome(picture), now)],
        "PrintFailed" => [OnEnd(picture, told, FailOutcome(picture, now), now)],
        "PrinterStateChanged" => [OnStateId(Moved(picture, now), told.StateId, now)],
        "Error" => [OnFault(picture, told.Reason, told.Error, now)],
        "EStop" => [OnFault(picture, "estop", null, now)],
        "FileSelected" => [picture with { SelectedPath = told.Path ?? picture.SelectedPath }],
        "FileDeselected" => [picture with { SelectedPath = null }],
        _ => [picture],
    };

    private static OctoPrintPicture Moved(OctoPrintPicture picture, TimeSpan now) => picture with { MovedAt = now };

    private static OctoPrintPicture[] OnStarted(OctoPrintPicture picture, string? path, TimeSpan now)
    {
        switch (picture.Run)
        {
            case null:
                return [Begin(picture, path, isAnnounced: true, null, now)];

            // Its state or a snapshot of it overtook the announcement.
            case { IsAnnounced: false } run when now - run.BegunAt <= Settling:
                return [picture with { Run = run with { IsAnnounced = true, Path = path ?? run.Path } }];

            // "Restart" from paused announces the second run and says nothing about the first (recording 09).
            default:
                var closing = End(picture, RestartedOutcome(picture), null, "restarted", now);
                return [closing, Begin(closing, path, isAnnounced: true, null, now)];
        }
    }

    /// <param name="told">Progress that came with the news. What was known before belongs to the run before, and a meter must not start from it.</param>
    private static OctoPrintPicture Begin(OctoPrintPicture picture, string? path, bool isAnnounced, JobProgress? told, TimeSpan now)
    {
        // Seen before this run began, so its last print is the one before ours.
        var before = path is not null && picture.File?.Path == path ? picture.File : null;
        return picture with
        {
            Run = new Run(path, now, isAnnounced) { IsBaselineKnown = before is not null, BaselineEndedAt = before?.LastPrint?.EndedAt },
            Ended = null,
            Fault = null,
            Start = null,
            CancelAskedAt = null,
            Progress = told ?? JobProgress.None,
            BusyState = ControllerState.Preparing,
            State = StateWords.IsBusy(picture.State) ? picture.State : ControllerState.Preparing,
            MovedAt = now,
        };
    }

    private static OctoPrintPicture OnEnd(OctoPrintPicture picture, OctoPrintEvent told, RunOutcome outcome, TimeSpan now)
    {
        if (picture.Run is null && picture.Ended is { } ended && now - ended.At < Settling)
        {
            return picture with { Ended = WithDetails(ended, told.Error) };
        }

        // No run that we know of ended: we came in between. The end is as good as any.
        var run = picture.Run ?? new Run(told.Path ?? picture.SelectedPath, now, IsAnnounced: true);
        var reason = outcome is RunOutcome.CancelledAtMachine ? "cancelled" : told.Error ?? picture.Fault?.Text;
        return End(
            picture with { Run = run with { Path = run.Path ?? told.Path } },
            outcome,
            told.PrintMilliseconds,
            outcome is RunOutcome.Completed or RunOutcome.CancelledByUs ? null : reason,
            now);
    }

    private static OctoPrintPicture End(OctoPrintPicture picture, RunOutcome outcome, long? milliseconds, string? reason, TimeSpan now)
    {
        var isFailure = outcome is RunOutcome.FailedLink or RunOutcome.FailedMachine;
        var ran = milliseconds ?? picture.Progress.PrintMilliseconds;
        var end = new RunEnd(picture.Run?.Path, outcome, ran, reason);
        var isCompleted = outcome is RunOutcome.Completed;
        return picture with
        {
            Run = null,

            // The numbers beside the end are those people and meters keep; the next snapshot may come half a second later.
            Progress = picture.Progress with
            {
                Share = isCompleted ? 1 : picture.Progress.Share,
                PrintMilliseconds = ran,
                LeftMilliseconds = isCompleted ? 0 : picture.Progress.LeftMilliseconds,
            },
            Ended = new Ended(end, now, isFailure ? now + Settling : now),
            File = null,
            Start = null,
            CancelAskedAt = null,
            StateAt = now,
        };
    }

    private static Ended WithDetails(Ended ended, string? error) =>
        ended.End.Outcome is RunOutcome.FailedLink or RunOutcome.FailedMachine && ended.End.Reason is null
            ? ended with { End = ended.End with { Reason = error } }
            : ended;

    private static OctoPrintPicture OnStateId(OctoPrintPicture picture, string? stateId, TimeSpan now)
    {
        if (StateWords.OfId(stateId) is not { } state)
        {
            return picture;
        }

        // OFFLINE follows ERROR after every fault; whether it was one, only a snapshot takes back.
        if (state is ControllerState.Off && picture.State is ControllerState.Error)
        {
            return Doubted(picture with { StateAt = now }, now);
        }

        var isLate = StateWords.IsBusy(state) && picture.Run is null && now - picture.Ended?.At < Settling;
        var isStart = stateId is "STARTING";
        if (isLate && !isStart)
        {
            return picture;
        }

        var next = picture with
        {
            State = state,
            StateAt = now,
            IsConnecting = stateId is "OPEN_SERIAL" or "DETECT_SERIAL" or "CONNECTING",
        };
        return StateWords.IsBusy(state)
            ? Busy(next, state, picture.SelectedPath, isRun: !isLate && stateId is not "TRANSFERING_FILE", told: null, now)
            : Doubted(next, now);
    }

    private static OctoPrintPicture OnFault(OctoPrintPicture picture, string? reason, string? text, TimeSpan now)
    {
        if (reason is null && text is null)
        {
            return picture;
        }

        // Reasons of the line to the printer; everything else is the printer giving up (or someone pressing stop).
        var isMachine = reason is not ("timeout" or "connection" or "autodetect");
        var fault = new Fault(isMachine || picture.Fault is { IsMachine: true }, text ?? picture.Fault?.Text, now);
        var ended = picture.Ended is { } known && now < known.ShownFrom ? WithDetails(known, text) : picture.Ended;
        return picture with
        {
            Fault = fault,
            ErrorText = text ?? picture.ErrorText,
            Ended = isMachine && ended is { End.Outcome: RunOutcome.FailedLink } && now < ended.ShownFrom
                ? ended with { End = ended.End with { Outcome = RunOutcome.FailedMachine } }
                : ended,
        };
    }

    private static OctoPrintPicture OnFile(OctoPrintPicture picture, FileSeen seen, TimeSpan now)
    {
        var next = picture with { File = seen };
        if (picture.Run is null)
        {
            var isOurs = picture.Ended is null && seen.Path == (picture.SelectedPath ?? picture.Start?.Path);
            return isOurs && seen.LastPrint is { } earlier ? EndFromBooks(next with { Run = new Run(seen.Path, now, false) }, earlier, now) : next;
        }

        if (picture.Run is not { } run || run.Path != seen.Path)
        {
            return next;
        }

        if (run.DoubtSince is not { } since)
        {
            return run.IsBaselineKnown || seen.AskedAt < run.BegunAt
                ? next
                : next with { Run = run with { IsBaselineKnown = true, BaselineEndedAt = seen.LastPrint?.EndedAt } };
        }

        var isNew = seen.LastPrint is { } last && (!run.IsBaselineKnown || last.EndedAt != run.BaselineEndedAt);
        return isNew && seen.AskedAt >= since ? EndFromBooks(next, seen.LastPrint!, now)
            : now - since >= DoubtLimit ? GiveUp(next, now)
            : next;
    }

    private static OctoPrintPicture EndFromBooks(OctoPrintPicture picture, LastPrint last, TimeSpan now)
    {
        var outcome = last.IsSuccess ? RunOutcome.Completed
            : picture.State is ControllerState.Error or ControllerState.Off ? FailOutcome(picture, now)
            : CancelOutcome(picture);
        var reason = outcome is RunOutcome.FailedLink or RunOutcome.FailedMachine ? picture.ErrorText : null;
        return End(picture, outcome, last.PrintMilliseconds, reason, now);
    }

    private static OctoPrintPicture GiveUp(OctoPrintPicture picture, TimeSpan now) => picture.CancelAskedAt is not null
        ? End(picture, RunOutcome.CancelledByUs, null, null, now)
        : End(picture, RunOutcome.FailedLink, null, picture.ErrorText ?? "how the run ended was not seen", now);

    private static RunOutcome CancelOutcome(OctoPrintPicture picture) =>
        picture.CancelAskedAt is null ? RunOutcome.CancelledAtMachine : RunOutcome.CancelledByUs;

    private static RunOutcome RestartedOutcome(OctoPrintPicture picture) => CancelOutcome(picture);

    private static RunOutcome FailOutcome(OctoPrintPicture picture, TimeSpan now) =>
        picture.Fault is { IsMachine: true, At: var at } && (picture.Run is not { } run || at >= run.BegunAt) && at <= now
            ? RunOutcome.FailedMachine
            : RunOutcome.FailedLink;
}
