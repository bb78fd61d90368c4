using System.Collections.Immutable;
using System.Globalization;

namespace Fablab.Bridge.Drivers.Grbl;

/// <summary>Reads lines of GRBL 1.1, grblHAL and FluidNC. Never throws: what it does not know becomes a <see cref="GrblUnknownLine"/>.</summary>
internal static class GrblLineParser
{
    public static GrblLine Parse(string line) => line.Trim() switch
    {
        "" => GrblEmptyLine.Instance,
        "ok" => GrblOk.Instance,
        // GrblHAL and FluidNC spell the rest differently; a sender that looked for "Grbl " streamed on after a reset.
        var text when text.StartsWith("Grbl", StringComparison.OrdinalIgnoreCase) => new GrblBanner(text),
        ['<', .. var inner, '>'] => ParseStatus(inner),
        ['[', .. var inner, ']'] => ParseFeedback(inner),
        ['$', .. var inner] => (GrblLine?)ParseSetting(inner) ?? new GrblUnknownLine(line),
        ['>', .. var inner] => new GrblStartupLine(inner),
        var text when text.StartsWith("error:", StringComparison.OrdinalIgnoreCase) => ParseError(text["error:".Length..].Trim()),
        var text when text.StartsWith("ALARM:", StringComparison.OrdinalIgnoreCase) => ParseAlarm(text["ALARM:".Length..].Trim()),
        _ => new GrblUnknownLine(line),
    };

    private static GrblError ParseError(string text) => new(ParseWhole(text), text);

    private static GrblAlarm ParseAlarm(string text) => new(ParseWhole(text), text);

    private static GrblLine ParseFeedback(string inner)
    {
        var (tag, text) = Split(inner, ':');
        return tag switch
        {
            "MSG" => new GrblMessage(text.Trim()),
            "OPT" => ParseBuildOptions(text),
            _ => new GrblFeedback(tag, text),
        };
    }

    private static GrblBuildOptions ParseBuildOptions(string text)
    {
        var parts = text.Split(',');
        return new GrblBuildOptions(parts[0], ParseWhole(parts.ElementAtOrDefault(1)), ParseWhole(parts.ElementAtOrDefault(2)));
    }

    private static GrblSetting? ParseSetting(string inner)
    {
        var equals = inner.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 ? new GrblSetting(inner[..equals], inner[(equals + 1)..]) : null;
    }

    private static GrblStatus ParseStatus(string inner)
    {
        var fields = inner.Split('|');
        var (word, substate) = Split(fields[0], ':');
        var status = new GrblStatus { State = ParseState(word), Substate = ParseWhole(substate), StateText = fields[0] };

        return fields.Skip(1).Aggregate(status, WithField);
    }

    private static GrblStatus WithField(GrblStatus status, string field)
    {
        var (name, value) = Split(field, ':');
        var numbers = ParseNumbers(value);
        return (name, numbers) switch
        {
            ("MPos", not null) => status with { MachinePosition = numbers },
            ("WPos", not null) => status with { WorkPosition = numbers },
            ("WCO", not null) => status with { WorkOffset = numbers },
            ("Bf", { Length: >= 2 }) => status with { PlannerFree = (int)numbers.Value[0], RxFree = (int)numbers.Value[1] },
            ("FS", { Length: >= 2 }) => status with { Feed = numbers.Value[0], Spindle = numbers.Value[1] },
            ("F", { Length: >= 1 }) => status with { Feed = numbers.Value[0] },
            ("Ov", not null) => status with { Overrides = numbers },
            ("Pn", _) => status with { Pins = value },
            ("A", _) => status with { Accessories = value },
            _ => status with { Other = status.Other.SetItem(name, value) },
        };
    }

    // The words are the firmware's, so they are matched by hand and not by the names of our enum.
    private static GrblMachineState ParseState(string word) => word switch
    {
        "Idle" => GrblMachineState.Idle,
        "Run" => GrblMachineState.Run,
        "Hold" => GrblMachineState.Hold,
        "Jog" => GrblMachineState.Jog,
        "Alarm" => GrblMachineState.Alarm,
        "Door" => GrblMachineState.Door,
        "Check" => GrblMachineState.Check,
        "Home" => GrblMachineState.Home,
        "Sleep" => GrblMachineState.Sleep,
        "Tool" => GrblMachineState.Tool,
        _ => GrblMachineState.Unknown,
    };

    private static (string Head, string Tail) Split(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (text, string.Empty) : (text[..at], text[(at + 1)..]);
    }

    private static int? ParseWhole(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static ImmutableArray<double>? ParseNumbers(string text)
    {
        var parts = text.Split(',');
        var numbers = ImmutableArray.CreateBuilder<double>(parts.Length);
        foreach (var part in parts)
        {
            // The range keeps a mad number from overflowing the counts it may be cast to.
            if (!double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !(Math.Abs(number) < int.MaxValue))
            {
                return null;
            }

            numbers.Add(number);
        }

        return numbers.MoveToImmutable();
    }
}
