using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations.Rules.Editing;

/// <summary>Something that a rule can be about.</summary>
/// <param name="Site">Where it is; <see langword="null"/> for what has no place.</param>
public sealed record NamedThing(Guid Id, string Code, string Name, Guid? Site = null);

/// <summary>What rules name by ids and codes, with the names that people know.</summary>
public sealed record RuleNames
{
    /// <summary>Whose rules they are: only its machines and pools are offered; <see langword="null"/> for the lab's.</summary>
    public SiteId? Site { get; init; }

    public required IReadOnlyList<NamedThing> Machines { get; init; }

    public required IReadOnlyList<NamedThing> Pools { get; init; }

    public required IReadOnlyList<NamedThing> Sites { get; init; }

    public required IReadOnlyList<NamedThing> Organisations { get; init; }

    public required IReadOnlyList<NamedThing> Groups { get; init; }

    /// <summary>In which new fees are.</summary>
    public required string Currency { get; init; }

    public IEnumerable<NamedThing> MachinesHere => Machines.Where(IsHere);

    public IEnumerable<NamedThing> PoolsHere => Pools.Where(IsHere);

    public string? Machine(MachineId id) => Of(Machines, id.Value);

    public string? Pool(PoolId id) => Of(Pools, id.Value);

    public string? SiteOf(SiteId id) => Of(Sites, id.Value);

    public string? Organisation(OrganisationId id) => Of(Organisations, id.Value);

    public string? Group(TariffGroupId id) => Of(Groups, id.Value);

    /// <summary>Of a machine or pool.</summary>
    public string? Bookable(string code) => (Machines.FirstOrDefault(one => one.Code == code) ?? Pools.FirstOrDefault(one => one.Code == code))?.Name;

    public string? SiteByCode(string code) => Sites.FirstOrDefault(one => one.Code == code)?.Name;

    /// <summary>With the site, where things of several sites are offered.</summary>
    public string Label(NamedThing thing) => Site is null && thing.Site is { } site && Of(Sites, site) is { } place ? $"{thing.Name} – {place}" : thing.Name;

    private bool IsHere(NamedThing thing) => Site is null || thing.Site == Site.Value.Value;

    private static string? Of(IReadOnlyList<NamedThing> things, Guid id) => things.FirstOrDefault(one => one.Id == id)?.Name;
}

/// <summary>Reads the names: a few short lists, whatever the rules say.</summary>
internal sealed class ReadRuleNames(FablabDb db)
{
    private const string UsualCurrency = "EUR";

    public async Task<RuleNames> ForAsync(SiteId? site, CancellationToken ct) => new()
    {
        Site = site,
        Machines = await db.Machines.AsNoTracking().OrderBy(one => one.Name).Select(one => new NamedThing(one.Id.Value, one.Code, one.Name, one.Site.Value)).ToListAsync(ct),
        Pools = await db.Pools.AsNoTracking().OrderBy(one => one.Name).Select(one => new NamedThing(one.Id.Value, one.Code, one.Name, one.Site.Value)).ToListAsync(ct),
        Sites = await db.Sites.AsNoTracking().OrderBy(one => one.Name).Select(one => new NamedThing(one.Id.Value, one.Code, one.Name, null)).ToListAsync(ct),
        Organisations = await db.Organisations.AsNoTracking().OrderBy(one => one.Name).Select(one => new NamedThing(one.Id.Value, "", one.Name, null)).ToListAsync(ct),
        Groups = await db.TariffGroups.AsNoTracking().OrderBy(one => one.Name).Select(one => new NamedThing(one.Id.Value, one.Code, one.Name, null)).ToListAsync(ct),
        Currency = await db.Tariffs.AsNoTracking().OrderBy(one => one.Id).Select(one => one.Currency).FirstOrDefaultAsync(ct) ?? UsualCurrency,
    };
}
