using System.Text.Json.Nodes;
using Fablab.Domain.Reservations.Rules;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Reservations.Rules.Editing;

/// <summary>A day of the calendar.</summary>
public sealed record DateField(string Name) : RuleField(Name)
{
    public override void Show(JsonNode? value, RuleInputs into) => into[Input] = value?.GetValue<string>() ?? "";

    public override JsonNode? Take(RuleInputs from) => from[Input].Length == 0 ? Empty(from)
        : LocalDatePattern.Iso.Parse(from[Input]).Success ? from[Input]
        : Trouble(from, "no-date");
}

/// <summary>Some days of the calendar, with a few empty places for more.</summary>
public sealed record DatesField(string Name) : RuleField(Name)
{
    public const int Most = 60;

    private const int Spare = 3;

    public override void Show(JsonNode? value, RuleInputs into)
    {
        var at = 0;
        foreach (var date in (value as JsonArray ?? []).Take(Most))
        {
            into[Part($"{at++}")] = date!.GetValue<string>();
        }
    }

    /// <summary>How many places the form has.</summary>
    public int Places(RuleInputs inputs) => Math.Min(Most, Spare + Enumerable.Range(0, Most).Count(at => inputs[Part($"{at}")].Length > 0));

    public override JsonNode? Take(RuleInputs from)
    {
        var typed = Enumerable.Range(0, Most).Select(at => from[Part($"{at}")]).Where(text => text.Length > 0).Distinct().ToList();
        return typed.All(text => LocalDatePattern.Iso.Parse(text).Success)
            ? new JsonArray([.. typed.Order(StringComparer.Ordinal).Select(text => (JsonNode)text)])
            : Trouble(from, "no-date");
    }
}

/// <summary>Days with a name, such as school holidays, with a few empty places for more.</summary>
public sealed record NamedDaysField(string Name) : RuleField(Name)
{
    public const int Most = 40;

    private const int Spare = 2;

    public override void Show(JsonNode? value, RuleInputs into)
    {
        var at = 0;
        foreach (var days in (value as JsonArray ?? []).Take(Most))
        {
            into[Part($"{at}.name")] = days!["name"]!.GetValue<string>();
            into[Part($"{at}.first")] = days["first"]!.GetValue<string>();
            into[Part($"{at++}.last")] = days["last"]!.GetValue<string>();
        }
    }

    public int Places(RuleInputs inputs) => Math.Min(Most, Spare + Enumerable.Range(0, Most).Count(at => IsTyped(inputs, at)));

    public override JsonNode? Take(RuleInputs from)
    {
        var days = new JsonArray();
        foreach (var at in Enumerable.Range(0, Most).Where(at => IsTyped(from, at)))
        {
            var (name, first, last) = (from[Part($"{at}.name")], from[Part($"{at}.first")], from[Part($"{at}.last")]);
            last = last.Length == 0 ? first : last;
            if (name.Length is 0 or > TextField.Longest || !LocalDatePattern.Iso.Parse(first).TryGetValue(default, out var begin)
                || !LocalDatePattern.Iso.Parse(last).TryGetValue(default, out var end) || end < begin)
            {
                return Trouble(from, "no-named-days");
            }

            days.Add((JsonNode)new JsonObject { ["name"] = name, ["first"] = first, ["last"] = last });
        }

        return days;
    }

    private bool IsTyped(RuleInputs inputs, int at) => inputs[Part($"{at}.name")].Length + inputs[Part($"{at}.first")].Length + inputs[Part($"{at}.last")].Length > 0;
}

/// <summary>Hours of each weekday, as text: <c>08:00–12:00, 14:00–20:00</c>.</summary>
public sealed record WeekField(string Name) : RuleField(Name)
{
    public static readonly IReadOnlyList<IsoDayOfWeek> Days =
        [IsoDayOfWeek.Monday, IsoDayOfWeek.Tuesday, IsoDayOfWeek.Wednesday, IsoDayOfWeek.Thursday, IsoDayOfWeek.Friday, IsoDayOfWeek.Saturday, IsoDayOfWeek.Sunday];

    public override void Show(JsonNode? value, RuleInputs into)
    {
        foreach (var day in Days)
        {
            var windows = (value as JsonArray ?? []).Where(window => window!["day"]!.GetValue<string>() == Word(day));
            into[Part(Word(day))] = HoursText.Write(windows.Select(window => HoursText.FromJson(window!)));
        }
    }

    public override JsonNode? Take(RuleInputs from)
    {
        var windows = new JsonArray();
        foreach (var day in Days)
        {
            if (HoursText.Read(from[Part(Word(day))]) is not { } ofDay)
            {
                return Trouble(from, "no-hours");
            }

            foreach (var window in ofDay)
            {
                var json = HoursText.ToJson(window);
                json["day"] = Word(day);
                windows.Add((JsonNode)json);
            }
        }

        return windows.Count == 0 ? Empty(from) : windows;
    }

