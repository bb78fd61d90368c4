using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;

namespace Fablab.Domain.Organisations;

/// <summary>
/// What a booking would spend of an organisation's money, and what bounds it. Amounts are net minor units of the lab's currency. What is spent
/// is what was charged and the estimated price of all that is booked and not over; a reservation that is changed is not among it.
/// </summary>
public sealed record Spending
{
    /// <summary>The whole slot at the tariff.</summary>
    public required long PriceMinor { get; init; }

    /// <summary>Of the reservation that this would change; what costs no more than before is not refused.</summary>
    public long? PresentPriceMinor { get; init; }

    /// <summary>Whoever will use the machine may say yes by themselves.</summary>
    public bool IsApprover { get; init; }

    public Budget? Budget { get; init; }

    /// <summary>Of the project, in the budget's period.</summary>
    public long SpentMinor { get; init; }

    /// <summary>What one member may spend for the organisation in a month without being asked about.</summary>
    public long? MemberLimitMinor { get; init; }

    /// <summary>By the member, for all its projects, in the month.</summary>
    public long MemberSpentMinor { get; init; }

    /// <summary>A single booking that costs more waits for a yes.</summary>
    public long? ApprovalAboveMinor { get; init; }

    /// <summary>What an organisation may spend that nobody verified; <see langword="null"/> for one that is.</summary>
    public long? UnverifiedLimitMinor { get; init; }

    /// <summary>By all projects, ever; known only where it is needed.</summary>
    public long OrganisationSpentMinor { get; init; }

    private bool SpendsMore => !(PriceMinor <= PresentPriceMinor);

    /// <summary>An owner or buyer must say yes before it is confirmed.</summary>
    public bool NeedsApproval => Problems().Any(problem => problem.Severity is ProblemSeverity.Soft);

    public IEnumerable<BookingProblem> Problems()
    {
        if (!SpendsMore)
        {
            yield break;
        }

        if (OrganisationSpentMinor + PriceMinor > UnverifiedLimitMinor)
        {
            yield return Told("organisation-not-verified", ProblemSeverity.Hard, OrganisationSpentMinor, UnverifiedLimitMinor.Value);
        }

        if (Budget is { } budget)
        {
            if (budget.IsBeyond(budget.StopPercent, SpentMinor + PriceMinor))
            {
                yield return Told("budget-exhausted", ProblemSeverity.Hard, SpentMinor, budget.LimitMinor);
            }
            else if (!IsApprover && budget.IsBeyond(budget.ApprovalPercent, SpentMinor + PriceMinor))
            {
                yield return Told("budget-needs-approval", ProblemSeverity.Soft, SpentMinor, budget.LimitMinor);
            }
        }

        if (!IsApprover && MemberSpentMinor + PriceMinor > MemberLimitMinor)
        {
            yield return Told("member-limit-needs-approval", ProblemSeverity.Soft, MemberSpentMinor, MemberLimitMinor.Value);
        }

        if (!IsApprover && PriceMinor > ApprovalAboveMinor)
        {
            yield return Told("amount-needs-approval", ProblemSeverity.Soft, 0, ApprovalAboveMinor.Value);
        }
    }

    private BookingProblem Told(string code, ProblemSeverity severity, long spent, long limit) => new(
        code,
        severity,
        new Dictionary<string, object> { ["priceMinor"] = PriceMinor, ["spentMinor"] = spent, ["limitMinor"] = limit },
        severity is ProblemSeverity.Soft ? Lifters.Member : null);
}
