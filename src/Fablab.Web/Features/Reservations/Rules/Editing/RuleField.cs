using System.Text.Json.Nodes;

namespace Fablab.Web.Features.Reservations.Rules.Editing;

/// <summary>
/// One member of a rule as people type it. A field writes what a rule says into its inputs and reads it back; what it cannot read it
/// tells as a <see cref="FieldTrouble"/>.
/// </summary>
/// <param name="Name">Of the member in JSON; <c>terms.grace</c> for one within another.</param>
public abstract record RuleField(string Name)
{
    /// <summary>Begins the names of all inputs of a rule, so that none is mistaken for one of the draft.</summary>
    public const string Prefix = "rule.";

    public bool IsRequired { get; init; }

    public string Input => Prefix + Name;

    /// <param name="value">As the rule has it; <see langword="null"/> when it says nothing.</param>
    public abstract void Show(JsonNode? value, RuleInputs into);

    /// <returns>What the rule shall say; <see langword="null"/> for nothing.</returns>
    public abstract JsonNode? Take(RuleInputs from);

    /// <summary>The name of one of several inputs.</summary>
    public string Part(string part) => $"{Input}:{part}";

    /// <summary>Left empty: that is a trouble only where something is needed.</summary>
    protected JsonNode? Empty(RuleInputs from) => IsRequired ? Trouble(from, "missing") : null;

    protected JsonNode? Trouble(RuleInputs from, string code)
    {
        from.Troubles.Add(new FieldTrouble(Name, code));
        return null;
    }
}
