using Fablab.Domain.Machines;

namespace Fablab.Domain.Members;

/// <summary>A person and all that decides what they may do.</summary>
public sealed record Member
{
    public required MemberId Id { get; init; }

    public required string DisplayName { get; init; }

    public required string Email { get; init; }

    public string? Language { get; init; }

    /// <summary>Has rights of staff that count only once there is a second factor.</summary>
    public bool WaitsForSecondFactor { get; init; }

    /// <summary>Proved to be there by two factors.</summary>
    public bool IsStrong { get; init; }

    /// <summary>When the access token that they act by ends; <see langword="null"/> in a browser.</summary>
    public Instant? Until { get; init; }

    /// <summary>What that token may be used for; a browser may all.</summary>
    public ScopeSet Scopes { get; init; } = ScopeSet.All;

    public bool IsAdministrator { get; init; }

    public required IReadOnlySet<SiteId> ManagedSites { get; init; }

    public IReadOnlySet<SiteId> TrainerSites { get; init; } = NoSites;

    public IReadOnlySet<SiteId> FrontDeskSites { get; init; } = NoSites;

    public IReadOnlySet<SiteId> TechnicianSites { get; init; } = NoSites;

    public required IReadOnlyDictionary<OrganisationId, OrganisationRole> Organisations { get; init; }

    private static readonly IReadOnlySet<SiteId> NoSites = new HashSet<SiteId>();
}
