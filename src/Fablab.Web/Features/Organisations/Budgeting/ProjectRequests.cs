using System.ComponentModel.DataAnnotations;
using Fablab.Domain;
using Fablab.Domain.Organisations;
using Fablab.Web.Data.Rows;

namespace Fablab.Web.Features.Organisations.Budgeting;

/// <param name="Reasons">Any of <c>name-missing</c>, <c>budget-impossible</c>, <c>amount-impossible</c>, <c>project-unknown</c>.</param>
public sealed record ProjectRefused(IReadOnlyList<string> Reasons) : Refusal("project-refused")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["reasons"] = Reasons };
}

/// <summary>All of a project that owners say. Amounts are net minor units of the lab's currency.</summary>
public sealed record ProjectRequest
{
    [StringLength(ProjectRow.LongestName)]
    public string? Name { get; init; }

    /// <summary>Number of the purchase order, shown on invoices.</summary>
    [StringLength(ProjectRow.LongestName)]
    public string? PurchaseOrder { get; init; }

    /// <summary>Nothing new is booked on it; what is booked stays.</summary>
    public bool IsClosed { get; init; }

    /// <summary>What may be spent in the period; left out for no budget.</summary>
    public long? BudgetMinor { get; init; }

    public BudgetPeriod BudgetPeriod { get; init; }

    /// <summary>Share of the budget at which owners are told.</summary>
    public int WarnPercent { get; init; } = Budget.DefaultWarn;

    /// <summary>Share beyond which an owner or buyer must say yes.</summary>
    public int ApprovalPercent { get; init; } = Budget.DefaultApproval;

    /// <summary>Share beyond which nothing is booked.</summary>
    public int StopPercent { get; init; } = Budget.DefaultStop;

    /// <summary>People outside see nothing but that the time is taken; left out for what the organisation says.</summary>
    public bool? HidesTitles { get; init; }
}

/// <summary>What bounds all projects of an organisation.</summary>
public sealed record OrganisationLimitsRequest
{
    /// <summary>A booking that costs more, net in minor units, waits for an owner or buyer; left out for none.</summary>
    [Range(0, Budget.MostMinor)]
    public long? ApprovalAboveMinor { get; init; }

    /// <summary>What members' bookings are charged to unless they choose another.</summary>
    public Guid? DefaultProjectId { get; init; }

    /// <summary>People outside see neither titles nor projects nor file names of what is booked for it.</summary>
    public bool HidesTitles { get; init; }
}

public sealed record MemberLimitRequest
{
    /// <summary>What they may spend in a calendar month without being asked about, net in minor units; left out for no limit.</summary>
    [Range(0, Budget.MostMinor)]
    public long? MonthlyLimitMinor { get; init; }
}

public sealed record DefaultProjectRequest
{
    /// <summary>Left out for what my organisation says.</summary>
    public Guid? ProjectId { get; init; }
}
