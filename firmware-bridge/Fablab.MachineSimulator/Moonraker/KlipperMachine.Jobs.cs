using System.Globalization;
using System.Text.Json.Nodes;
using Fablab.MachineSimulator.OctoPrint;

namespace Fablab.MachineSimulator.Moonraker;

/// <content>Starting, pausing, ending, and what goes wrong.</content>
internal sealed partial class KlipperMachine
{
    /// <returns>The words of a no (always code 400), or null.</returns>
    public string? Start(string name)
    {
        if (Klippy is not "ready")
        {
            return KlippyMessage;
        }

        if (IsPrinting)
        {
            Say("!! SD busy");
            return "SD busy";
        }

        if (!Files.TryGetValue(name, out var file))
        {
            return "Unable to open file";
        }

        Say($"File opened:{name} Size:{file.Content.Length}");
        Say("File selected");
        (JobState, FileName, JobMessage) = ("printing", name, "");
        (Printed, Total, FilamentMillimetres, Progress) = (TimeSpan.Zero, TimeSpan.Zero, 0, 0);
        (_tool.Target, _bed.Target) = (file.Analysis.ToolDegrees, file.Analysis.BedDegrees);
        _jobs++;
        History.Add(new JsonObject
        {
            ["job_id"] = _jobs.ToString("X6", CultureInfo.InvariantCulture),
            ["user"] = "_API_KEY_USER_",
            ["filename"] = name,
            ["status"] = "in_progress",
            ["start_time"] = Seconds(Now),
            ["end_time"] = null,
            ["print_duration"] = 0.0,
            ["total_duration"] = 0.0,
            ["filament_used"] = 0.0,
            ["metadata"] = new JsonObject { ["size"] = file.Content.Length, ["estimated_time"] = file.Analysis.Duration.TotalSeconds },
            ["auxiliary_data"] = new JsonArray(),
            ["exists"] = true,
        });
        if (History.Count > HistoryLimit)
        {
            History.RemoveAt(0);
        }

        Notify("notify_history_changed", Change("added"));
        return null;
    }

    /// <summary>Always "ok": while a pause is latched it does nothing, and while nothing is printed it latches (recording 06).</summary>
    public string? Pause()
    {
        if (Klippy is not "ready")
        {
            return KlippyMessage;
        }

        if (IsPauseLatched)
        {
            Say("// Print already paused");
            return null;
        }

        IsPauseLatched = true;
        if (JobState is "printing")
        {
            JobState = "paused";
        }

        return null;
    }

    public string? Resume()
    {
        if (Klippy is not "ready")
        {
            return KlippyMessage;
        }

        IsPauseLatched = false;
        if (JobState is "paused")
        {
            JobState = "printing";
        }

        return null;
    }

    public string? Cancel()
    {
        if (Klippy is not "ready")
        {
            return KlippyMessage;
        }

        IsPauseLatched = false;
        if (IsPrinting)
        {
            Progress = 0;
            var wasPaused = JobState is "paused";
            EndJob("cancelled", "cancelled", "");

            // Klipper's own number counts the pause when it was cancelled from one; only the history is right then (recording 06).
            Printed = wasPaused ? Total : Printed;
        }

        return null;
    }

    public string? RunScript(string script)
    {
        if (Klippy is not "ready")
        {
            return KlippyMessage;
        }

        if (script is "CLEAR_PAUSE")
        {
            IsPauseLatched = IsPauseLatched && KeepsPause;
        }
        else
        {
            Say($"// Unknown command:\"{script}\"");
        }

        return null;
    }

    /// <summary>A line of the file cannot be carried out.</summary>
    public void FailJob()
    {
        if (IsPrinting)
        {
            const string words = "Move out of range: 9999.000 50.000 1.000 [0.000]";
            Say($"!! {words}");
            EndJob("error", "error", words);
        }
    }

    /// <summary>The board gives up, or somebody pressed stop: the print is lost, and Klipper calls it paused.</summary>
    public void ShutDown(string why)
    {
        if (Klippy is not "ready")
        {
            return;
        }

        (Klippy, KlippyMessage) = ("shutdown", $"{why}\n{ShutdownAdvice}");
        var wasPrinting = JobState is "printing" or "paused";
        if (wasPrinting)
        {
            JobState = "paused";
        }

        (_tool.Target, _bed.Target) = (0, 0);
        Notify("notify_klippy_shutdown", null);
        if (wasPrinting)
        {
            Finish("klippy_shutdown");
        }
    }

    public void RestartFirmware()
    {
        if (Klippy is "ready" && IsPrinting)
        {
            Finish("klippy_disconnect");
        }

        (Klippy, KlippyMessage) = ("disconnected", "Klippy Host not connected");
        _readyAt = Now + RestartTime;
        (_tool.Target, _bed.Target) = (0, 0);
        Notify("notify_klippy_disconnected", null);
    }

    /// <summary>Moonraker alone begins anew: it closes its book on the job, while Klipper goes on printing.</summary>
    public void RestartMoonraker()
    {
        if (IsPrinting)
        {
            Finish("server_exit");
        }
    }

    /// <returns>False when it is being printed.</returns>
    public bool Store(string name, byte[] content)
    {
        if (IsPrinting && FileName == name)
        {
            return false;
        }

        Files[name] = (content, GcodeAnalysis.Of(content), Now);
        Notify("notify_filelist_changed", new JsonObject { ["action"] = "create_file", ["item"] = new JsonObject { ["path"] = name, ["root"] = "gcodes" } });
        return true;
    }

    private static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;

    private void EndJob(string state, string status, string message)
    {
        (JobState, JobMessage) = (state, message);
        (_tool.Target, _bed.Target) = (0, 0);
        Finish(status);
    }

    private void Finish(string status)
    {
        var job = History[^1];
        if ((string?)job["status"] is not "in_progress")
        {
            return;
        }

        job["status"] = status;
        job["end_time"] = Seconds(Now);
        job["print_duration"] = Printed.TotalSeconds;
        job["total_duration"] = Total.TotalSeconds;
        job["filament_used"] = FilamentMillimetres;
        Notify("notify_history_changed", Change("finished"));
    }

    private JsonObject Change(string action) => new() { ["action"] = action, ["job"] = History[^1].DeepClone() };
}
