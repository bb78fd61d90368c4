using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Fablab.Bridge.Drivers.Tasmota;

/// <summary>
/// What one message of a plug tells. Each part may be missing; a message of which nothing is understood is news all the
/// same, because it shows that the plug lives.
/// </summary>
internal sealed record TasmotaNews
{
    /// <summary>A plug's longest answers have a few kilobytes; what is longer did not come from one.</summary>
    private const int LongestPayload = 16 * 1024;

    private const double MostWatts = 1_000_000;
    private const double MostKilowattHours = 1_000_000_000;

    /// <summary>From the last will: whether the broker has the plug.</summary>
    public bool? IsOnline { get; private init; }

    /// <summary>What the plug says of its first relay.</summary>
    public bool? IsRelayOn { get; private init; }

    public double? Watts { get; private init; }

    public double? WattHours { get; private init; }

    /// <summary>The dead-man timer as the plug has it, in Tasmota's units.</summary>
    public int? PulseTime { get; private init; }

    /// <returns>Null for what is no message of this plug, and for what the broker kept of an earlier time.</returns>
    public static TasmotaNews? Read(string plug, string topic, ReadOnlyMemory<byte> payload, bool isRetained)
    {
        if (topic.Split('/') is not [("stat" or "tele") and var prefix, var name, var kind] || name != plug || payload.Length > LongestPayload)
        {
            return null;
        }

        if (prefix is "tele" && kind is "LWT")
        {
            // Its retained form is the present state, too: the broker itself replaces it when the plug goes.
            return new TasmotaNews { IsOnline = Text(payload) switch { "Online" => true, "Offline" => false, _ => null } };
        }

        // A retained state is an old state; somebody has set PowerRetain or SensorRetain on the plug.
        if (isRetained)
        {
            return null;
        }

        return prefix is "stat" && kind is "POWER" or "POWER1" && OnOrOff(Text(payload)) is { } isOn
            ? new TasmotaNews { IsRelayOn = isOn }
            : ReadJson(LooseJson.Parse(payload) ?? default);
    }

    private static TasmotaNews ReadJson(JsonElement root)
    {
        // STATUS answers wrap what telemetry says bare.
        var sensors = root.Child("StatusSNS") is { ValueKind: JsonValueKind.Object } wrapped ? wrapped : root;
        var state = root.Child("StatusSTS") is { ValueKind: JsonValueKind.Object } wrappedState ? wrappedState : root;
        var energy = sensors.Child("ENERGY");
        var pulse = root.Child("PulseTime1") is { ValueKind: JsonValueKind.Object } first ? first : root.Child("PulseTime");
        return new TasmotaNews
        {
            IsRelayOn = OnOrOff(state.Text("POWER") ?? state.Text("POWER1")),
            Watts = Within(Number(energy.Child("Power")), MostWatts),
            WattHours = Within(Number(energy.Child("Total")), MostKilowattHours) * 1_000,
            PulseTime = (int?)Within(Number(pulse.Child("Set")), 100_000),
        };
    }

    private static string Text(ReadOnlyMemory<byte> payload) => payload.Length <= 16 ? Encoding.UTF8.GetString(payload.Span).Trim() : "";

    private static bool? OnOrOff(string? text) => text?.ToUpperInvariant() switch
    {
        "ON" or "1" => true,
        "OFF" or "0" => false,
        _ => null,
    };

    private static double? Within(double? value, double most) => value >= 0 && value <= most ? value : null;

    /// <summary>Some versions and settings write numbers as texts, and a meter of several phases a list of them, which add up.</summary>
    private static double? Number(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                return value.TryGetDouble(out var number) ? number : null;
            case JsonValueKind.String:
                return Parsed(value);
            case JsonValueKind.Array:
                double? sum = null;
                foreach (var phase in value.EnumerateArray())
                {
                    if (phase.ValueKind is JsonValueKind.Array || Number(phase) is not { } part)
                    {
                        return null;
                    }

                    sum = (sum ?? 0) + part;
                }

                return sum;
            default:
                return null;
        }
    }

    private static double? Parsed(JsonElement text)
    {
        try
        {
            return double.TryParse(text.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
        }
        catch (InvalidOperationException)
        {
            // Half a character (\ud800) parses, and throws only when it is read.
            return null;
        }
    }
}
