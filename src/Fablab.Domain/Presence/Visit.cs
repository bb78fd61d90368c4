using Fablab.Domain.Machines;
using Fablab.Domain.Members;

namespace Fablab.Domain.Presence;

public readonly record struct VisitId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>How somebody's coming or leaving became known.</summary>
public enum Told
{
    /// <summary>A badge held to a kiosk.</summary>
    Badge,

    /// <summary>A PIN typed at a kiosk.</summary>
    Pin,

    /// <summary>Staff of the site said so.</summary>
    FrontDesk,

    /// <summary>The member said so, away from any kiosk.</summary>
    Self,

    /// <summary>They arrived at another site.</summary>
    Elsewhere,

    /// <summary>Nobody said so: the program closed what was left open.</summary>
    Program,
}

/// <summary>One stay of a member at a site. A member has one open visit at the most, in the whole lab.</summary>
public sealed record Visit
{
    public required VisitId Id { get; init; }

    public required MemberId Member { get; init; }

    public required SiteId Site { get; init; }

    public required Instant ArrivedAt { get; init; }

    public required Told ArrivedBy { get; init; }

    /// <summary>When the program closes it unless somebody ends it before.</summary>
    public required Instant ClosesAt { get; init; }

    /// <summary><see langword="null"/> while they are in.</summary>
    public Instant? LeftAt { get; init; }

    public Told? LeftBy { get; init; }

    public bool IsOpen => LeftAt is null;

    /// <summary>When a tap last changed it.</summary>
    public Instant LastToldAt => LeftAt ?? ArrivedAt;

    /// <summary>Nothing ends before it began, whatever a clock says.</summary>
    public Visit Ended(Instant at, Told by) => this with { LeftAt = Instant.Max(at, ArrivedAt), LeftBy = by };

    /// <summary>The visit as the program closes it: at the instant that was set when it began, however late it is noticed.</summary>
    public Visit Closed() => Ended(ClosesAt, Told.Program);
}