    /// <summary>As JSON has it.</summary>
    public static string Word(IsoDayOfWeek day) => day.ToString().ToLowerInvariant();
}

/// <summary>Hours of any day, as text.</summary>
public sealed record HoursField(string Name) : RuleField(Name)
{
    public override void Show(JsonNode? value, RuleInputs into) => into[Input] = HoursText.Write((value as JsonArray ?? []).Select(window => HoursText.FromJson(window!)));

    public override JsonNode? Take(RuleInputs from) => HoursText.Read(from[Input]) is { } windows
        ? new JsonArray([.. windows.Select(HoursText.ToJson)])
        : Trouble(from, "no-hours");
}

/// <summary>From one moment to another by the wall clock. In a doubled hour the stretch is as long as it can be.</summary>
public sealed record MomentsField(string Name) : RuleField(Name)
{
    private static readonly LocalDateTimePattern[] Patterns =
        [LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm"), LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss")];

    public override void Show(JsonNode? value, RuleInputs into)
    {
        foreach (var end in new[] { "start", "end" })
        {
            into[Part(end)] = value?[end] is { } text && InstantPattern.ExtendedIso.Parse(text.GetValue<string>()).TryGetValue(default, out var at)
                ? Patterns[0].Format(at.InZone(into.Zone).LocalDateTime)
                : "";
        }
    }

    public override JsonNode? Take(RuleInputs from)
    {
        if (from[Part("start")].Length + from[Part("end")].Length == 0)
        {
            return Empty(from);
        }

        return (At(from, "start"), At(from, "end")) switch
        {
            ({ } start, { } end) when end > start =>
                new JsonObject { ["start"] = InstantPattern.ExtendedIso.Format(start), ["end"] = InstantPattern.ExtendedIso.Format(end) },
            ({ }, { }) => Trouble(from, "ends-before"),
            _ => Trouble(from, "no-date"),
        };
    }

    private Instant? At(RuleInputs from, string end)
    {
        foreach (var pattern in Patterns)
        {
            if (pattern.Parse(from[Part(end)]).TryGetValue(default, out var local) && local.Year is >= 2000 and < 2200)
            {
                var mapping = from.Zone.MapLocal(local);
                return mapping.Count == 0 ? from.Zone.AtLeniently(local).ToInstant() : (end == "end" ? mapping.Last() : mapping.First()).ToInstant();
            }
        }

        return null;
    }
}

/// <summary>Daily windows as people write them.</summary>
internal static class HoursText
{
    private const int Most = 12;

    private static readonly LocalTimePattern Written = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    private static readonly LocalTimePattern[] Readable =
        [LocalTimePattern.CreateWithInvariantCulture("H:mm"), LocalTimePattern.CreateWithInvariantCulture("H'h'mm"), LocalTimePattern.CreateWithInvariantCulture("H'h'"), LocalTimePattern.CreateWithInvariantCulture("%H")];

    public static string Write(IEnumerable<DailyWindow> windows) => string.Join(", ", windows.Select(window => $"{Written.Format(window.From)}–{Written.Format(window.To)}"));

    /// <summary>Takes hyphens and dashes, commas and semicolons, <c>8h</c>, <c>8h30</c> and <c>24:00</c>.</summary>
    /// <returns>Nothing for an empty text; <see langword="null"/> for what cannot be read.</returns>
    public static IReadOnlyList<DailyWindow>? Read(string text)
    {
        List<DailyWindow> windows = [];
        foreach (var part in text.Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split(['-', '–', '—'], StringSplitOptions.TrimEntries);
            if (ends.Length != 2 || Time(ends[0]) is not { } from || Time(ends[1]) is not { } to || windows.Count == Most)
            {
                return null;
            }

            windows.Add(new DailyWindow(from, to));
        }

        return windows;
    }

    public static DailyWindow FromJson(JsonNode window) => new(Parsed(window["from"]!), Parsed(window["to"]!));

    public static JsonObject ToJson(DailyWindow window) =>
        new() { ["from"] = LocalTimePattern.ExtendedIso.Format(window.From), ["to"] = LocalTimePattern.ExtendedIso.Format(window.To) };

    private static LocalTime Parsed(JsonNode time) => LocalTimePattern.ExtendedIso.Parse(time.GetValue<string>()).Value;

    private static LocalTime? Time(string text)
    {
        if (text is "24:00" or "24h" or "24")
        {
            return LocalTime.Midnight;
        }

        foreach (var pattern in Readable)
        {
            if (pattern.Parse(text.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant()).TryGetValue(default, out var time))
            {
                return time;
            }
        }

        return null;
    }
}
