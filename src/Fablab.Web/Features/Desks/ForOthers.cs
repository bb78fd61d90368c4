using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Desks;

/// <summary>Who receives people at a site checks in for those who have booked; their authorisation decides, not the reader's.</summary>
internal static class ForOthers
{
    /// <returns>Whoever booked, when the reader may check in for them; otherwise the reader.</returns>
    public static async Task<MemberId> ChecksInForAsync(this FablabDb db, Guid reservation, CurrentMember me, CancellationToken ct)
    {
        var id = new ReservationId(reservation);
        var booked = await (
            from row in db.Reservations.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on row.Machine equals machine.Id
            where row.Id == id
            select new { row.Member, machine.Site }).SingleOrDefaultAsync(ct);
        return booked is not null && booked.Member != me.Id && me.May(Right.CheckInForOthers, Subject.At(booked.Site)) ? booked.Member : me.Id;
    }
}
