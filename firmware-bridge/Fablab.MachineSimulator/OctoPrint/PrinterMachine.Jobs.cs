using System.Text.Json.Nodes;

namespace Fablab.MachineSimulator.OctoPrint;

/// <summary>Selecting, starting, pausing, resuming, cancelling and finishing, with the recorded orders of events.</summary>
internal sealed partial class PrinterMachine
{
    public void Select(PrintFile file)
    {
        Selected = file;
        HasEverSelected = true;
        Finished = null;
        // OctoPrint does not know the size yet when it announces the selection (recordings 07 to 17).
        Raise("FileSelected", new JsonObject
        {
            ["name"] = file.Name,
            ["path"] = file.Path,
            ["origin"] = "local",
            ["size"] = null,
            ["owner"] = _settings.User,
            ["user"] = _settings.User,
        });
    }

    public void Unselect()
    {
        Selected = null;
        Finished = null;
        Raise("FileDeselected", null);
    }

    /// <summary>Starts the selected file; with nothing selected nothing happens, as in the real one.</summary>
    public void Start()
    {
        if (Selected is not { } file)
        {
            return;
        }

        Run = new PrintRun(file, Now);
        Finished = null;
        _actor = _settings.User;
        Tool.Target = file.Analysis.ToolDegrees;
        Bed.Target = file.Analysis.BedDegrees;
        RaiseState("STARTING", "Starting");
        Raise("PrintStarted", Basics(file, _actor));
        Chart("print", "Start");
        EnterPrinting();
    }

    public void Pause()
    {
        if (Phase is not PrinterPhase.Printing)
        {
            return;
        }

        _actor = _settings.User;
        EnterTimed(PrinterPhase.Pausing, _settings.PauseDelay / _settings.Speed);
        RaiseState("PAUSING", "Pausing");
    }

    public void Resume()
    {
        if (Phase is PrinterPhase.Paused)
        {
            BecomeResumed(_settings.User);
        }
    }

    public void Cancel()
    {
        if (Run is not { } run || Phase is PrinterPhase.Cancelling)
        {
            return;
        }

        // Recording 08 (cancelled while printing) gives no reason in PrintCancelled, 09 (while paused) does.
        BeginCancelling(run, _settings.User, saysReason: Phase is PrinterPhase.Paused);
    }

    private void EnterPrinting()
    {
        Phase = PrinterPhase.Printing;
        _phaseEnds = null;
        RaiseState("PRINTING", "Printing");
    }

    private void EnterTimed(PrinterPhase phase, TimeSpan length)
    {
        Phase = phase;
        // A silent printer never says that the moves before the pause are done.
        _phaseEnds = IsSilent && phase is PrinterPhase.Pausing ? null : Now + length;
    }

    private void BecomePaused()
    {
        var run = Run!;
        Phase = PrinterPhase.Paused;
        var payload = Basics(run.File, _actor);
        payload["position"] = Position(run);
        payload["fileposition"] = run.FilePosition;
        payload["progress"] = (int)run.Completion;
        Raise("PrintPaused", payload);
        Chart("pause", "Pause");
        var update = Position(run);
        update.Insert(0, "reason", "pause");
        Raise("PositionUpdate", update);
        RaiseState("PAUSED", "Paused");
    }

    private void BecomeResumed(string? actor)
    {
        RaiseState("RESUMING", "Resuming");
        Raise("PrintResumed", Basics(Run!.File, actor));
        Chart("resume", "Resume");
        EnterPrinting();
    }

    private void BeginCancelling(PrintRun run, string? actor, bool saysReason, bool isReset = false)
    {
        _actor = actor;
        _cancelSaysReason = saysReason;
        _cancelIsReset = isReset;
        EnterTimed(PrinterPhase.Cancelling, _settings.CancelDelay);
        Raise("PrintCancelling", Basics(run.File, actor));
        RaiseState("CANCELLING", "Cancelling");
    }

    private void FinishCancelling()
    {
        var run = EndRun();
        Raise("PrintCancelled", Cancelled(run, _cancelSaysReason));
        Chart("cancel", "Cancel");
        if (_cancelIsReset)
        {
            Raise("PrinterReset", new JsonObject { ["idle"] = false });
        }

        Phase = PrinterPhase.Operational;
        // The order of PrintFailed and OPERATIONAL differs between runs of the real one; both occur here, bound to the
        // situation in which they were recorded, so that a client that relies on either is found out.
        if (!_cancelSaysReason)
        {
            RaiseState("OPERATIONAL", "Operational");
        }

        run.File.RecordFailure(Now);
        RaiseStatistics(run.File);
        Raise("PrintFailed", Cancelled(run, saysReason: true));
        if (_cancelSaysReason)
        {
            RaiseState("OPERATIONAL", "Operational");
        }
    }

    private void FinishPrint(PrintRun run)
    {
        EndRun();
        Finished = run;
        RaiseState("FINISHING", "Finishing");
        Chart("done", "Done");
        var payload = Basics(run.File, user: null);
        payload["time"] = run.Active.TotalSeconds;
        Raise("PrintDone", payload);
        Phase = PrinterPhase.Operational;
        RaiseState("OPERATIONAL", "Operational");
        run.File.RecordSuccess(Now, run.Active.TotalSeconds);
        RaiseStatistics(run.File);
    }

    private PrintRun EndRun()
    {
        var run = Run!;
        Run = null;
        _phaseEnds = null;
        Tool.Target = 0;
        Bed.Target = 0;
        return run;
    }

    private void RaiseStatistics(PrintFile file) =>
        Raise("MetadataStatisticsUpdated", new JsonObject { ["storage"] = "local", ["path"] = file.Path });

    private JsonObject Basics(PrintFile file, string? user)
    {
        var payload = new JsonObject
        {
            ["name"] = file.Name,
            ["path"] = file.Path,
            ["origin"] = "local",
            ["size"] = file.Size,
            ["owner"] = _settings.User,
        };
        if (user is not null)
        {
            payload["user"] = user;
        }

        return payload;
    }

    private JsonObject Cancelled(PrintRun run, bool saysReason)
    {
        var payload = Basics(run.File, _actor);
        payload["position"] = new JsonObject { ["z"] = null, ["f"] = null, ["x"] = null, ["y"] = null, ["t"] = null, ["e"] = null };
        payload["fileposition"] = run.FilePosition;
        payload["progress"] = (int)run.Completion;
        payload["time"] = run.Active.TotalSeconds;
        if (saysReason)
        {
            payload["reason"] = "cancelled";
        }

        return payload;
    }

    private static JsonObject Position(PrintRun run) => new()
    {
        ["z"] = run.CurrentZ ?? 0.0,
        ["f"] = 1800.0,
        ["x"] = Math.Round(run.File.Analysis.MaxX / 2, 3),
        ["y"] = Math.Round(run.File.Analysis.MaxY / 2, 3),
        ["t"] = 0,
        ["e"] = Math.Round(run.File.Analysis.FilamentMillimetres * run.Completion / 100, 5),
    };
}
