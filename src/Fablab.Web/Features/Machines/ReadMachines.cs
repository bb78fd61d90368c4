using Fablab.Domain.Billing;
using Fablab.Domain.Machines;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Reservations;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Machines;

/// <summary>A machine with its site and the price of new reservations.</summary>
public sealed record MachineView
{
    public required MachineRow Machine { get; init; }

    public required SiteRow Site { get; init; }

    public required Tariff Tariff { get; init; }

    /// <summary>Whose units the machine stands for; <see langword="null"/> for itself.</summary>
    public PoolRow? Pool { get; init; }

    public bool HasOpenFault { get; init; }

    public bool IsMaintenanceDue { get; init; }

    /// <summary>Why nobody books it now, besides being out of order; <see langword="null"/> when it may be booked.</summary>
    public BookingStop? StoppedBy => OpenFaults.Of(HasOpenFault, IsMaintenanceDue);

    /// <summary>What books it.</summary>
    public string Code => Pool?.Code ?? Machine.Code;

    /// <summary>The others have no controller that runs files.</summary>
    public bool TakesFiles => Machine is { Bridge: not null, Category: MachineCategory.Printer3D or MachineCategory.CncMill };

    public string Name => Pool?.Name ?? Machine.Name;
}

/// <summary>Sites and machines as the database knows them; what a machine does at this moment is on the live board.</summary>
internal sealed class ReadMachines(FablabDb db, LabClock clock)
{
    public Task<List<SiteRow>> SitesAsync(CancellationToken ct) => db.Sites.AsNoTracking().OrderBy(site => site.Name).ToListAsync(ct);

    /// <param name="site">Code of a site; all sites when left out.</param>
    public Task<List<MachineView>> MachinesAsync(string? site, CancellationToken ct) =>
        Views().Where(view => site == null || view.Site.Code == site).OrderBy(view => view.Machine.Code).ToListAsync(ct);

    public Task<MachineView?> MachineAsync(string code, CancellationToken ct) =>
        Views().Where(view => view.Machine.Code == code).SingleOrDefaultAsync(ct);

    /// <param name="code">Of a machine, or of a pool, for which its first unit stands then.</param>
    public async Task<MachineView?> BookableAsync(string code, CancellationToken ct) => await MachineAsync(code, ct) ?? await (
        from view in Views()
        join pool in db.Pools.AsNoTracking() on view.Machine.Pool equals pool.Id
        where pool.Code == code
        orderby view.Machine.Code
        select new MachineView
        {
            Machine = view.Machine, Site = view.Site, Tariff = view.Tariff, HasOpenFault = view.HasOpenFault, IsMaintenanceDue = view.IsMaintenanceDue, Pool = pool,
        }).FirstOrDefaultAsync(ct);

    /// <summary>Everything that can be booked at a site: its pools, for which their first units stand, then its machines.</summary>
    public async Task<List<MachineView>> BookablesAsync(string site, CancellationToken ct)
    {
        var all = await MachinesAsync(site, ct);
        var pools = await (from pool in db.Pools.AsNoTracking() join place in db.Sites on pool.Site equals place.Id where place.Code == site orderby pool.Name select pool).ToListAsync(ct);
        var taken = all.Select(view => view.Machine.Code).ToHashSet();
        return
        [
            .. from pool in pools
               where !taken.Contains(pool.Code)
               let first = all.Find(view => view.Machine.Pool == pool.Id)
               where first is not null
               select first with { Pool = pool },
            .. all,
        ];
    }

    private IQueryable<MachineView> Views()
    {
        var now = clock.Now;
        return
            from machine in db.Machines.AsNoTracking()
            join place in db.Sites.AsNoTracking() on machine.Site equals place.Id
            join tariff in db.Tariffs.AsNoTracking() on machine.Tariff equals tariff.Id
            select new MachineView
            {
                Machine = machine,
                Site = place,
                Tariff = tariff,
                HasOpenFault = db.Faults.ThatStopBookings().Any(fault => fault.Machine == machine.Id),
                IsMaintenanceDue = db.ThatStopBookings(now).Any(task => task.Machine == machine.Id),
            };
    }
}
