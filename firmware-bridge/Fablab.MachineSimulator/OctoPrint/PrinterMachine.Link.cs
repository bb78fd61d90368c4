using System.Text.Json.Nodes;

namespace Fablab.MachineSimulator.OctoPrint;

/// <summary>The serial link to the printer and all that can happen on the printer's side.</summary>
internal sealed partial class PrinterMachine
{
    private const string ThermalRunaway = "Thermal Runaway, system stopped! Heater_ID: bed - Printer halted. kill() called!";
    private const string TooManyTimeouts = "Too many consecutive timeouts, printer still connected and alive?";

    public void Connect()
    {
        if (Phase is not PrinterPhase.Offline)
        {
            return;
        }

        LinkError = null;
        FirmwareError = null;
        _silentSince = null;
        EnterTimed(PrinterPhase.OpeningSerial, _settings.ConnectDelay);
        Raise("Connecting", null);
        RaiseState("OPEN_SERIAL", "Opening serial connection");
    }

    /// <summary>Closes the link on purpose. It kills a running print, as it does in the real one (recording 12).</summary>
    public void Disconnect()
    {
        if (Phase is PrinterPhase.Offline)
        {
            return;
        }

        Raise("Disconnecting", null);
        LoseLink("");
    }

    /// <summary>The USB cable falls out (recording 11): no Error event, only the link goes.</summary>
    public void LoseSerial()
    {
        if (IsOperational)
        {
            LoseLink("SerialTimeoutException: ");
        }
    }

    /// <summary>The firmware halts by itself (recording 10).</summary>
    public void FailFirmware()
    {
        if (!IsOperational)
        {
            return;
        }

        RaiseState("ERROR", "Error");
        string[] logs = ["Recv: Error:Thermal Runaway, system stopped! Heater_ID: bed", "Recv: Error:Printer halted. kill() called!"];
        FirmwareError = new JsonObject
        {
            ["error"] = ThermalRunaway,
            ["reason"] = "firmware",
            ["consequence"] = "emergency",
            ["logs"] = new JsonArray([.. logs.Select(line => JsonValue.Create(line))]),
            ["faq"] = "firmware-thermal-runaway",
        };
        Raise("Error", FirmwareError.DeepClone());
        Raise("EStop", null);
        LoseLink(ThermalRunaway);
    }

    /// <summary>M112 through OctoPrint (recording 14): the link closes before the stop is announced.</summary>
    public void EmergencyStop()
    {
        if (IsOperational)
        {
            LoseLink("Closing serial port due to emergency stop M112.", announcesStop: true);
        }
    }

    /// <summary>The printer stops answering; OctoPrint notices only after <see cref="PrinterSettings.SilenceLimit"/> (recording 15).</summary>
    public void FallSilent()
    {
        _silentSince ??= Now;
        if (Run is { } run)
        {
            run.ActiveWhenSilenced ??= run.Active;
        }
    }

    public void AnswerAgain()
    {
        _silentSince = null;
        if (Run is { } run)
        {
            run.ActiveWhenSilenced = null;
        }

        if (Phase is PrinterPhase.Pausing && _phaseEnds is null)
        {
            _phaseEnds = Now;
        }
    }

    /// <summary>Someone cancels at the printer's panel (recording 13).</summary>
    public void CancelAtPrinter()
    {
        if (Run is { } run && Phase is not PrinterPhase.Cancelling)
        {
            BeginCancelling(run, actor: null, saysReason: true);
        }
    }

    /// <summary>Someone pauses at the printer's panel (recording 16): the pause is complete at once.</summary>
    public void PauseAtPrinter()
    {
        if (Phase is not PrinterPhase.Printing)
        {
            return;
        }

        _actor = null;
        RaiseState("PAUSING", "Pausing");
        BecomePaused();
    }

    public void ResumeAtPrinter()
    {
        if (Phase is PrinterPhase.Paused)
        {
            BecomeResumed(actor: null);
        }
    }

    /// <summary>The printer's board restarts (recording 17): OctoPrint cancels the print and stays connected.</summary>
    public void Reset()
    {
        if (!IsOperational)
        {
            return;
        }

        if (Run is { } run && Phase is not PrinterPhase.Cancelling)
        {
            BeginCancelling(run, actor: null, saysReason: true, isReset: true);
        }
        else if (Run is null)
        {
            Raise("PrinterReset", new JsonObject { ["idle"] = true });
        }
    }

    /// <summary>A printer without power takes its serial port with it and cannot be connected until it is back.</summary>
    public void SetPower(bool isOn)
    {
        HasPower = isOn;
        if (!isOn)
        {
            LoseSerial();
            if (Phase is PrinterPhase.OpeningSerial)
            {
                (Phase, _phaseEnds) = (PrinterPhase.Offline, null);
            }
        }
    }

    private void BecomeConnected()
    {
        Phase = PrinterPhase.Operational;
        RaiseState("CONNECTING", "Connecting");
        Mark("connected", "Connected");
        Raise("Connected", new JsonObject { ["port"] = "VIRTUAL", ["baudrate"] = 115200 });
        RaiseState("OPERATIONAL", "Operational");
        SampleTemperature();
    }

    private void GiveUpOnSilence()
    {
        Raise("Error", new JsonObject { ["error"] = TooManyTimeouts, ["reason"] = "timeout" });
        LoseLink(TooManyTimeouts);
    }

    private void LoseLink(string error, bool announcesStop = false)
    {
        var run = Run is null ? null : EndRun();
        Phase = PrinterPhase.Offline;
        LinkError = error;
        _phaseEnds = null;
        _silentSince = null;
        Tool.Target = 0;
        Bed.Target = 0;
        Raise("UpdatedFiles", new JsonObject { ["type"] = "printables" });
        if (Selected is not null)
        {
            Unselect();
        }

        Mark("disconnected", "Disconnected");
        Raise("Disconnected", null);
        RaiseState("OFFLINE", "Offline");
        if (announcesStop)
        {
            Raise("EStop", null);
        }

        if (run is null)
        {
            return;
        }

        run.File.RecordFailure(Now);
        RaiseStatistics(run.File);
        var payload = Basics(run.File, user: null);
        payload["time"] = run.Active.TotalSeconds;
        payload["reason"] = "error";
        payload["error"] = error;
        // A fraction here, unlike the whole per cents of a cancelled print.
        payload["progress"] = run.Completion / 100;
        Raise("PrintFailed", payload);
    }
}
