using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Notices;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations.Pools;

/// <summary>Finds other units for a pool's bookings when one of its machines cannot take them, and tells their members.</summary>
internal sealed class PoolReseating(FablabDb db, PoolSeats seats, LabClock clock)
{
    /// <summary>A machine broke: all that was booked on it goes elsewhere, as far as the other units suffice.</summary>
    public async Task LeaveAsync(MachineId machine, CancellationToken ct)
    {
        if (await PoolOfAsync(machine, ct) is { } pool)
        {
            await LabTransaction.RunAsync(db, pool.Held, async () => await TellAsync(await seats.ReseatAsync(await FreshAsync(pool, ct), ct), ct), ct);
        }
    }

    /// <summary>A job runs past its slot: the next booking goes elsewhere if another unit is free.</summary>
    public async Task MakeWayAsync(MachineId machine, CancellationToken ct)
    {
        if (await PoolOfAsync(machine, ct) is { } pool)
        {
            await LabTransaction.RunAsync(db, pool.Held, async () => await TellAsync(await seats.MakeWayAsync(await FreshAsync(pool, ct), machine, ct), ct), ct);
        }
    }

    private async Task<Bookable?> PoolOfAsync(MachineId machine, CancellationToken ct)
    {
        var code = await (
            from unit in db.Machines.AsNoTracking()
            join pool in db.Pools.AsNoTracking() on unit.Pool equals (PoolId?)pool.Id
            where unit.Id == machine
            select pool.Code).SingleOrDefaultAsync(ct);
        return code is null ? null : await db.BookableAsync(code, ct);
    }

    /// <summary>Which units are in order may have changed before they were held.</summary>
    private async Task<Bookable> FreshAsync(Bookable pool, CancellationToken ct) => await db.BookableAsync(pool.Code, ct) ?? pool;

    private async Task<int> TellAsync(IReadOnlyList<SeatMove> moves, CancellationToken ct)
    {
        foreach (var move in moves)
        {
            db.Tell(move.Reservation.Member, "another-unit-of-the-pool", move.To, move.Reservation.Slot.Start, clock.Now);
        }

        return await db.SaveChangesAsync(ct);
    }
}
