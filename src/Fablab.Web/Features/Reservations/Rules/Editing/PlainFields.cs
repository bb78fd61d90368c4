using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Reservations.Rules.Editing;

/// <summary>How long: a number and its unit.</summary>
/// <param name="Usual">What a new rule proposes.</param>
public sealed record LengthField(string Name, string? Usual = null) : RuleField(Name)
{
    public static readonly IReadOnlyList<string> Units = ["minutes", "hours", "days"];

    private static readonly Dictionary<string, Duration> Lengths =
        new() { ["minutes"] = Duration.FromMinutes(1), ["hours"] = Duration.FromHours(1), ["days"] = Duration.FromDays(1) };

    /// <summary>Longer lengths are typing mistakes, and arithmetic on them overflows.</summary>
    private static readonly Duration Longest = Duration.FromDays(3660);

    public override void Show(JsonNode? value, RuleInputs into)
    {
        var text = value?.GetValue<string>() ?? Usual;
        if (text is null || !DurationPattern.JsonRoundtrip.Parse(text).TryGetValue(default, out var length))
        {
            (into[Input], into[Part("unit")]) = ("", "hours");
            return;
        }

        // The largest unit of which it is a whole number; what was a day for 24 hours stays 24 hours.
        var unit = length == Duration.Zero || length.TotalMinutes % 60 != 0 ? "minutes" : length.TotalHours % 24 != 0 || length <= Duration.FromDays(2) ? "hours" : "days";
        (into[Input], into[Part("unit")]) = ((length / Lengths[unit]).ToString("0.####", CultureInfo.InvariantCulture), unit);
    }

    public override JsonNode? Take(RuleInputs from)
    {
        if (from[Input].Length == 0)
        {
            return Empty(from);
        }

        var unit = Lengths.GetValueOrDefault(from[Part("unit")], Duration.FromMinutes(1));
        return from.NumberOf(Input) is { } number && number * (decimal)unit.TotalSeconds <= (decimal)Longest.TotalSeconds
            ? DurationPattern.JsonRoundtrip.Format(Duration.FromSeconds((long)Math.Round(number * (decimal)unit.TotalSeconds, MidpointRounding.AwayFromZero)))
            : Trouble(from, "no-length");
    }
}

/// <summary>A whole number.</summary>
public sealed record NumberField(string Name, int Least = 0, int Most = 100_000, int? Usual = null) : RuleField(Name)
{
    public override void Show(JsonNode? value, RuleInputs into) =>
        into[Input] = (value?.GetValue<int>() ?? Usual)?.ToString(CultureInfo.InvariantCulture) ?? "";

    public override JsonNode? Take(RuleInputs from) => from[Input].Length == 0 ? Empty(from)
        : int.TryParse(from[Input], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= Least && number <= Most ? number
        : Trouble(from, "no-number");
}

/// <summary>Yes or no; no is what an empty box says, so both are written.</summary>
public sealed record FlagField(string Name, bool Usual = false) : RuleField(Name)
{
    public override void Show(JsonNode? value, RuleInputs into) => into.Set(Input, value?.GetValue<bool>() ?? Usual);

    public override JsonNode? Take(RuleInputs from) => from.IsOn(Input);
}

/// <summary>A line of text.</summary>
public sealed record TextField(string Name) : RuleField(Name)
{
    public const int Longest = 200;

    public override void Show(JsonNode? value, RuleInputs into) => into[Input] = value?.GetValue<string>() ?? "";

    public override JsonNode? Take(RuleInputs from) => from[Input] switch
    {
        "" => Empty(from),
        { Length: > Longest } => Trouble(from, "too-long"),
        var text => text,
    };
}

/// <summary>One of several words.</summary>
/// <param name="Usual">What holds when a rule says nothing; <see langword="null"/> when nothing may be chosen.</param>
public sealed record ChoiceField(string Name, IReadOnlyList<string> Options, string? Usual) : RuleField(Name)
{
    public override void Show(JsonNode? value, RuleInputs into) => into[Input] = value?.GetValue<string>() ?? Usual ?? "";

    public override JsonNode? Take(RuleInputs from) => from[Input].Length == 0 ? Empty(from)
        : Options.Contains(from[Input]) ? from[Input]
        : Trouble(from, "missing");
}

/// <summary>A machine by its id, or a site by its code: what can be chosen, only the lab knows.</summary>
public sealed record PlaceField(string Name, PlaceKind Kind) : RuleField(Name)
{
    public override void Show(JsonNode? value, RuleInputs into) => into[Input] = value?.GetValue<string>() ?? "";

    public override JsonNode? Take(RuleInputs from) => from[Input].Length == 0 ? Empty(from)
        : Kind is PlaceKind.SiteByCode || Guid.TryParse(from[Input], out _) ? from[Input]
        : Trouble(from, "missing");
}

public enum PlaceKind
{
    MachineById,
    SiteByCode,
}

/// <summary>A fee: none, a fixed amount or a share of the price.</summary>
public sealed record FeeField(string Name) : RuleField(Name)
{
    public static readonly IReadOnlyList<string> Kinds = ["none", "fixed", "share"];

    private const decimal LargestAmount = 100_000;

    public override void Show(JsonNode? value, RuleInputs into)
    {
        var amount = value?["amount"];
        into[Part("kind")] = value?["kind"]?.GetValue<string>() switch { "share" => "share", "fixed" when amount is not null => "fixed", _ => "none" };
        into[Part("amount")] = amount is null ? "" : (amount["minor"]!.GetValue<long>() / 100m).ToString("0.00", CultureInfo.InvariantCulture);
        into[Part("currency")] = amount?["currency"]?.GetValue<string>() ?? "";
        into[Part("percent")] = value?["percent"]?.GetValue<decimal>().ToString(CultureInfo.InvariantCulture) ?? "";
    }

    public override JsonNode? Take(RuleInputs from) => from[Part("kind")] switch
    {
        "fixed" => from.NumberOf(Part("amount")) is { } amount && amount <= LargestAmount
            ? new JsonObject
            {
                ["kind"] = "fixed",
                ["amount"] = new JsonObject { ["minor"] = (long)Math.Round(amount * 100m, MidpointRounding.AwayFromZero), ["currency"] = Currency(from) },
            }
            : Trouble(from, "no-amount"),
        "share" => from.NumberOf(Part("percent")) is { } percent and <= 100 ? new JsonObject { ["kind"] = "share", ["percent"] = percent } : Trouble(from, "no-percent"),
        _ => null,
    };

    private string Currency(RuleInputs from) => from[Part("currency")] is { Length: 3 } currency && currency.All(char.IsAsciiLetterUpper) ? currency : "EUR";
}
