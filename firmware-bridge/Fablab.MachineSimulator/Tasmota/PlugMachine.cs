using System.Globalization;
using System.Text.Json.Nodes;

namespace Fablab.MachineSimulator.Tasmota;

/// <summary>One message a plug publishes.</summary>
public sealed record PlugMessage(string Topic, string Payload, bool IsRetained = false);

/// <summary>
/// A one-relay Tasmota plug with power meter as a state machine without clock or broker. Topics and payloads are those of
/// Tasmota's documentation (<c>cmnd</c>, <c>stat</c>, <c>tele</c>); numbers of the meter are in kWh, W, V and A.
/// </summary>
internal sealed partial class PlugMachine : IMqttPlug
{
    private const double Volts = 230;
    private const double PowerFactor = 0.92;

    /// <summary>Changes of the contact that are remembered; older ones are forgotten.</summary>
    private const int RememberedChanges = 1_000;

    private readonly string _topic;
    private readonly double _speed;
    private readonly DateTimeOffset _bornAt;
    private readonly List<PlugMessage> _messages = [];
    private readonly Queue<(bool HasContact, DateTimeOffset At)> _changes = new();
    private DateTimeOffset _bootedAt;
    private DateTimeOffset _contactSince;
    private DateTimeOffset _nextTelemetry;
    private DateTimeOffset? _pulseEnds;
    private DateTimeOffset _day;
    private double _totalKilowattHours;
    private double _todayKilowattHours;
    private double _yesterdayKilowattHours;
    private double _reportedKilowattHours;
    private double? _load;
    private double _reportedWatts;
    private int _telemetrySeconds;
    private int _pulseTime;
    private int _powerDelta;
    private int _powerOnState = 3;

    public PlugMachine(string topic, double speed, int telemetrySeconds, DateTimeOffset now)
    {
        (_topic, _speed, _telemetrySeconds) = (topic, speed, telemetrySeconds);
        Now = _bornAt = _bootedAt = _contactSince = now;
        _day = now.Date;
        _nextTelemetry = now.AddSeconds(telemetrySeconds);
        _changes.Enqueue((false, now));
    }

    public string Filter => $"cmnd/{_topic}/#";

    public PlugMessage Will => new($"tele/{_topic}/LWT", "Offline", IsRetained: true);

    public IReadOnlyList<string> OwnInjections => [];

    /// <summary>Since when current could flow or not, oldest first: whatever the plug says, this is what it did.</summary>
    public IReadOnlyCollection<(bool HasContact, DateTimeOffset At)> Changes => _changes;

    public DateTimeOffset Now { get; private set; }

    /// <summary>What the plug believes and says.</summary>
    public bool IsRelayOn { get; private set; }

    /// <summary>The contact has burnt shut: current flows whatever the relay is told, and only the meter shows it.</summary>
    public bool IsWelded { get; private set; }

    public bool HasMains { get; private set; } = true;

    public bool HasContact => HasMains && (IsRelayOn || IsWelded);

    public double Watts => HasContact ? _load ?? LaserLoad.At((Now - _contactSince) * _speed).Watts : 0;

    public IReadOnlyList<PlugMessage> TakeMessages()
    {
        PlugMessage[] taken = [.. _messages];
        _messages.Clear();
        return taken;
    }

    public void Advance(DateTimeOffset now)
    {
        while (NextDue() is { } due && due <= now)
        {
            Pass(due);
            Happen();
        }

        Pass(now);
    }

    /// <summary>What Tasmota says on joining a broker.</summary>
    public void Announce()
    {
        Publish("tele", "LWT", "Online", isRetained: true);
        PublishPower();
        PublishState();
        PublishSensor();
    }

    public void Hear(string topic, string payload) => Command(topic[(topic.LastIndexOf('/') + 1)..], payload);

    public bool Inject(string injection) => false;

