using Fablab.Domain.Billing;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Machines;

/// <summary>A machine with its site and the price of new reservations.</summary>
public sealed record MachineView
{
    public required MachineRow Machine { get; init; }

    public required SiteRow Site { get; init; }

    public required Tariff Tariff { get; init; }
}

/// <summary>Sites and machines as the database knows them; what a machine does at this moment is on the live board.</summary>
internal sealed class ReadMachines(FablabDb db)
{
    public Task<List<SiteRow>> SitesAsync(CancellationToken ct) => db.Sites.AsNoTracking().OrderBy(site => site.Name).ToListAsync(ct);

    /// <param name="site">Code of a site; all sites when left out.</param>
    public Task<List<MachineView>> MachinesAsync(string? site, CancellationToken ct) =>
        Views().Where(view => site == null || view.Site.Code == site).OrderBy(view => view.Machine.Code).ToListAsync(ct);

    public Task<MachineView?> MachineAsync(string code, CancellationToken ct) =>
        Views().Where(view => view.Machine.Code == code).SingleOrDefaultAsync(ct);

    private IQueryable<MachineView> Views() =>
        from machine in db.Machines.AsNoTracking()
        join place in db.Sites.AsNoTracking() on machine.Site equals place.Id
        join tariff in db.Tariffs.AsNoTracking() on machine.Tariff equals tariff.Id
        select new MachineView { Machine = machine, Site = place, Tariff = tariff };
}
