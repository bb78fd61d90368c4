using System.Text.Json;
using System.Text.Json.Nodes;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data.Mappings;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Rules.Editing;

/// <summary>The form of one rule: its kind's fields, its scope and who lifts it.</summary>
public sealed record RuleForm
{
    public static readonly IReadOnlyList<string> Axes = ["machine", "pool", "category", "site", "organisation", "group"];

    public static readonly IReadOnlyList<string> Lifting = [Lifters.Member, Lifters.Manager, Lifters.Administrator];

    public required string Kind { get; init; }

    /// <summary>Of the rule that is changed; a new one has its own too, so that the form sent twice adds one rule.</summary>
    public required Guid Id { get; init; }

    public required RuleInputs Inputs { get; init; }

    public IReadOnlyList<RuleField> Fields => RuleFields.Of(Kind)!;

    public IReadOnlyList<FieldTrouble> Troubles => Inputs.Troubles;

    /// <summary>What stands against the rule as a whole; the page has the words.</summary>
    public RulesMalformed? Malformed { get; init; }

    public static string Axis(string axis) => $"{RuleField.Prefix}scope.{axis}";

    public static string LiftedBy => $"{RuleField.Prefix}liftedBy";

    public static RuleForm For(BookingRule rule, DateTimeZone zone) =>
        Showing(rule.Code, rule.Id.Value, JsonNode.Parse(RuleJson.Write([rule]))!.AsArray()[0]!.AsObject(), zone);

    /// <returns><see langword="null"/> for what is no kind.</returns>
    public static RuleForm? New(string kind, DateTimeZone zone) => RuleFields.Of(kind) is null ? null : Showing(kind, Guid.CreateVersion7(), [], zone);

    /// <returns><see langword="null"/> when the form is none of ours.</returns>
    public static RuleForm? Posted(IFormCollection form, DateTimeZone zone) =>
        RuleFields.Of(form["kind"].ToString()) is not null && Guid.TryParse(form["id"], out var id)
            ? new RuleForm { Kind = form["kind"].ToString(), Id = id, Inputs = RuleInputs.Posted(form, zone) }
            : null;

    /// <summary>The rule that was typed, or the form again with what is wrong with it.</summary>
    public (BookingRule? Rule, RuleForm Form) Read()
    {
        Inputs.Troubles.Clear();
        var json = new JsonObject { ["kind"] = Kind, ["id"] = Id };
        foreach (var field in Fields)
        {
            Put(json, field.Name, field.Take(Inputs));
        }

        var scope = new JsonObject();
        foreach (var axis in Axes.Where(axis => Inputs[Axis(axis)].Length > 0))
        {
            scope[axis] = Inputs[Axis(axis)];
        }

        (json["scope"], json["liftedBy"]) = (scope, Inputs[LiftedBy].Length > 0 ? Inputs[LiftedBy] : Lifters.Manager);
        if (Troubles.Count > 0)
        {
            return (null, this);
        }

        return EditRules.Parse(JsonSerializer.SerializeToElement(new JsonArray(json))).TryGet(out var rules, out var refusal)
            ? (rules[0], this)
            : (null, this with { Malformed = (RulesMalformed)refusal });
    }

    private static RuleForm Showing(string kind, Guid id, JsonObject rule, DateTimeZone zone)
    {
        var inputs = new RuleInputs(zone);
        foreach (var field in RuleFields.Of(kind)!)
        {
            field.Show(Get(rule, field.Name), inputs);
        }

        foreach (var axis in Axes)
        {
            inputs[Axis(axis)] = rule["scope"]?[axis]?.GetValue<string>() ?? "";
        }

        inputs[LiftedBy] = rule["liftedBy"]?.GetValue<string>() ?? Lifters.Manager;
        return new RuleForm { Kind = kind, Id = id, Inputs = inputs };
    }

    private static JsonNode? Get(JsonObject rule, string name) =>
        name.Split('.') is [var outer, var inner] ? rule[outer]?[inner] : rule[name];

    /// <summary>What says nothing is left out; what it would have lain in stays.</summary>
    private static void Put(JsonObject rule, string name, JsonNode? value)
    {
        var target = rule;
        if (name.Split('.') is [var outer, var inner])
        {
            rule[outer] ??= new JsonObject();
            (target, name) = (rule[outer]!.AsObject(), inner);
        }

        if (value is not null)
        {
            target[name] = value;
        }
    }
}