    /// <param name="command">The last level of <c>cmnd/{topic}/…</c>, in any case.</param>
    /// <param name="payload">Empty asks for the present value.</param>
    public void Command(string command, string payload)
    {
        if (!HasMains)
        {
            return;
        }

        switch (command.ToUpperInvariant())
        {
            case "POWER" or "POWER1":
                CommandPower(payload.Trim().ToUpperInvariant());
                break;
            case "STATUS":
                CommandStatus(payload.Trim());
                break;
            case "TELEPERIOD":
                CommandNumber("TelePeriod", payload, ref _telemetrySeconds, value => value is >= 10 and <= 3600);
                _nextTelemetry = Now.AddSeconds(_telemetrySeconds);
                break;
            case "POWERDELTA" or "POWERDELTA1":
                CommandNumber("PowerDelta1", payload, ref _powerDelta, value => value is >= 0 and <= 32_000);
                break;
            case "POWERONSTATE":
                CommandNumber("PowerOnState", payload, ref _powerOnState, value => value is >= 0 and <= 5);
                break;
            case "PULSETIME" or "PULSETIME1":
                CommandPulseTime(payload);
                break;
            case "BACKLOG":
                CommandSeveral(payload);
                break;
            default:
                PublishResult(new JsonObject { ["Command"] = "Unknown" });
                break;
        }
    }

    public void Weld(bool isWelded) => ChangeContact(() => IsWelded = isWelded);

    /// <summary>Draws this instead of the scripted work; <see langword="null"/> goes back to the script.</summary>
    public void SetLoad(double? watts)
    {
        _load = watts;
        ReportJump();
    }

    /// <summary>The mains go or come back. Only <c>PowerOnState</c> decides what the relay does then; 0 keeps it off.</summary>
    public void SetMains(bool isOn) => ChangeContact(() =>
    {
        if (isOn && !HasMains)
        {
            _bootedAt = Now;
            _nextTelemetry = Now.AddSeconds(_telemetrySeconds);
            IsRelayOn = _powerOnState switch { 0 => false, 1 or 4 => true, 2 => !IsRelayOn, _ => IsRelayOn };
            RestartPulse();
        }

        HasMains = isOn;
    });

    private DateTimeOffset? NextDue()
    {
        if (!HasMains)
        {
            return null;
        }

        var due = _pulseEnds is { } pulse && pulse < _nextTelemetry ? pulse : _nextTelemetry;
        if (HasContact && _load is null)
        {
            // Never zero, or time would stand still on a rounding error.
            var change = Now + LongerOf(LaserLoad.At((Now - _contactSince) * _speed).For / _speed, TimeSpan.FromMilliseconds(1));
            due = change < due ? change : due;
        }

        return due;
    }

