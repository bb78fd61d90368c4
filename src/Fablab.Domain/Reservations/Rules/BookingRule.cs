namespace Fablab.Domain.Reservations.Rules;

public readonly record struct BookingRuleId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>One rule of a rule book. Rules are data: what they mean is in <see cref="BookingRules"/> and its relatives.</summary>
public abstract record BookingRule
{
    public required BookingRuleId Id { get; init; }

    public RuleScope Scope { get; init; } = RuleScope.Everywhere;

    /// <summary>Who books in spite of it; see <see cref="Lifters"/>.</summary>
    public string LiftedBy { get; init; } = Lifters.Manager;

    /// <summary>Stable name of the kind, <c>kebab-case</c>.</summary>
    public abstract string Code { get; }
}

/// <summary>Who may book in spite of a rule.</summary>
public static class Lifters
{
    /// <summary>Whoever books: the rule is advice.</summary>
    public const string Member = "member";

    /// <summary>A manager of the site.</summary>
    public const string Manager = "manager";

    public const string Administrator = "administrator";
}
