using Fablab.Domain.Billing;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations;

/// <summary>Writes what a late cancellation or a no-show costs by the terms agreed when booking, in the very transaction of the event.</summary>
internal sealed class MissedBookings(FablabDb db, CurrentMember me, LabClock clock)
{
    private static readonly CancellationTerms NothingAgreed = new();

    /// <param name="before">The reservation, which was confirmed, or asked for after a late move.</param>
    public async Task ExecuteWithinAsync(Reservation before, MissedBooking missed, CancellationToken ct)
    {
        if (before.Terms is { Cancellation: null, Owed: null })
        {
            return;
        }

        var fee = (await FeeForAsync(before, missed, ct)).AtLeast(before.Terms.Owed);
        if (fee.Reason is FeeReason.InTime || (fee.Amount.Minor == 0 && fee.Reason is not FeeReason.MachineWasDown))
        {
            return;
        }

        db.Add(new MissedBookingFeeRow
        {
            Reservation = before.Id,
            Member = fee.By ?? before.Member,
            Project = before.Project,
            Reason = fee.Reason,
            Amount = fee.Amount,
            Deadline = fee.Deadline,
            At = clock.Now,
        });
        await db.SaveChangesAsync(ct);
    }

    /// <summary>What its member owes from a move on. Staff who move it, and whoever gives nothing up, owe nothing new.</summary>
    public async Task<OwedFee?> OwedFromMovingAsync(Reservation before, BookingView to, CancellationToken ct)
    {
        var (known, slot) = (before.Terms.Owed, ConfirmedSlotOf(before));
        if (slot is null || Holds(to, before, slot) || before.Member != me.Id || before.Terms.Cancellation is not { } terms || clock.Now <= slot.Start - terms.Deadline)
        {
            return known;
        }

        var fee = await FeeForAsync(before, MissedBooking.Cancelled, ct);
        return fee.Amount.Minor > (known?.Amount.Minor ?? 0) ? new OwedFee(before.Member, fee.Amount, fee.Deadline) : known;
    }

    /// <returns>What is left to its member should nobody say yes to a request for more; <see langword="null"/> when they gave some of it up.</returns>
    public static ConfirmedBefore? LeftWithoutYes(Reservation before, BookingView to) =>
        ConfirmedSlotOf(before) is { } slot && Holds(to, before, slot) ? before.Terms.Before ?? new ConfirmedBefore(slot, before.Terms.Owed) : null;

    private static TimeSlot? ConfirmedSlotOf(Reservation reservation) => reservation.State is ReservationState.Confirmed ? reservation.BookedSlot : reservation.Terms.Before?.Slot;

    /// <summary>All of the time is in what is wanted, on the same machine or pool.</summary>
    private static bool Holds(BookingView to, Reservation before, TimeSlot slot) =>
        (to.Pool is null ? to.Machine.Id == before.Machine : to.Pool == before.Pool) && to.Slot.Start <= slot.Start && to.Slot.End >= slot.End;

    private async Task<MissedBookingFee> FeeForAsync(Reservation before, MissedBooking missed, CancellationToken ct)
    {
        var tariff = before.Tariff;
        var slot = before.Terms.Before?.Slot ?? before.BookedSlot;
        var length = slot.Length;
        var price = Rating.Rate(new Usage(length, length, length, null), await db.Tariffs.AsNoTracking().SingleAsync(row => row.Id == tariff, ct)).Net;

        // Asking costs nothing to take back; what was owed or confirmed before it had to be asked for is another matter.
        var terms = before is { State: ReservationState.Requested, Terms.Before: null } ? NothingAgreed : before.Terms.Cancellation ?? NothingAgreed;
        return terms.FeeFor(missed, slot, price, clock.Now, await db.CannotBeUsedAsync(before.Machine, slot.Start, clock.Now, ct));
    }
}