    private static TimeSpan LongerOf(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private void Pass(DateTimeOffset until)
    {
        if (until <= Now)
        {
            return;
        }

        // Watts are constant until the next due instant, and nobody passes over one.
        var used = Watts * (until - Now).TotalHours / 1000;
        Now = until;
        if (Now.Date > _day)
        {
            (_yesterdayKilowattHours, _todayKilowattHours, _day) = (_todayKilowattHours, 0, Now.Date);
        }

        _totalKilowattHours += used;
        _todayKilowattHours += used;
    }

    private void Happen()
    {
        if (_pulseEnds <= Now)
        {
            SetRelay(false);
        }

        if (_nextTelemetry <= Now)
        {
            _nextTelemetry = Now.AddSeconds(_telemetrySeconds);
            PublishState();
            PublishSensor();
        }

        ReportJump();
    }

    private void CommandPower(string payload)
    {
        switch (payload)
        {
            case "ON" or "1" or "TRUE":
                SetRelay(true);
                break;
            case "OFF" or "0" or "FALSE":
                SetRelay(false);
                break;
            case "TOGGLE" or "2":
                SetRelay(!IsRelayOn);
                break;
            default:
                PublishPower();
                break;
        }
    }

    private void SetRelay(bool isOn)
    {
        ChangeContact(() => IsRelayOn = isOn);
        // Each ON restarts the pulse: that is what makes it a dead-man timer that a client renews.
        RestartPulse();
        PublishPower();
    }

    private void ChangeContact(Action change)
    {
        var before = HasContact;
        change();
        if (HasContact && !before)
        {
            _contactSince = Now;
        }

        if (HasContact != before)
        {
            Remember();
        }

        ReportJump();
    }

    private void Remember()
    {
        _changes.Enqueue((HasContact, Now));
        if (_changes.Count > RememberedChanges)
        {
            _changes.Dequeue();
        }
    }

    private void RestartPulse() => _pulseEnds = IsRelayOn && _pulseTime > 0 ? Now + PulseLength : null;

    /// <summary>1 to 111 are tenths of a second; above, seconds plus 100 (Tasmota's PulseTime).</summary>
    private TimeSpan PulseLength => _pulseTime <= 111 ? TimeSpan.FromSeconds(_pulseTime / 10.0) : TimeSpan.FromSeconds(_pulseTime - 100);

    private void CommandPulseTime(string payload)
    {
        if (int.TryParse(payload, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 64_900)
        {
            _pulseTime = value;
            RestartPulse();
        }

        var left = _pulseEnds is { } ends ? ends - Now : TimeSpan.Zero;
        var remaining = left <= TimeSpan.Zero ? 0
            : _pulseTime <= 111 ? (int)Math.Ceiling(left.TotalSeconds * 10)
            : (int)Math.Ceiling(left.TotalSeconds) + 100;
        PublishResult(new JsonObject { ["PulseTime1"] = new JsonObject { ["Set"] = _pulseTime, ["Remaining"] = remaining } });
    }

    private void CommandNumber(string name, string payload, ref int setting, Func<int, bool> isAllowed)
    {
        if (int.TryParse(payload, CultureInfo.InvariantCulture, out var value) && isAllowed(value))
        {
            setting = value;
        }

        PublishResult(new JsonObject { [name] = setting });
    }

    private void CommandSeveral(string payload)
    {
        foreach (var one in payload.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = one.Split(' ', 2);
            if (!parts[0].Equals("Backlog", StringComparison.OrdinalIgnoreCase))
            {
                Command(parts[0], parts.Length > 1 ? parts[1] : "");
            }
        }
    }

    private void CommandStatus(string payload)
    {
        if (payload is "" or "0")
        {
            PublishJson("stat", "STATUS", new JsonObject
            {
                ["Status"] = new JsonObject
                {
                    ["Module"] = 0,
                    ["DeviceName"] = _topic,
                    ["FriendlyName"] = new JsonArray(_topic),
                    ["Topic"] = _topic,
                    ["Power"] = IsRelayOn ? "1" : "0",
                    ["PowerOnState"] = _powerOnState,
                    ["PowerRetain"] = 0,
                },
            });
        }

        if (payload is "0" or "8" or "10")
        {
            var number = payload == "8" ? "8" : "10";
            PublishJson("stat", "STATUS" + number, new JsonObject { ["StatusSNS"] = Sensor() });
        }

        if (payload is "0" or "11")
        {
            PublishJson("stat", "STATUS11", new JsonObject { ["StatusSTS"] = State() });
        }
    }

    /// <summary>PowerDelta 101 to 32000 reports jumps of that many watts plus 100 at once, yet not when the power goes off.</summary>
    private void ReportJump()
    {
        if (HasMains && _powerDelta > 100 && HasContact && Math.Abs(Watts - _reportedWatts) >= _powerDelta - 100)
        {
            PublishSensor();
        }
    }

    private void PublishPower()
    {
        var power = IsRelayOn ? "ON" : "OFF";
        PublishResult(new JsonObject { ["POWER"] = power });
        Publish("stat", "POWER", power);
    }

    private void PublishResult(JsonObject result) => PublishJson("stat", "RESULT", result);
}
