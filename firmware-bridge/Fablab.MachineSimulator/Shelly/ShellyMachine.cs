using System.Text.Json;
using System.Text.Json.Nodes;
using Fablab.MachineSimulator.Tasmota;

namespace Fablab.MachineSimulator.Shelly;

/// <summary>
/// A one-relay Shelly of the second generation with power meter as a state machine without clock or broker. Topics, methods and fields are
/// those of Shelly's documentation; numbers of the meter are in W and Wh. As it comes from the shop: after a power cut it goes back to what it was.
/// </summary>
internal sealed class ShellyMachine : IMqttPlug
{
    private const double Volts = 230;
    private const double NotifyWatts = 5;

    /// <summary>Changes of the contact that are remembered; older ones are forgotten.</summary>
    private const int RememberedChanges = 1_000;

    /// <summary>Time passes in slices of at most this, so that timers and the load's script are met closely.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan EnergyInterval = TimeSpan.FromMinutes(1);

    private readonly string _topic;
    private readonly double _speed;
    private readonly List<PlugMessage> _messages = [];
    private readonly Queue<(bool HasContact, DateTimeOffset At)> _changes = new();
    private DateTimeOffset _now;
    private DateTimeOffset _contactSince;
    private DateTimeOffset _nextEnergy;
    private (DateTimeOffset From, double Seconds)? _timer;
    private string _source = "init";
    private string _initialState = "restore_last";
    private bool _isAutoOn;
    private bool _isWelded;
    private bool _hasMains = true;
    private bool _ignoresTimers;
    private bool _ignoresConfig;
    private double? _load;
    private bool? _toldOutput;
    private double _toldWatts;
    private double _wattHours;

    public ShellyMachine(string topic, double speed, DateTimeOffset now)
    {
        (_topic, _speed, _now, _contactSince) = (topic, speed, now, now);
        _nextEnergy = now + EnergyInterval;
        _changes.Enqueue((false, now));
    }

    public string Filter => $"{_topic}/rpc";

    public PlugMessage Will => new($"{_topic}/online", "false", IsRetained: true);

    /// <summary>A person at its button; a device that knows no flip-back timers; one whose settings are locked.</summary>
    public IReadOnlyList<string> OwnInjections { get; } = ["button", "no-timers", "locked-settings"];

    public IReadOnlyCollection<(bool HasContact, DateTimeOffset At)> Changes => _changes;

    public bool IsRelayOn { get; private set; }

    public double Watts => HasContact ? _load ?? LaserLoad.At((_now - _contactSince) * _speed).Watts : 0;

    private bool HasContact => _hasMains && (IsRelayOn || _isWelded);

    public void Advance(DateTimeOffset now)
    {
        while (_now < now)
        {
            var next = now - _now > Slice ? _now + Slice : now;
            _wattHours += Watts * (next - _now).TotalHours;
            _now = next;
            Happen();
        }
    }

    public IReadOnlyList<PlugMessage> TakeMessages()
    {
        PlugMessage[] taken = [.. _messages];
        _messages.Clear();
        return taken;
    }

    public void Announce()
    {
        _messages.Add(new PlugMessage($"{_topic}/online", "true", IsRetained: true));
        Notify("NotifyFullStatus", new JsonObject { ["switch:0"] = Relay() });
    }

    public void Hear(string topic, string payload)
    {
        if (!_hasMains || topic != Filter || Parse(payload) is not { } request || request["id"] is not { } id || Text(request, "src") is not { } source)
        {
            return;
        }

        var answer = Carry(Text(request, "method") ?? "", request["params"] as JsonObject ?? []);
        answer["id"] = id.DeepClone();
        answer["src"] = "shellyplus1pm-a8032ab12345";
        answer["dst"] = source;
        _messages.Add(new PlugMessage($"{source}/rpc", answer.ToJsonString()));

        // Changes are told after the answer.
        TellChanges();
    }

    public void Weld(bool isWelded) => Change(() => _isWelded = isWelded);

    public void SetLoad(double? watts)
    {
        _load = watts;
        TellWatts();
    }

    public void SetMains(bool isOn) => Change(() =>
    {
        if (isOn && !_hasMains)
        {
            (IsRelayOn, _timer) = (_initialState is "on" || (_initialState is "restore_last" && IsRelayOn), null);
        }

        _hasMains = isOn;
    });

    public bool Inject(string injection)
    {
        switch (injection)
        {
            case "button":
                Set(!IsRelayOn, null, "button");
                TellChanges();
                return true;
            case "no-timers":
                _ignoresTimers = true;
                return true;
            case "locked-settings":
                _ignoresConfig = true;
                return true;
            default:
                return false;
        }
    }

