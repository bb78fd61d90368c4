using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using NodaTime;

namespace Fablab.Web.Data.Rows;

/// <summary>What a member is to a site: staff of the site see its members, and no others. One for a member and a site.</summary>
public sealed class SiteMembershipRow
{
    public required SiteId Site { get; init; }

    public required MemberId Member { get; init; }

    public required MembershipState State { get; set; }

    /// <summary>What made it.</summary>
    public required MembershipOrigin Origin { get; init; }

    public required Instant Since { get; init; }

    /// <summary>The manager who said yes or no; <see langword="null"/> when nobody was asked, or nobody has answered.</summary>
    public MemberId? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    /// <summary>Why it was refused, in the manager's words.</summary>
    public string? Reason { get; set; }
}

public enum MembershipOrigin
{
    Registration,
    Invitation,

    /// <summary>The first booking at an open site, or one that a manager made for them.</summary>
    Booking,

    /// <summary>The first machine authorisation there.</summary>
    Authorisation,

    /// <summary>A file of members.</summary>
    Import,
}

/// <summary>That staff ask somebody to become a member of a site, by a link in a mail that counts once. Nothing that is kept here opens it.</summary>
public sealed class SiteInvitationRow
{
    public required Guid Id { get; init; }

    public required SiteId Site { get; init; }

    public required string Email { get; init; }

    public required string NormalizedEmail { get; init; }

    /// <summary>Of the mail: <c>fr</c> or <c>en</c>.</summary>
    public required string Language { get; init; }

    /// <summary>The tariff group that they will belong to, if any.</summary>
    public TariffGroupId? Group { get; init; }

    public required MemberId By { get; init; }

    public required Instant CreatedAt { get; init; }

    public required Instant ExpiresAt { get; init; }

    /// <summary>When somebody became a member by it.</summary>
    public Instant? UsedAt { get; set; }

    public MemberId? UsedBy { get; set; }

    public Instant? WithdrawnAt { get; set; }
}

/// <summary>What a site asks its members to accept.</summary>
public enum SiteTextKind
{
    Terms,
    Safety,
}

/// <summary>One version of a site's terms of use or safety rules. Never changed: a new version follows, and everybody is asked again.</summary>
public sealed class SiteTextRow
{
    public required SiteId Site { get; init; }

    public required SiteTextKind Kind { get; init; }

    /// <summary>1, 2, 3…</summary>
    public required int Version { get; init; }

    public required string Text { get; init; }

    public required MemberId By { get; init; }

    public required Instant At { get; init; }
}

/// <summary>That a member may not use a site, or the whole lab, until its end or until somebody lifts it.</summary>
public sealed class SuspensionRow
{
    public required Guid Id { get; init; }

    public required MemberId Member { get; init; }

    /// <summary><see langword="null"/> everywhere: they cannot sign in either.</summary>
    public SiteId? Site { get; init; }

    /// <summary>In the words of whoever did it; the member reads them.</summary>
    public required string Reason { get; init; }

    public required MemberId By { get; init; }

    public required Instant At { get; init; }

    /// <summary>Over from here on; <see langword="null"/> until it is lifted.</summary>
    public Instant? Until { get; init; }

    public Instant? LiftedAt { get; set; }

    public MemberId? LiftedBy { get; set; }
}

/// <summary>What staff of a site write down of a member for each other. Append-only.</summary>
public sealed class MemberNoteRow
{
    public required Guid Id { get; init; }

    public required MemberId Member { get; init; }

    public required SiteId Site { get; init; }

    public required string Text { get; init; }

    public required MemberId By { get; init; }

    public required Instant At { get; init; }
}

/// <summary>A badge of a member. The number on it is not kept, only its hash under a key that is no part of the database's text.</summary>
public sealed class BadgeRow
{
    public required Guid Id { get; init; }

    public required MemberId Member { get; init; }

    /// <summary>HMAC-SHA-256 of the number, 64 lower-case hex digits. One badge that counts has it.</summary>
    public required string Hash { get; init; }

    /// <summary>For people to tell badges of one member apart: <c>blue key ring</c>.</summary>
    public required string Label { get; init; }

    public required MemberId By { get; init; }

    public required Instant At { get; init; }

    public MemberId? RevokedBy { get; set; }

    public Instant? RevokedAt { get; set; }
}

/// <summary>A secret that the program made for itself, sealed by data protection.</summary>
public sealed class LabSecretRow
{
    public required string Name { get; init; }

    public required string Sealed { get; init; }
}

/// <summary>That the guardian of a minor was asked for their consent, and what they said. The newest counts.</summary>
public sealed class GuardianConsentRow
{
    public required Guid Id { get; init; }

    public required MemberId Member { get; init; }

    public required string GuardianName { get; init; }

    public required string GuardianEmail { get; init; }

    public required Instant AskedAt { get; init; }

    public Instant? GivenAt { get; set; }

    public Instant? WithdrawnAt { get; set; }
}
