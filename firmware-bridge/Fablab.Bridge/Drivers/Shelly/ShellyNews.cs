using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Fablab.Bridge.Drivers.Shelly;

/// <summary>What one message of a device tells.</summary>
internal abstract record ShellyNews
{
    /// <summary>A device's whole status has a few kilobytes; what is longer did not come from one.</summary>
    private const int LongestPayload = 32 * 1024;

    private const int LongestWords = 200;

    /// <summary>From the last will: whether the broker has the device.</summary>
    public sealed record Online(bool IsOnline) : ShellyNews;

    /// <summary>The device spoke by itself. What it says of our relay, if anything, is a part.</summary>
    public sealed record Notified(RelayReport? Relay, bool MayHaveOtherConfig) : ShellyNews;

    /// <summary>An answer to one of our questions.</summary>
    public sealed record Answered(long Id, JsonElement Result) : ShellyNews;

    /// <summary>A no to one of our questions.</summary>
    public sealed record Refused(long Id, string Words) : ShellyNews;

    /// <summary>Nothing we understand; it shows that the device lives all the same.</summary>
    public sealed record Noise : ShellyNews;

    /// <returns>Null for what is no message of this device, and for what the broker kept of an earlier time.</returns>
    public static ShellyNews? Read(ShellyOptions options, string topic, ReadOnlyMemory<byte> payload, bool isRetained)
    {
        if (payload.Length > LongestPayload)
        {
            return null;
        }

        if (topic == $"{options.Topic}/online")
        {
            // Its retained form is the present state, too: the broker itself replaces it when the device goes.
            return Text(payload) switch { "true" => new Online(true), "false" => new Online(false), _ => isRetained ? null : new Noise() };
        }

        if (isRetained)
        {
            return null;
        }

        var message = LooseJson.Parse(payload) ?? default;
        return topic == $"{options.Topic}/events/rpc" ? ReadNotice(options, message)
            : topic == $"{options.Topic}/reply/rpc" ? ReadAnswer(message)
            : null;
    }

    private static Notified ReadNotice(ShellyOptions options, JsonElement message)
    {
        var parameters = message.Child("params");
        var relay = parameters.Child($"switch:{options.Channel.ToString(CultureInfo.InvariantCulture)}");
        var isStatus = message.Text("method") is "NotifyStatus" or "NotifyFullStatus";
        return new Notified(isStatus && relay.IsObject() ? RelayReport.From(relay) : null, message.Text("method") is "NotifyEvent" && HasConfigChanged(parameters.Child("events")));
    }

    private static bool HasConfigChanged(JsonElement events) =>
        events.ValueKind is JsonValueKind.Array && events.EnumerateArray().Any(each => each.Text("event") is "config_changed");

    private static ShellyNews ReadAnswer(JsonElement message)
    {
        if (message.Child("id") is not { ValueKind: JsonValueKind.Number } number || !number.TryGetInt64(out var id))
        {
            return new Noise();
        }

        var error = message.Child("error");
        return error.IsObject() ? new Refused(id, Shorten($"{error.Number("code")} {error.Text("message")}")) : new Answered(id, message.Child("result"));
    }

    private static string Shorten(string words) => words.Length <= LongestWords ? words : $"{words.AsSpan(0, LongestWords)}…";

    private static string Text(ReadOnlyMemory<byte> payload) => payload.Length <= 16 ? Encoding.UTF8.GetString(payload.Span).Trim() : "";
}

/// <summary>What a device says of one relay: all of it, or what has changed. What was not said is null.</summary>
internal sealed record RelayReport
{
    private const double MostWatts = 1_000_000;
    private const double MostWattHours = 1_000_000_000_000;
    private const double LongestTimer = 10_000_000;

    public bool? IsOn { get; private init; }

    public double? Watts { get; private init; }

    public double? WattHours { get; private init; }

    /// <summary>Seconds after which the relay goes back by itself; null when no timer runs.</summary>
    public double? TimerSeconds { get; private init; }

    /// <summary>Such as <c>overpower</c>; null when not told.</summary>
    public string? Errors { get; private init; }

    public static RelayReport From(JsonElement relay)
    {
        var output = relay.Child("output").ValueKind;
        var errors = relay.Child("errors");
        return new RelayReport
        {
            IsOn = output switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null },

            // Of a generator behind the relay, or of a meter that is wired the other way round, the power is below zero; it flows all the same.
            Watts = Within(Math.Abs(relay.Number("apower") ?? double.NaN), MostWatts),
            WattHours = Within(relay.Child("aenergy").Number("total"), MostWattHours),
            TimerSeconds = Within(relay.Number("timer_duration"), LongestTimer),
            Errors = errors.ValueKind is JsonValueKind.Array
                ? string.Join(", ", errors.EnumerateArray().Take(8).Where(word => word.ValueKind is JsonValueKind.String).Select(Word))
                : null,
        };
    }

    private static string Word(JsonElement word)
    {
        try
        {
            var text = word.GetString() ?? "";
            return text.Length <= 40 ? text : text[..40];
        }
        catch (InvalidOperationException)
        {
            // Half a character (\ud800) parses, and throws only when it is read.
            return "?";
        }
    }

    private static double? Within(double? value, double most) => value >= 0 && value <= most ? value : null;
}
