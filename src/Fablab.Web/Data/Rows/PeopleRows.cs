using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using NodaTime;

namespace Fablab.Web.Data.Rows;

/// <summary>A company, school or association that is billed.</summary>
public sealed class OrganisationRow
{
    public required OrganisationId Id { get; init; }

    public required string Name { get; set; }

    public required string Address { get; set; }

    /// <summary>Nine digits; <see langword="null"/> abroad.</summary>
    public string? Siren { get; set; }

    public string? VatNumber { get; set; }
}

public sealed class OrganisationMemberRow
{
    public required OrganisationId Organisation { get; init; }

    public required MemberId Member { get; init; }

    public required OrganisationRole Role { get; set; }
}

public enum OrganisationRole
{
    Owner,
    Buyer,
    Member,
    Accountant,
}

public sealed class ProjectRow
{
    public required ProjectId Id { get; init; }

    public required OrganisationId Organisation { get; init; }

    public required string Name { get; set; }

    /// <summary>The organisation's purchase order, shown on its invoices.</summary>
    public string? PurchaseOrder { get; set; }

    public bool IsClosed { get; set; }
}

/// <summary>What a person may do besides being a member.</summary>
public sealed class RoleGrantRow
{
    public required Guid Id { get; init; }

    public required MemberId Member { get; init; }

    public required StaffRole Role { get; init; }

    /// <summary>Where; <see langword="null"/> everywhere (administrators).</summary>
    public SiteId? Site { get; init; }
}

public enum StaffRole
{
    Administrator,
    Manager,

    /// <summary>Teaches courses at a site and authorises for their machines.</summary>
    Trainer,
}

/// <summary>A secret that lets a program act as a member. Only its SHA-256 is kept.</summary>
public sealed class AccessTokenRow
{
    public required Guid Id { get; init; }

    public required MemberId Member { get; init; }

    public required string Name { get; init; }

    public required string Hash { get; init; }

    public required Instant CreatedAt { get; init; }

    public required Instant ExpiresAt { get; init; }

    public Instant? RevokedAt { get; set; }
}

/// <summary>The first answer to a request that carried an <c>Idempotency-Key</c>.</summary>
public sealed class IdempotentAnswerRow
{
    public required MemberId Member { get; init; }

    public required string Key { get; init; }

    /// <summary>SHA-256 of method, path and body: the same key with another request is refused.</summary>
    public required string RequestHash { get; init; }

    public required int Status { get; init; }

    public required string? Location { get; init; }

    public required string Body { get; init; }

    public required Instant AnsweredAt { get; init; }
}

/// <summary>Something a member should know.</summary>
public sealed class NoticeRow
{
    public required Guid Id { get; init; }

    public required MemberId Member { get; init; }

    public required Instant At { get; init; }

    /// <summary>Stable code; the page has the words.</summary>
    public required string Code { get; init; }

    public required IReadOnlyDictionary<string, string> Facts { get; init; }
}

/// <summary>Who did what to which thing.</summary>
public sealed class AuditRow
{
    public required Guid Id { get; init; }

    public required Instant At { get; init; }

    /// <summary>The member, or <see langword="null"/> for the program itself.</summary>
    public MemberId? Actor { get; init; }

    public required string Action { get; init; }

    public required string Subject { get; init; }
}
