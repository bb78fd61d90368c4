using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Reservations.Approving;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>Ends a request that nobody approved, or a kept slot that nobody accepted, and gives its time back.</summary>
internal sealed class LapseReservation(FablabDb db, EndHold ends, EndRequest requests, LabClock clock)
{
    /// <returns>Whether it lapsed; a second one to look finds nothing to do.</returns>
    public async Task<bool> ExecuteAsync(Reservation found, CancellationToken ct) =>
        await LabTransaction.RunAsync(db, found.Machine, async () =>
        {
            var id = found.Id;
            var present = await db.Reservations.AsNoTracking().SingleAsync(r => r.Id == id, ct);
            if (present.Machine != found.Machine || present.State is not (ReservationState.Requested or ReservationState.Held))
            {
                return false;
            }

            if (present.State is ReservationState.Held && await db.OnStoppedMachines(clock.Now).AnyAsync(r => r.Id == id, ct))
            {
                await TellAsync(present, "offer-lost", ct);
                await ends.WithinAsync(present, ReservationEvent.MachineDown, WishEvent.TimeLost, ct);
                return true;
            }

            if (present.ExpiresAt is not { } expires || expires > clock.Now)
            {
                return false;
            }

            if (present.State is ReservationState.Requested)
            {
                await requests.WithinAsync(present, ReservationEvent.Lapse, null, ct);
                return true;
            }

            await TellAsync(present, "offer-lapsed", ct);
            await ends.WithinAsync(present, ReservationEvent.Lapse, WishEvent.HoldEnded, ct);
            return true;
        }, ct);

    private async Task TellAsync(Reservation lapsed, string code, CancellationToken ct)
    {
        db.Tell(lapsed.Member, code, lapsed.Machine, lapsed.Slot.Start, clock.Now);
        await db.SaveChangesAsync(ct);
    }
}
