using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Fablab.Bridge.Drivers.Mqtt;

/// <summary>What one message tells. Each part may be missing; a message of which nothing is understood shows that the device lives.</summary>
internal sealed record MqttRelayNews
{
    /// <summary>What is longer is not looked at, in bytes.</summary>
    private const int LongestPayload = 16 * 1024;

    /// <summary>A value, in characters.</summary>
    private const int LongestValue = 200;

    private const double MostWatts = 1_000_000;
    private const double MostWattHours = 1_000_000_000_000;

    public bool? IsOnline { get; private init; }

    public bool? IsRelayOn { get; private init; }

    /// <summary>What is said of the relay, when it is neither of the two words.</summary>
    public string? StrangeState { get; private init; }

    public double? Watts { get; private init; }

    public double? WattHours { get; private init; }

    /// <returns>Null for what is no message of this device, and for what the broker kept of an earlier time.</returns>
    public static MqttRelayNews? Read(MqttRelayOptions options, string topic, ReadOnlyMemory<byte> payload, bool isRetained)
    {
        if (payload.Length > LongestPayload)
        {
            return null;
        }

        var online = topic == options.AvailabilityTopic ? Value(payload, options.AvailabilityPath) : null;
        bool? isOnline = online == options.Online ? true : online == options.Offline ? false : null;
        if (isRetained)
        {
            // Only this is kept true by the broker itself, which replaces it when the device goes; the rest is old.
            return isOnline is null ? null : new MqttRelayNews { IsOnline = isOnline };
        }

        var state = topic == options.StateTopic ? Value(payload, options.StatePath) : null;
        bool? isOn = state == options.StateOn ? true : state == options.StateOff ? false : null;
        return new MqttRelayNews
        {
            IsOnline = isOnline,
            IsRelayOn = isOn,
            StrangeState = isOn is null && state is { Length: > 0 } ? state : null,

            // A meter that is wired the other way round tells less than nothing; the power flows all the same.
            Watts = topic == options.PowerTopic ? Within(Math.Abs(Number(payload, options.PowerPath) * (options.PowerUnit is PowerUnit.KW ? 1_000 : 1)), MostWatts) : null,
            WattHours = topic == options.EnergyTopic ? Within(Number(payload, options.EnergyPath) * (options.EnergyUnit is EnergyUnit.KWh ? 1_000 : 1), MostWattHours) : null,
        };
    }

    /// <returns>A text, number or truth value as text; null when there is none.</returns>
    private static string? Value(ReadOnlyMemory<byte> payload, string path)
    {
        if (path.Length == 0)
        {
            return Utf8.IsValid(payload.Span) && payload.Length <= LongestValue ? System.Text.Encoding.UTF8.GetString(payload.Span).Trim() : null;
        }

        var value = LooseJson.Parse(payload) ?? default;
        var names = path.Split('.');
        foreach (var name in names[..^1])
        {
            value = value.Child(name);
        }

        var text = value.Child(names[^1]) switch
        {
            { ValueKind: JsonValueKind.String } => value.Text(names[^1]),
            { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
            { ValueKind: JsonValueKind.True } => "true",
            { ValueKind: JsonValueKind.False } => "false",
            _ => null,
        };
        return text?.Length <= LongestValue ? text : null;
    }

    private static double Number(ReadOnlyMemory<byte> payload, string path) =>
        double.TryParse(Value(payload, path), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;

    private static double? Within(double value, double most) => value >= 0 && value <= most ? value : null;
}
