using System.Globalization;
using Fablab.MachineSimulator.Tasmota;

namespace Fablab.MachineSimulator.EspHome;

/// <summary>
/// An ESPHome node with a relay called <c>relay</c> and a meter as a state machine without clock or broker, with the automation that <c>docs/machines/esphome.md</c>
/// shows: it opens the relay when nobody renews, and tells of it after each command and every few seconds. Without it a node tells of changes only.
/// </summary>
internal sealed class EspHomeMachine : IMqttPlug
{
    /// <summary>Changes of the contact that are remembered; older ones are forgotten.</summary>
    private const int RememberedChanges = 1_000;

    /// <summary>Time passes in slices of at most this, so that timers and the load's script are met closely.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan WatchdogTime = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan StateInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SensorInterval = TimeSpan.FromSeconds(2);

    private readonly string _topic;
    private readonly double _speed;
    private readonly List<PlugMessage> _messages = [];
    private readonly Queue<(bool HasContact, DateTimeOffset At)> _changes = new();
    private DateTimeOffset _now;
    private DateTimeOffset _contactSince;
    private DateTimeOffset _nextState;
    private DateTimeOffset _nextSensors;
    private DateTimeOffset? _opensAt;
    private bool _hasAutomation = true;
    private bool _hasMains = true;
    private bool _isWelded;
    private double? _load;
    private double _wattHours;

    public EspHomeMachine(string topic, double speed, DateTimeOffset now)
    {
        (_topic, _speed, _now, _contactSince) = (topic, speed, now, now);
        (_nextState, _nextSensors) = (now + StateInterval, now + SensorInterval);
        _changes.Enqueue((false, now));
    }

    public string Filter => $"{_topic}/switch/relay/command";

    public PlugMessage Will => new($"{_topic}/status", "offline", IsRetained: true);

    /// <summary>A person at its button; a node whose configuration lacks the automation.</summary>
    public IReadOnlyList<string> OwnInjections { get; } = ["button", "no-automation"];

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
        _messages.Add(new PlugMessage($"{_topic}/status", "online", IsRetained: true));
        TellState();
        TellSensors();
    }

    public void Hear(string topic, string payload)
    {
        var word = payload.ToUpperInvariant();
        if (!_hasMains || topic != Filter || word is not ("ON" or "OFF"))
        {
            return;
        }

        var isOn = word is "ON";
        Set(isOn);
        if (_hasAutomation)
        {
            _opensAt = isOn ? _now + WatchdogTime : null;
            TellState();
        }
    }

    public void Weld(bool isWelded) => Change(() => _isWelded = isWelded);

    public void SetLoad(double? watts) => _load = watts;

    /// <remarks><c>restore_mode: ALWAYS_OFF</c>.</remarks>
    public void SetMains(bool isOn) => Change(() => (_hasMains, IsRelayOn, _opensAt) = (isOn, false, null));

    public bool Inject(string injection)
    {
        switch (injection)
        {
            case "button":
                Set(!IsRelayOn);
                return true;
            case "no-automation":
                (_hasAutomation, _opensAt) = (false, null);
                return true;
            default:
                return false;
        }
    }

    private void Happen()
    {
        if (!_hasMains)
        {
            return;
        }

        if (_opensAt <= _now)
        {
            _opensAt = null;
            Set(false);
        }

        if (_nextState <= _now)
        {
            _nextState = _now + StateInterval;
            if (_hasAutomation)
            {
                TellState();
            }
        }

        if (_nextSensors <= _now)
        {
            _nextSensors = _now + SensorInterval;
            TellSensors();
        }
    }

    private void Set(bool isOn)
    {
        if (isOn != IsRelayOn)
        {
            Change(() => IsRelayOn = isOn);
            TellState();
        }
    }

    private void Change(Action change)
    {
        var before = HasContact;
        change();
        if (HasContact == before)
        {
            return;
        }

        _contactSince = _now;
        _changes.Enqueue((HasContact, _now));
        if (_changes.Count > RememberedChanges)
        {
            _changes.Dequeue();
        }
    }

    private void TellState() => _messages.Add(new PlugMessage($"{_topic}/switch/relay/state", IsRelayOn ? "ON" : "OFF", IsRetained: true));

    private void TellSensors()
    {
        Tell("power", Watts, "0.0");
        Tell("energy", _wattHours, "0.000");
    }

    private void Tell(string sensor, double value, string format) =>
        _messages.Add(new PlugMessage($"{_topic}/sensor/{sensor}/state", value.ToString(format, CultureInfo.InvariantCulture), IsRetained: true));
}
