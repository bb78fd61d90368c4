using Fablab.Domain.Machines;
using Fablab.Domain.Members;

namespace Fablab.Domain.Reservations.Rules;

/// <summary>Who wants to book what, as far as scopes of rules tell people and machines apart.</summary>
public sealed record BookingSubject
{
    public required MemberId Member { get; init; }

    public required MachineId Machine { get; init; }

    public PoolId? Pool { get; init; }

    public required MachineCategory Category { get; init; }

    public required SiteId Site { get; init; }

    public IReadOnlyList<TariffGroupId> Groups { get; init; } = [];

    /// <summary>The organisation that the time is charged to; without one, those of the member.</summary>
    public IReadOnlyList<OrganisationId> Organisations { get; init; } = [];

    /// <summary>No organisation is charged: how much one may have booked is no matter of this booking, although rules for its members are.</summary>
    public bool IsPrivate { get; init; }
}

/// <summary>
/// What a rule is about and for whom. An axis that is <see langword="null"/> leaves nothing out; all that are named must match.
/// Of two rules, the one about the narrower thing comes first, and only then the one for the narrower circle of people.
/// </summary>
public sealed record RuleScope
{
    public static readonly RuleScope Everywhere = new();

    public MachineId? Machine { get; init; }

    public PoolId? Pool { get; init; }

    public MachineCategory? Category { get; init; }

    public SiteId? Site { get; init; }

    public OrganisationId? Organisation { get; init; }

    public TariffGroupId? Group { get; init; }

    /// <summary>Higher is more specific: each named axis is a bit, so machine beats all other axes together, then pool, and so on.</summary>
    public int Rank =>
        (Machine is null ? 0 : 32) | (Pool is null ? 0 : 16) | (Category is null ? 0 : 8) | (Site is null ? 0 : 4)
        | (Organisation is null ? 0 : 2) | (Group is null ? 0 : 1);

    public bool Matches(BookingSubject subject) =>
        IsAbout(subject.Machine, subject.Pool, subject.Category, subject.Site)
        && (Organisation is not { } organisation || Has(subject.Organisations, organisation))
        && (Group is not { } group || Has(subject.Groups, group));

    /// <summary>Whether a machine is in scope, whoever uses it.</summary>
    public bool IsAbout(MachineId machine, PoolId? pool, MachineCategory category, SiteId site) =>
        (Machine is not { } m || m == machine)
        && (Pool is not { } p || p == pool)
        && (Category is not { } c || c == category)
        && (Site is not { } s || s == site);

    // An indexed loop, because this runs for every rule and booking and a list behind an interface would allocate its enumerator.
    internal static bool Has<T>(IReadOnlyList<T> list, T wanted)
        where T : struct, IEquatable<T>
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i].Equals(wanted))
            {
                return true;
            }
        }

        return false;
    }
}
