using Fablab.Domain.Billing;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations;

/// <summary>Writes what a late cancellation or a no-show costs by the terms agreed when booking, in the very transaction of the event.</summary>
internal sealed class MissedBookings(FablabDb db, LabClock clock)
{
    /// <param name="before">The reservation, which was confirmed.</param>
    public async Task ExecuteWithinAsync(Reservation before, MissedBooking missed, CancellationToken ct)
    {
        if (before.Terms.Cancellation is not { } terms)
        {
            return;
        }

        var found = await (
            from tariff in db.Tariffs.AsNoTracking()
            from machine in db.Machines.AsNoTracking()
            where tariff.Id == before.Tariff && machine.Id == before.Machine
            select new { tariff, machine.IsOutOfOrder }).SingleAsync(ct);
        var length = before.BookedSlot.Length;
        var price = Rating.Rate(new Usage(length, length, length, null), found.tariff).Net;
        var fee = terms.FeeFor(missed, before.BookedSlot, price, clock.Now, found.IsOutOfOrder);
        if (fee.Reason is FeeReason.InTime || (fee.Amount.Minor == 0 && fee.Reason is not FeeReason.MachineWasDown))
        {
            return;
        }

        db.Add(new MissedBookingFeeRow
        {
            Reservation = before.Id,
            Member = before.Member,
            Project = before.Project,
            Reason = fee.Reason,
            Amount = fee.Amount,
            Deadline = fee.Deadline,
            At = clock.Now,
        });
        await db.SaveChangesAsync(ct);
    }
}
