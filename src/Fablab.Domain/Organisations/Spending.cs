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

    /// <summary>Of the same member's reservation that this would change; what costs no more than before is not refused.</summary>
    public long? PresentPriceMinor { get; init; }

    /// <summary>The reservation that this would change falls into the same period of the budget, so that its price was counted there.</summary>
    public bool IsInSamePeriod { get; init; } = true;

    /// <summary>As <see cref="IsInSamePeriod"/>, for the month of the member's limit.</summary>
    public bool IsInSameMonth { get; init; } = true;

    /// <summary>Whoever asks may see what the organisation spends and may spend.</summary>
    public bool ShowsBudgets { get; init; }

    /// <summary>Whoever asks may see what the member spent, and may spend without being asked about.</summary>
    public bool ShowsMember { get; init; }

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

    /// <summary>Staff turned the organisation down: nothing is booked for it, at whatever price.</summary>
    public bool IsTurnedDown { get; init; }

    /// <summary>By all projects, ever; known only where it is needed.</summary>
    public long OrganisationSpentMinor { get; init; }

    private bool SpendsMore => !(PriceMinor <= PresentPriceMinor);

    /// <summary>An owner or buyer must say yes before it is confirmed.</summary>
    public bool NeedsApproval => Problems().Any(problem => problem.Severity is ProblemSeverity.Soft);

    public IEnumerable<BookingProblem> Problems()
    {
        if (IsTurnedDown)
        {
            yield return new BookingProblem("organisation-turned-down", ProblemSeverity.Hard, new Dictionary<string, object>());
            yield break;
        }

        if (SpendsMore && OrganisationSpentMinor + PriceMinor > UnverifiedLimitMinor)
        {
            yield return Told("organisation-not-verified", ProblemSeverity.Hard, ShowsBudgets, OrganisationSpentMinor, UnverifiedLimitMinor.Value);
        }

        if ((SpendsMore || !IsInSamePeriod) && Budget is { } budget)
        {
            if (budget.IsBeyond(budget.StopPercent, SpentMinor + PriceMinor))
            {
                yield return Told("budget-exhausted", ProblemSeverity.Hard, ShowsBudgets, SpentMinor, budget.LimitMinor);
            }
            else if (!IsApprover && budget.IsBeyond(budget.ApprovalPercent, SpentMinor + PriceMinor))
            {
                yield return Told("budget-needs-approval", ProblemSeverity.Soft, ShowsBudgets, SpentMinor, budget.LimitMinor);
            }
        }

        if ((SpendsMore || !IsInSameMonth) && !IsApprover && MemberSpentMinor + PriceMinor > MemberLimitMinor)
        {
            yield return Told("member-limit-needs-approval", ProblemSeverity.Soft, ShowsBudgets || ShowsMember, MemberSpentMinor, MemberLimitMinor.Value);
        }

        if (SpendsMore && !IsApprover && PriceMinor > ApprovalAboveMinor)
        {
            yield return Told("amount-needs-approval", ProblemSeverity.Soft, ShowsBudgets || ShowsMember, 0, ApprovalAboveMinor.Value);
        }
    }

    private BookingProblem Told(string code, ProblemSeverity severity, bool isShown, long spent, long limit) => new(
        code,
        severity,
        isShown
            ? new Dictionary<string, object> { ["priceMinor"] = PriceMinor, ["spentMinor"] = spent, ["limitMinor"] = limit }
            : new Dictionary<string, object> { ["priceMinor"] = PriceMinor },
        severity is ProblemSeverity.Soft ? Lifters.Member : null);
}
