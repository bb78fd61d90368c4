using System.Text.Json;
using System.Text.Json.Nodes;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data.Mappings;

namespace Fablab.Web.Features.Reservations.Rules.Editing;

/// <summary>One thing that is wrong with rules as text, with all that is needed to mend it.</summary>
/// <param name="Code">The page has the words.</param>
/// <param name="Facts">In the order of the words; of <c>Rule</c>, its number (0 for all together) and the name of the trouble.</param>
public sealed record TextTrouble(string Code, params object[] Facts);

/// <summary>Reads rules that people write as JSON, and says of each rule what is wrong with it.</summary>
internal static class RulesText
{
    /// <summary>More at once would help nobody.</summary>
    private const int MostTroubles = 20;

    private static readonly string[] OfEveryRule = ["id", "scope", "liftedBy"];

    /// <returns>The rules, or what is wrong with them.</returns>
    public static (IReadOnlyList<BookingRule>? Rules, IReadOnlyList<TextTrouble> Troubles) Read(string text)
    {
        try
        {
            return Read(JsonNode.Parse(text));
        }
        catch (JsonException error)
        {
            return (null, [new TextTrouble("Syntax", (error.LineNumber ?? 0) + 1, (error.BytePositionInLine ?? 0) + 1)]);
        }
        catch (ArgumentException)
        {
            // Thrown when a member is looked up in an object that has it twice.
            return (null, [new TextTrouble("Doubled")]);
        }
    }

    private static (IReadOnlyList<BookingRule>? Rules, IReadOnlyList<TextTrouble> Troubles) Read(JsonNode? root)
    {
        if (root is not JsonArray list)
        {
            return (null, [new TextTrouble("NoList")]);
        }

        var troubles = list.Select((rule, at) => TroubleOf(rule, at + 1)).OfType<TextTrouble>().Take(MostTroubles).ToList();
        if (troubles.Count > 0)
        {
            return (null, troubles);
        }

        return EditRules.Parse(JsonSerializer.SerializeToElement(list)).TryGet(out var rules, out var refusal)
            ? (rules, [])
            : (null, [Told((RulesMalformed)refusal, 0)]);
    }

    private static TextTrouble? TroubleOf(JsonNode? node, int number)
    {
        if (node is not JsonObject rule || KindOf(rule) is not { } kind || RuleFields.Of(kind) is not { } fields)
        {
            return new TextTrouble("Kind", number, string.Join(", ", RuleFields.Kinds));
        }

        List<string> members = [.. fields.Select(field => field.Name.Split('.')[0]).Distinct(), .. OfEveryRule];
        if (rule.Select(member => member.Key).FirstOrDefault(name => name != "kind" && !members.Contains(name)) is { } unknown)
        {
            return new TextTrouble("Member", number, kind, unknown, string.Join(", ", members));
        }

        if (fields.FirstOrDefault(field => field.IsRequired && rule[field.Name.Split('.')[0]] is null) is { } missing)
        {
            return new TextTrouble("Missing", number, kind, missing.Name);
        }

        return EditRules.Parse(JsonSerializer.SerializeToElement(new JsonArray(rule.DeepClone()))).Refusal is not RulesMalformed refusal ? null
            : refusal.Trouble is null ? new TextTrouble("Value", number, kind, Path(rule) ?? kind)
            : Told(refusal, number);
    }

    private static TextTrouble Told(RulesMalformed refusal, int number) => new("Rule", number, refusal.Trouble ?? "unknown");

    private static string? KindOf(JsonObject rule) => rule["kind"] is JsonValue value && value.TryGetValue(out string? kind) ? kind : null;

    /// <summary>Which member could not be read: <c>scope.machine</c>.</summary>
    private static string? Path(JsonObject rule)
    {
        var alone = rule.DeepClone().AsObject();
        alone["id"] ??= Guid.CreateVersion7();
        try
        {
            RuleJson.Read(new JsonArray(alone).ToJsonString());
            return null;
        }
        catch (JsonException error)
        {
            return error.Path?.Split("].", 2) is [_, var member] ? member : null;
        }
        catch (Exception error) when (error is NotSupportedException or ArgumentException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
