using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Rules;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations.Mine;

/// <summary>A limit on the reader's bookings, with the places and people that it names.</summary>
public sealed record MyLimit
{
    public required LimitUse Use { get; init; }

    /// <summary>In order of their codes.</summary>
    public required IReadOnlyList<MachineRow> Machines { get; init; }

    /// <summary>The only site that it is about, if there is but one.</summary>
    public SiteRow? Site { get; init; }

    public PoolRow? Pool { get; init; }

    public OrganisationRow? Organisation { get; init; }

    public TariffGroupRow? Group { get; init; }
}

/// <summary>
/// All quotas and limits that concern a member, of the lab and of its sites. The questions to the database are as many as there are owners
/// whose bookings count together, and a fixed number more, however many rules and machines there are.
/// </summary>
internal sealed class MyLimits(FablabDb db, RuleFacts facts, CountedBookings counted, CurrentMember me, LabClock clock)
{
    public async Task<IReadOnlyList<MyLimit>> ReadAsync(CancellationToken ct)
    {
        var sites = await db.Sites.AsNoTracking().ToDictionaryAsync(site => site.Id, ct);
        var reading = await facts.ReadAsync([.. sites.Keys], me.Id, null, clock.Now, ct);
        if (!reading.Books.Values.Any(book => book.Rules.Any(rule => rule is QuotaRule or OpenBookingsRule)))
        {
            return [];
        }

        var machines = await db.Machines.AsNoTracking().OrderBy(machine => machine.Code).ToListAsync(ct);
        var ruled = machines.Select(machine => new RuledMachine(reading.At(machine).Subject, reading.Books[machine.Site], reading.Zones[machine.Site])).ToList();
        var uses = LimitUses.Of(ruled, await counted.ExecuteAsync(LimitUses.Needed(ruled, clock.Now), ct), clock.Now);
        return await WithNamesAsync(uses, machines.ToDictionary(machine => machine.Id), sites, ct);
    }

    private async Task<IReadOnlyList<MyLimit>> WithNamesAsync(
        IReadOnlyList<LimitUse> uses, Dictionary<MachineId, MachineRow> machines, Dictionary<SiteId, SiteRow> sites, CancellationToken ct)
    {
        var pools = Named(uses, use => use.Pool) is { Count: > 0 } ofPools
            ? await db.Pools.AsNoTracking().Where(row => ofPools.Contains(row.Id)).ToDictionaryAsync(row => row.Id, ct) : [];
        var organisations = Named(uses, use => use.Organisation) is { Count: > 0 } ofOrganisations
            ? await db.Organisations.AsNoTracking().Where(row => ofOrganisations.Contains(row.Id)).ToDictionaryAsync(row => row.Id, ct) : [];
        var groups = Named(uses, use => use.Group) is { Count: > 0 } ofGroups
            ? await db.TariffGroups.AsNoTracking().Where(row => ofGroups.Contains(row.Id)).ToDictionaryAsync(row => row.Id, ct) : [];
        return [.. uses.Select(use => new MyLimit
        {
            Use = use,
            Machines = [.. use.Machines.Select(id => machines[id])],
            Site = use.Machines.Select(id => machines[id].Site).Distinct().ToList() is [var only] ? sites[only] : null,
            Pool = use.Pool is { } pool ? pools.GetValueOrDefault(pool) : null,
            Organisation = use.Organisation is { } organisation ? organisations.GetValueOrDefault(organisation) : null,
            Group = use.Group is { } group ? groups.GetValueOrDefault(group) : null,
        })];
    }

    private static List<T> Named<T>(IReadOnlyList<LimitUse> uses, Func<LimitUse, T?> name)
        where T : struct => [.. uses.Select(name).OfType<T>().Distinct()];
}
