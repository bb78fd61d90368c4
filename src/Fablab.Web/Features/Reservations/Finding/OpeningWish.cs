using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Finding;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Finding;

/// <summary>What is looked at: everything, or only what these name.</summary>
internal sealed record BookableFilter
{
    /// <summary>Code of one machine or one pool.</summary>
    public string? Code { get; init; }

    /// <summary>Code of a site.</summary>
    public string? Site { get; init; }

    public MachineCategory? Category { get; init; }
}

/// <summary>Free time that a member looks for.</summary>
internal sealed record OpeningWish
{
    public required MemberId Member { get; init; }

    /// <summary><see langword="null"/> for as long as the job needs.</summary>
    public Duration? Length { get; init; }

    public MachineJob? Job { get; init; }

    public required BookableFilter Where { get; init; }

    public required TimeSlot Window { get; init; }

    /// <summary>Where the member is or wants to be.</summary>
    public GeoPoint? Near { get; init; }

    public OpeningOrder Order { get; init; }

    public int Limit { get; init; } = FindOpenings.DefaultLimit;
}