    private static JsonObject? Parse(string payload)
    {
        try
        {
            return JsonNode.Parse(payload) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonObject from, string name) => from[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonObject Yes(JsonObject result) => new() { ["result"] = result };

    private static JsonObject No(int code, string message) => new() { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } };

    private void Happen()
    {
        if (_timer is { } timer && _hasMains && (_now - timer.From).TotalSeconds >= timer.Seconds)
        {
            Set(!IsRelayOn, null, "timer");
            TellChanges();
        }

        if (_nextEnergy <= _now)
        {
            _nextEnergy = _now + EnergyInterval;
            Notify("NotifyStatus", new JsonObject { ["switch:0"] = new JsonObject { ["id"] = 0, ["aenergy"] = Energy() } });
        }

        TellWatts();
    }

    private JsonObject Carry(string method, JsonObject parameters)
    {
        if (method is "Shelly.GetStatus")
        {
            return Yes(new JsonObject { ["mqtt"] = new JsonObject { ["connected"] = true }, ["switch:0"] = Relay(), ["sys"] = new JsonObject { ["uptime"] = 1 } });
        }

        if (!method.StartsWith("Switch.", StringComparison.Ordinal))
        {
            return No(404, $"No handler for {method}");
        }

        if (parameters["id"] is not JsonValue channel || !channel.TryGetValue<int>(out var id) || id != 0)
        {
            return No(-105, "Argument 'id', value not found!");
        }

        switch (method)
        {
            case "Switch.GetStatus":
                return Yes(Relay());
            case "Switch.Set" when parameters["on"] is JsonValue on && on.TryGetValue<bool>(out var isOn):
                var was = IsRelayOn;
                Set(isOn, parameters["toggle_after"] is JsonValue after && after.TryGetValue<double>(out var seconds) && !_ignoresTimers ? seconds : null, "MQTT");
                return Yes(new JsonObject { ["was_on"] = was });
            case "Switch.GetConfig":
                return Yes(new JsonObject { ["id"] = 0, ["name"] = null, ["in_mode"] = "follow", ["initial_state"] = _initialState, ["auto_on"] = _isAutoOn, ["auto_off"] = false });
            case "Switch.SetConfig" when parameters["config"] is JsonObject config:
                Configure(config);
                return Yes(new JsonObject { ["restart_required"] = false });
            default:
                return No(-103, "Missing required argument!");
        }
    }

    private void Configure(JsonObject config)
    {
        if (!_ignoresConfig)
        {
            _initialState = Text(config, "initial_state") ?? _initialState;
            _isAutoOn = config["auto_on"] is JsonValue auto && auto.TryGetValue<bool>(out var isOn) ? isOn : _isAutoOn;
        }

        Notify("NotifyEvent", new JsonObject
        {
            ["events"] = new JsonArray(new JsonObject { ["component"] = "switch:0", ["id"] = 0, ["event"] = "config_changed", ["restart_required"] = false }),
        });
    }

    /// <summary>Each Set starts its timer anew, also when the relay is as wanted already.</summary>
    private void Set(bool isOn, double? toggleAfter, string source)
    {
        _timer = toggleAfter is { } seconds ? (_now, seconds) : null;
        _source = source;
        Change(() => IsRelayOn = isOn);
    }

    private void Change(Action change)
    {
        var before = HasContact;
        change();
        if (HasContact == before)
        {
            return;
        }

        _contactSince = HasContact ? _now : _contactSince;
        _changes.Enqueue((HasContact, _now));
        if (_changes.Count > RememberedChanges)
        {
            _changes.Dequeue();
        }
    }

    private void TellChanges()
    {
        if (_toldOutput != IsRelayOn)
        {
            _toldOutput = IsRelayOn;
            var part = new JsonObject { ["id"] = 0, ["output"] = IsRelayOn, ["source"] = _source };
            AddTimer(part);
            Notify("NotifyStatus", new JsonObject { ["switch:0"] = part });
        }

        TellWatts();
    }

    private void TellWatts()
    {
        if (_hasMains && Math.Abs(Watts - _toldWatts) >= NotifyWatts)
        {
            _toldWatts = Watts;
            Notify("NotifyStatus", new JsonObject { ["switch:0"] = new JsonObject { ["id"] = 0, ["apower"] = Watts, ["current"] = Math.Round(Watts / Volts, 3) } });
        }
    }

    private JsonObject Relay()
    {
        var relay = new JsonObject
        {
            ["id"] = 0,
            ["source"] = _source,
            ["output"] = IsRelayOn,
            ["apower"] = Watts,
            ["voltage"] = Volts,
            ["current"] = Math.Round(Watts / Volts, 3),
            ["aenergy"] = Energy(),
            ["temperature"] = new JsonObject { ["tC"] = 42.1, ["tF"] = 107.8 },
        };
        AddTimer(relay);
        return relay;
    }

    private void AddTimer(JsonObject relay)
    {
        if (_timer is { } timer)
        {
            relay["timer_started_at"] = timer.From.ToUnixTimeMilliseconds() / 1000.0;
            relay["timer_duration"] = timer.Seconds;
        }
    }

    private JsonObject Energy() => new() { ["total"] = Math.Round(_wattHours, 3), ["by_minute"] = new JsonArray(0.0, 0.0, 0.0), ["minute_ts"] = _now.ToUnixTimeSeconds() };

    private void Notify(string method, JsonObject parameters)
    {
        if (!_hasMains)
        {
            return;
        }

        parameters["ts"] = _now.ToUnixTimeMilliseconds() / 1000.0;
        var message = new JsonObject { ["src"] = "shellyplus1pm-a8032ab12345", ["dst"] = $"{_topic}/events", ["method"] = method, ["params"] = parameters };
        _messages.Add(new PlugMessage($"{_topic}/events/rpc", message.ToJsonString()));
    }
}
