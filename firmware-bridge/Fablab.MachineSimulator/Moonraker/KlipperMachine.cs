using System.Text.Json.Nodes;
using Fablab.MachineSimulator.OctoPrint;

namespace Fablab.MachineSimulator.Moonraker;

/// <summary>
/// Klipper and the Moonraker in front of it as one state machine without clock, thread or socket: every call is told the time by
/// an earlier <see cref="Advance"/>, and what happened is collected as notices. Behaviour and orders are those recorded in
/// <c>tests/recordings/moonraker</c>.
/// </summary>
internal sealed partial class KlipperMachine
{
    /// <summary>History entries kept; the oldest go first.</summary>
    private const int HistoryLimit = 200;

    private const string ShutdownAdvice = "Once the underlying issue is corrected, use the\n\"FIRMWARE_RESTART\" command to reset the firmware, reload the\nconfig, and restart the host software.\nPrinter is shutdown\n";

    /// <summary>From a firmware restart to ready; 2.5 s were recorded.</summary>
    private static readonly TimeSpan RestartTime = TimeSpan.FromSeconds(2.5);

    private readonly double _speed;
    private readonly List<(string Method, JsonNode? Body)> _notices = [];
    private readonly Heater _tool;
    private readonly Heater _bed;
    private DateTimeOffset? _readyAt;
    private int _jobs;

    public KlipperMachine(double speed, DateTimeOffset now)
    {
        (_speed, Now) = (speed, now);
        _tool = new Heater(10 * speed);
        _bed = new Heater(5 * speed);
    }

    public DateTimeOffset Now { get; private set; }

    /// <summary>ready, shutdown or disconnected.</summary>
    public string Klippy { get; private set; } = "ready";

    public string KlippyMessage { get; private set; } = "Printer is ready";

    /// <summary>As in <c>print_stats</c>: after a shutdown it says "paused" for good.</summary>
    public string JobState { get; private set; } = "standby";

    public string FileName { get; private set; } = "";

    public string JobMessage { get; private set; } = "";

    public bool IsPauseLatched { get; private set; }

    /// <summary>Somebody's macro has taken the place of CLEAR_PAUSE and does nothing.</summary>
    public bool KeepsPause { get; set; }

    public TimeSpan Printed { get; private set; }

    public TimeSpan Total { get; private set; }

    public double FilamentMillimetres { get; private set; }

    public double Progress { get; private set; }

    public Dictionary<string, (byte[] Content, GcodeAnalysis Analysis, DateTimeOffset At)> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Oldest first.</summary>
    public List<JsonObject> History { get; } = [];

    public bool IsPrinting => Klippy is "ready" && JobState is "printing" or "paused";

    private TimeSpan Duration => Files.TryGetValue(FileName, out var file) ? file.Analysis.Duration : TimeSpan.FromSeconds(1);

    private bool IsHeating => _tool.TimeToReachTarget > TimeSpan.Zero || _bed.TimeToReachTarget > TimeSpan.Zero;

    public IReadOnlyList<(string Method, JsonNode? Body)> TakeNotices()
    {
        (string, JsonNode?)[] taken = [.. _notices];
        _notices.Clear();
        return taken;
    }

    public void Advance(DateTimeOffset now)
    {
        var elapsed = now - Now;
        if (elapsed <= TimeSpan.Zero)
        {
            return;
        }

        Now = now;
        if (_readyAt <= now)
        {
            BecomeReady();
        }

        if (JobState is "printing" or "paused" && Klippy is "ready")
        {
            Total += elapsed;
        }

        var heating = IsHeating ? Longest(_tool.TimeToReachTarget, _bed.TimeToReachTarget) : TimeSpan.Zero;
        _tool.Pass(elapsed);
        _bed.Pass(elapsed);
        if (Klippy is "ready" && JobState is "printing" && elapsed > heating)
        {
            Print(elapsed - heating);
        }
    }

    public JsonObject Status() => new()
    {
        ["webhooks"] = new JsonObject { ["state"] = Klippy, ["state_message"] = KlippyMessage },
        ["print_stats"] = new JsonObject
        {
            ["filename"] = FileName,
            ["total_duration"] = Total.TotalSeconds,
            ["print_duration"] = Printed.TotalSeconds,
            ["filament_used"] = FilamentMillimetres,
            ["state"] = JobState,
            ["message"] = JobMessage,
            ["info"] = new JsonObject { ["total_layer"] = null, ["current_layer"] = null },
        },
        ["virtual_sdcard"] = new JsonObject { ["progress"] = Progress, ["is_active"] = Klippy is "ready" && JobState is "printing" },
        ["pause_resume"] = new JsonObject { ["is_paused"] = IsPauseLatched },
        ["extruder"] = new JsonObject { ["temperature"] = Math.Round(_tool.Actual, 2), ["target"] = _tool.Target },
        ["heater_bed"] = new JsonObject { ["temperature"] = Math.Round(_bed.Actual, 2), ["target"] = _bed.Target },
    };

    private static TimeSpan Longest(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private void Print(TimeSpan elapsed)
    {
        Printed += elapsed;
        var share = Math.Min(1, Printed * _speed / Duration);
        Progress = share;
        FilamentMillimetres = Files.TryGetValue(FileName, out var file) ? file.Analysis.FilamentMillimetres * share : 0;
        if (share >= 1)
        {
            Say("Done printing file");
            EndJob("complete", "completed", "");
        }
    }

    private void BecomeReady()
    {
        _readyAt = null;
        (Klippy, KlippyMessage) = ("ready", "Printer is ready");
        (JobState, FileName, JobMessage, IsPauseLatched) = ("standby", "", "", false);
        (Printed, Total, FilamentMillimetres, Progress) = (TimeSpan.Zero, TimeSpan.Zero, 0, 0);
        Notify("notify_klippy_ready", null);
    }

    private void Notify(string method, JsonNode? body) => _notices.Add((method, body));

    private void Say(string words) => Notify("notify_gcode_response", words);
}
