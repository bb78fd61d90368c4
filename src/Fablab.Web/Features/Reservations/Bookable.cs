using Fablab.Domain.Machines;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations;

/// <summary>What a code stands for: one machine, or a pool of which any unit will do.</summary>
/// <param name="Pool"><see langword="null"/> for a machine by its own name, also when it is one of a pool.</param>
/// <param name="Units">At least one, in order of their codes.</param>
/// <param name="Faulty">Those of them with an open fault that stops bookings.</param>
internal sealed record Bookable(string Code, string Name, PoolId? Pool, SiteId Site, IReadOnlyList<MachineRow> Units, IReadOnlyCollection<MachineId> Faulty)
{
    /// <summary>The units that take bookings, also those that are out of order up to a known time.</summary>
    public IEnumerable<MachineRow> InOrder(Instant now) => Units.Where(unit => unit.OutageAt(now) is null or { Until: not null } && !Faulty.Contains(unit.Id));

    /// <summary>What a booking must hold, so that nobody else books them meanwhile.</summary>
    public IReadOnlyCollection<MachineId> Held => [.. Units.Select(unit => unit.Id)];
}

/// <summary>Where it stands, and what a booking of it must hold.</summary>
internal sealed record BookableKeys(SiteId Site, IReadOnlyCollection<MachineId> Held);

internal static class Bookables
{
    private static readonly HotQuery<Func<FablabDb, string, CancellationToken, Task<FoundUnit?>>> ByCode = new(() =>
        EF.CompileAsyncQuery((FablabDb db, string code, CancellationToken ct) => db.Machines.AsNoTracking().Where(row => row.Code == code)
            .Select(row => new FoundUnit { Machine = row, HasOpenFault = db.Faults.ThatStopBookings().Any(fault => fault.Machine == row.Id) })
            .SingleOrDefault()));

    private static readonly HotQuery<Func<FablabDb, string, CancellationToken, Task<BookableKeys?>>> KeysByCode = new(() =>
        EF.CompileAsyncQuery((FablabDb db, string code, CancellationToken ct) => db.Machines.Where(row => row.Code == code)
            .Select(row => new BookableKeys(row.Site, new[] { row.Id })).SingleOrDefault()));

    /// <summary>The same as <see cref="BookableAsync"/> for whoever only needs to know what to hold.</summary>
    public static async Task<BookableKeys?> BookableKeysAsync(this FablabDb db, string code, CancellationToken ct) =>
        await KeysByCode.On(db)(db, code, ct) ?? (await db.BookableAsync(code, ct) is { } pool ? new BookableKeys(pool.Site, pool.Held) : null);

    /// <returns><see langword="null"/> when neither a machine nor a pool with machines has this code.</returns>
    public static async Task<Bookable?> BookableAsync(this FablabDb db, string code, CancellationToken ct)
    {
        if (await ByCode.On(db)(db, code, ct) is { Machine: var machine } found)
        {
            return new Bookable(machine.Code, machine.Name, null, machine.Site, [machine], found.HasOpenFault ? [machine.Id] : []);
        }

        var units = await (
            from pool in db.Pools.AsNoTracking()
            join unit in db.Machines.AsNoTracking() on pool.Id equals unit.Pool
            where pool.Code == code
            orderby unit.Code
            select new { pool, unit, HasOpenFault = db.Faults.ThatStopBookings().Any(fault => fault.Machine == unit.Id) }).ToListAsync(ct);
        return units.Count == 0
            ? null
            : new Bookable(
                code, units[0].pool.Name, units[0].pool.Id, units[0].pool.Site, [.. units.Select(row => row.unit)],
                [.. units.Where(row => row.HasOpenFault).Select(row => row.unit.Id)]);
    }

    private sealed class FoundUnit
    {
        public required MachineRow Machine { get; init; }

        public required bool HasOpenFault { get; init; }
    }
}
