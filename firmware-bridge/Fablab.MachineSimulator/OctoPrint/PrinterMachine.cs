using System.Text.Json.Nodes;

namespace Fablab.MachineSimulator.OctoPrint;

/// <summary>
/// The printer and the OctoPrint in front of it as one state machine without clock, thread or socket: every call is told
/// the time by an earlier <see cref="Advance"/>, and what happened is collected as events. Behaviour and event orders are
/// those recorded from OctoPrint 1.11.8 in <c>tests/recordings/octoprint</c>.
/// </summary>
internal sealed partial class PrinterMachine
{
    /// <summary>Temperatures OctoPrint keeps for <c>history</c>; it samples about once a second.</summary>
    private const int TemperatureHistoryLimit = 300;

    private const int MarkingLimit = 100;

    private static readonly TimeSpan TemperatureInterval = TimeSpan.FromSeconds(1);

    private readonly PrinterSettings _settings;
    private readonly List<PrinterEvent> _events = [];
    private DateTimeOffset? _phaseEnds;
    private DateTimeOffset? _silentSince;
    private DateTimeOffset _nextTemperature;
    private bool _cancelSaysReason;
    private bool _cancelIsReset;
    private string? _actor;

    public PrinterMachine(PrinterSettings settings, DateTimeOffset now)
    {
        _settings = settings;
        Now = now;
        _nextTemperature = now + TemperatureInterval;
        Tool = new Heater(10 * settings.Speed);
        Bed = new Heater(5 * settings.Speed);
        if (settings.StartsConnected)
        {
            BecomeConnected();
        }
    }

    public DateTimeOffset Now { get; private set; }

    public PrinterPhase Phase { get; private set; } = PrinterPhase.Offline;

    public Heater Tool { get; }

    public Heater Bed { get; }

