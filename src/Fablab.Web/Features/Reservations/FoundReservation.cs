using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations;

/// <summary>A reservation that somebody may act on, as it was before its machine was held.</summary>
/// <param name="MachineCode">Of the machine that it sits on.</param>
/// <param name="PoolCode">Of the pool that it was booked of.</param>
internal sealed record FoundReservation(Reservation Reservation, SiteId Site, string MachineCode, string? PoolCode);

internal static class FoundReservations
{
    /// <returns><see langword="null"/> also for whoever may not know of it.</returns>
    public static async Task<FoundReservation?> FindReservationAsync(this FablabDb db, CurrentMember me, Right right, ReservationId id, CancellationToken ct)
    {
        var found = await (
            from reservation in db.Reservations.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on reservation.Machine equals machine.Id
            join row in db.Pools.AsNoTracking() on reservation.Pool equals (PoolId?)row.Id into pools
            from pool in pools.DefaultIfEmpty()
            where reservation.Id == id
            select new FoundReservation(reservation, machine.Site, machine.Code, pool.Code)).SingleOrDefaultAsync(ct);
        return found is not null && me.May(right, new Subject(found.Reservation.Member, found.Site)) ? found : null;
    }
}
