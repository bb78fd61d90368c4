using System.Text.Json.Nodes;

namespace Fablab.Web.Features.Reservations.Rules.Editing;

/// <summary>Some of a few words, one box each.</summary>
public sealed record KindsField(string Name, IReadOnlyList<string> Options) : RuleField(Name)
{
    public override void Show(JsonNode? value, RuleInputs into)
    {
        foreach (var chosen in value as JsonArray ?? [])
        {
            into.Set(Part(chosen!.GetValue<string>()), true);
        }
    }

    public override JsonNode? Take(RuleInputs from)
    {
        var chosen = Options.Where(option => from.IsOn(Part(option))).ToList();
        return chosen.Count == 0 ? Empty(from) : new JsonArray([.. chosen.Select(option => (JsonNode)option)]);
    }
}

/// <summary>Codes of machines and pools, separated by commas; the form tells which there are.</summary>
public sealed record CodesField(string Name) : RuleField(Name)
{
    public const int Most = 20;

    public override void Show(JsonNode? value, RuleInputs into) => into[Input] = string.Join(", ", (value as JsonArray ?? []).Select(code => code!.GetValue<string>()));

    public override JsonNode? Take(RuleInputs from)
    {
        var codes = from[Input].Split([',', ';', ' '], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct().ToList();
        return codes.Count == 0 ? Empty(from)
            : codes.Count <= Most && codes.TrueForAll(IsCode) ? new JsonArray([.. codes.Select(code => (JsonNode)code)])
            : Trouble(from, "no-codes");
    }

    private static bool IsCode(string text) => text.Length <= 40 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