    public Dictionary<string, PrintFile> Files { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, DateTimeOffset> Folders { get; } = new(StringComparer.Ordinal);

    public PrintFile? Selected { get; private set; }

    /// <summary>OctoPrint's job object has fewer members before the first selection than after it.</summary>
    public bool HasEverSelected { get; private set; }

    public PrintRun? Run { get; private set; }

    /// <summary>The latest finished run; its numbers stay in the job's progress until the next start or selection.</summary>
    public PrintRun? Finished { get; private set; }

    /// <summary>Why the link was lost, empty when it was closed on purpose; <see langword="null"/> while all is well.</summary>
    public string? LinkError { get; private set; }

    /// <summary>The firmware's last error with its context; only such errors appear at <c>/api/printer/error</c>.</summary>
    public JsonObject? FirmwareError { get; private set; }

    public bool HasPower { get; private set; } = true;

    public bool IsSilent => _silentSince is not null;

    public Queue<(DateTimeOffset At, double Tool, double ToolTarget, double Bed, double BedTarget)> Temperatures { get; } = new();

    public Queue<(string Type, string Label, DateTimeOffset At)> Markings { get; } = new();

    public bool IsOperational => Phase is not (PrinterPhase.Offline or PrinterPhase.OpeningSerial);

    public bool IsPrinting => Phase is PrinterPhase.Printing or PrinterPhase.Pausing or PrinterPhase.Cancelling;

    public bool IsBusy => IsPrinting || Phase is PrinterPhase.Paused;

    /// <summary>State text as in OctoPrint's REST answers. Events use other words for the states of a lost link.</summary>
    public string StateText => Phase switch
    {
        PrinterPhase.Offline => string.IsNullOrEmpty(LinkError) ? "Offline" : "Offline after error",
        PrinterPhase.OpeningSerial => "Opening serial connection",
        _ => Phase.ToString(),
    };

    /// <summary>Clock time until the run is through, heating included, if nobody interferes.</summary>
    public TimeSpan ClockTimeLeft(PrintRun run) =>
        (run.IsHeating ? Longest(Tool.TimeToReachTarget, Bed.TimeToReachTarget) : TimeSpan.Zero) + (run.Left / _settings.Speed);

    /// <summary>Lets time pass: all that was due until <paramref name="now"/> happens, in order and at its own instant.</summary>
    public void Advance(DateTimeOffset now)
    {
        while (NextDue() is { } due && due <= now)
        {
            PassTime(due);
            Happen();
        }

        PassTime(now);
    }

    /// <summary>The events since the last call, oldest first.</summary>
    public IReadOnlyList<PrinterEvent> TakeEvents()
    {
        PrinterEvent[] taken = [.. _events];
        _events.Clear();
        return taken;
    }

    private DateTimeOffset? NextDue()
    {
        DateTimeOffset? due = null;
        Consider(_phaseEnds);
        Consider(_silentSince is { } since && IsOperational ? since + _settings.SilenceLimit : null);
        Consider(NextOfRun());
        Consider(NextAnalysis()?.At);
        return due;

        void Consider(DateTimeOffset? other)
        {
            if (other is { } at && (due is null || at < due))
            {
                due = at;
            }
        }
    }

    private DateTimeOffset? NextOfRun()
    {
        if (Run is not { } run || Phase is not PrinterPhase.Printing || IsSilent)
        {
            return null;
        }

        if (run.IsHeating)
        {
            return Now + Longest(Tool.TimeToReachTarget, Bed.TimeToReachTarget);
        }

        var layers = run.File.Analysis.Layers;
        var next = run.LayersDone < layers.Count
            ? run.TimeAt(layers[run.LayersDone].Offset) - run.Printed
            : run.Left;
        return Now + Longest(next / _settings.Speed, TimeSpan.Zero);
    }

    private (PrintFile File, DateTimeOffset At)? NextAnalysis()
    {
        // OctoPrint puts its analysis off while it prints.
        if (IsBusy)
        {
            return null;
        }

        var waiting = Files.Values.Where(file => !file.IsAnalysed).MinBy(file => file.UploadedAt);
        return waiting is null ? null : (waiting, waiting.UploadedAt + (_settings.AnalysisDelay / _settings.Speed));
    }

    private static TimeSpan Longest(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private void PassTime(DateTimeOffset until)
    {
        while (_nextTemperature <= until)
        {
            PassSlice(_nextTemperature);
            SampleTemperature();
            _nextTemperature += TemperatureInterval;
        }

        PassSlice(until);
    }

    private void PassSlice(DateTimeOffset until)
    {
        var elapsed = until - Now;
        if (elapsed <= TimeSpan.Zero)
        {
            return;
        }

        Now = until;
        if (Run is { } run && Phase is PrinterPhase.Printing or PrinterPhase.Pausing)
        {
            run.Active += elapsed;
            if (!run.IsHeating && Phase is PrinterPhase.Printing && !IsSilent)
            {
                run.Printed = run.Printed + (elapsed * _settings.Speed) is var printed && printed < run.File.Analysis.Duration
                    ? printed
                    : run.File.Analysis.Duration;
            }
        }

        if (!IsSilent)
        {
            Tool.Pass(elapsed);
            Bed.Pass(elapsed);
        }
    }

    private void SampleTemperature()
    {
        if (!IsOperational || IsSilent)
        {
            return;
        }

        Temperatures.Enqueue((Now, Math.Round(Tool.Actual, 2), Tool.Target, Math.Round(Bed.Actual, 2), Bed.Target));
        if (Temperatures.Count > TemperatureHistoryLimit)
        {
            Temperatures.Dequeue();
        }
    }

    private void Happen()
    {
        if (_silentSince + _settings.SilenceLimit <= Now && IsOperational)
        {
            GiveUpOnSilence();
        }
        else if (_phaseEnds <= Now)
        {
            _phaseEnds = null;
            EndPhase();
        }
        else if (NextOfRun() <= Now)
        {
            AdvanceRun(Run!);
        }
        else if (NextAnalysis() is { } analysis && analysis.At <= Now)
        {
            FinishAnalysis(analysis.File);
        }
    }

    private void EndPhase()
    {
        switch (Phase)
        {
            case PrinterPhase.OpeningSerial:
                BecomeConnected();
                break;
            case PrinterPhase.Pausing:
                BecomePaused();
                break;
            case PrinterPhase.Cancelling:
                FinishCancelling();
                break;
            default:
                break;
        }
    }

    private void AdvanceRun(PrintRun run)
    {
        if (run.IsHeating)
        {
            run.IsHeating = false;
            Raise("Home", null);
        }
        else if (run.LayersDone < run.File.Analysis.Layers.Count)
        {
            var z = run.File.Analysis.Layers[run.LayersDone++].Z;
            Raise("ZChange", new JsonObject { ["new"] = z, ["old"] = run.CurrentZ });
            run.CurrentZ = z;
        }
        else
        {
            FinishPrint(run);
        }
    }

    private void FinishAnalysis(PrintFile file)
    {
        Raise("MetadataAnalysisStarted", new JsonObject { ["name"] = file.Name, ["path"] = file.Path, ["origin"] = "local", ["type"] = "gcode" });
        file.IsAnalysed = true;
        Raise("MetadataAnalysisFinished", new JsonObject
        {
            ["name"] = file.Name,
            ["path"] = file.Path,
            ["origin"] = "local",
            ["result"] = OctoPrintAnswers.Analysis(file.Analysis),
        });
    }

    private void Raise(string type, JsonNode? payload) => _events.Add(new PrinterEvent(type, payload, Now));

    private void RaiseState(string id, string text) =>
        Raise("PrinterStateChanged", new JsonObject { ["state_id"] = id, ["state_string"] = text });

    private void Mark(string type, string label)
    {
        Markings.Enqueue((type, label, Now));
        if (Markings.Count > MarkingLimit)
        {
            Markings.Dequeue();
        }
    }

    private void Chart(string type, string label)
    {
        Mark(type, label);
        Raise("ChartMarked", new JsonObject { ["type"] = type, ["label"] = label });
    }
}
