using Fablab.Domain.Members;
using Fablab.Domain.Organisations;
using NodaTime;

namespace Fablab.Web.Data.Rows;

/// <summary>What staff have found of an organisation.</summary>
public enum OrganisationState
{
    Unverified,
    Verified,
    TurnedDown,
}

/// <summary>A company, school or association that is billed.</summary>
public sealed class OrganisationRow
{
    public const int LongestName = 100;

    public const int LongestReason = 500;

    public required OrganisationId Id { get; init; }

    public required string Name { get; set; }

    public required OrganisationKind Kind { get; set; }

    public required PostalAddress Address { get; set; }

    /// <summary>Where invoices go to, when not to <see cref="Address"/>.</summary>
    public PostalAddress? BillingAddress { get; set; }

    /// <summary>Mail address of whoever takes invoices in.</summary>
    public string? BillingMail { get; set; }

    /// <summary>Nine digits, of one organisation only; <see langword="null"/> for what has none.</summary>
    public string? Siren { get; set; }

    /// <summary>Fourteen digits, when they gave the establishment's number.</summary>
    public string? Siret { get; set; }

    public string? VatNumber { get; set; }

    public required Instant CreatedAt { get; init; }

    public MemberId? CreatedBy { get; init; }

    /// <summary>When staff looked at it and found that it is who it says; changing what they looked at ends it.</summary>
    public Instant? VerifiedAt { get; set; }

    public MemberId? VerifiedBy { get; set; }

    /// <summary>When staff found that it is not who it says, or not for the lab; ends when an owner corrects it, and so asks again.</summary>
    public Instant? TurnedDownAt { get; set; }

    public MemberId? TurnedDownBy { get; set; }

    /// <summary>What staff wrote for its owners.</summary>
    public string? TurnedDownReason { get; set; }

    /// <summary>When administrators were last told that somebody signed it up again.</summary>
    public Instant? KnownToldAt { get; set; }

    public OrganisationState State => TurnedDownAt is not null ? OrganisationState.TurnedDown : VerifiedAt is null ? OrganisationState.Unverified : OrganisationState.Verified;

    /// <summary>A booking that costs more, net in minor units, waits for an owner or buyer; <see langword="null"/> for none.</summary>
    public long? ApprovalAboveMinor { get; set; }

    /// <summary>What its members' bookings are charged to unless they choose another.</summary>
    public ProjectId? DefaultProject { get; set; }

    /// <summary>People outside see neither titles nor projects nor file names of what is booked for it.</summary>
    public bool HidesTitles { get; set; }

    /// <summary>Counts the changes of what stands here.</summary>
    public int Version { get; set; } = 1;
}

public sealed class OrganisationMemberRow
{
    public required OrganisationId Organisation { get; init; }

    public required MemberId Member { get; init; }

    public required OrganisationRole Role { get; set; }

    /// <summary>What they may spend in a calendar month without being asked about, net in minor units; <see langword="null"/> for no limit.</summary>
    public long? MonthlyLimitMinor { get; set; }

    /// <summary>Their own choice before the organisation's.</summary>
    public ProjectId? DefaultProject { get; set; }
}

/// <summary>
/// A secret that lets a program read what is an organisation's, for nobody in particular: it outlives whoever made it. Only its SHA-256 is kept.
/// </summary>
public sealed class OrganisationTokenRow
{
    public const int LongestName = 100;

    public required Guid Id { get; init; }

    public required OrganisationId Organisation { get; init; }

    public required string Name { get; init; }

    public required string Hash { get; init; }

    public required Instant CreatedAt { get; init; }

    public required Instant ExpiresAt { get; init; }

    /// <summary>Told once an hour at most, so that reading does not write.</summary>
    public Instant? LastUsedAt { get; set; }

    public Instant? RevokedAt { get; set; }
}

/// <summary>Somebody was asked to join, by a link in a mail. Only the link's SHA-256 is kept, and it is made when the mail is sent.</summary>
public sealed class OrganisationInvitationRow
{
    public required Guid Id { get; init; }

    public required OrganisationId Organisation { get; init; }

    /// <summary>Empty once it is over.</summary>
    public required string Email { get; set; }

    public required OrganisationRole Role { get; init; }

    public required MemberId InvitedBy { get; init; }

    public required Instant InvitedAt { get; init; }

    public required Instant ExpiresAt { get; init; }

    /// <summary>Of the newest link; <see langword="null"/> until a mail was sent, and when it is over.</summary>
    public string? Hash { get; set; }

    public InvitationState State { get; set; }

    /// <summary>Who accepted or declined.</summary>
    public MemberId? AnsweredBy { get; set; }

    public Instant? EndedAt { get; set; }
}

public enum InvitationState
{
    Open,
    Accepted,
    Declined,

    /// <summary>Taken back, or another took its place.</summary>
    Withdrawn,
}

public sealed class ProjectRow
{
    public const int LongestName = 100;

    public required ProjectId Id { get; init; }

    public required OrganisationId Organisation { get; init; }

    public required string Name { get; set; }

    /// <summary>The organisation's purchase order, shown on its invoices.</summary>
    public string? PurchaseOrder { get; set; }

    public bool IsClosed { get; set; }

    /// <summary>What may be spent in <see cref="BudgetPeriod"/>, net in minor units; <see langword="null"/> for no budget.</summary>
    public long? BudgetMinor { get; set; }

    public BudgetPeriod BudgetPeriod { get; set; }

    public int WarnPercent { get; set; } = Budget.DefaultWarn;

    public int ApprovalPercent { get; set; } = Budget.DefaultApproval;

    public int StopPercent { get; set; } = Budget.DefaultStop;

    /// <summary>As <see cref="OrganisationRow.HidesTitles"/>; <see langword="null"/> for what the organisation says.</summary>
    public bool? HidesTitles { get; set; }

    /// <summary>Counts the changes of what stands here.</summary>
    public int Version { get; set; } = 1;

    public Budget? ToBudget() => BudgetMinor is { } limit ? new Budget(limit, BudgetPeriod, WarnPercent, ApprovalPercent, StopPercent) : null;
}

/// <summary>Owners were told that a project's budget reached a share, once for each period.</summary>
public sealed class BudgetNoticeRow
{
    public required ProjectId Project { get; init; }

    /// <summary>As <see cref="Budget.PeriodOf"/> says.</summary>
    public required LocalDate Period { get; init; }

    public required int Percent { get; init; }

    public required Instant At { get; init; }
}
