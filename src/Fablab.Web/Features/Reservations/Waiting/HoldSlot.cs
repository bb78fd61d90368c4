using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>Keeps a slot for a wish, if the booking rules let its member have it, within the caller's transaction that holds the machine or all units of the pool.</summary>
internal sealed class HoldSlot(FablabDb db, BookingInquiry inquiry, PlaceReservation place, LabClock clock)
{
    /// <summary>Beside the codes of booking problems: it would cost more than its member would pay.</summary>
    public const string PriceAboveLimit = "price-above-limit";

    /// <param name="code">Of the machine, or of a pool whose bookings may change their unit for it.</param>
    /// <param name="machine">Whose time it is when the wish remembers a refusal; of a pool any unit.</param>
    /// <returns>Whether it is kept. When a rule stands against it, the wish remembers which.</returns>
    public async Task<bool> TryAsync(WaitingWishRow row, string code, MachineId machine, TimeSlot slot, Instant until, CancellationToken ct)
    {
        var wish = new BookingWish { Member = row.Member, Machine = code, Start = slot.Start, End = slot.End, Project = row.Project };
        if (!(await inquiry.LookAsync(wish, ct)).TryGet(out var view, out _))
        {
            return false;
        }

        // Advice is theirs to take: it is told again when they look at the reservation.
        var against = view.Problems.Where(problem => problem is not { Severity: ProblemSeverity.Soft, LiftedBy: Lifters.Member }).Select(problem => problem.Code).Distinct().ToList();
        if (view.NeedsSomebodysYes)
        {
            // A yes must not get round a manager or an owner: such time is asked for by booking it.
            against.Add("approval-needed");
        }

        if (SlotPrice.Of(slot, view.Tariff).Gross.Minor > row.MostPriceMinor)
        {
            against.Add(PriceAboveLimit);
        }

        if (against.Count > 0)
        {
            await RememberAsync(row, new MissedOffer(machine, slot, clock.Now) { Because = against }, ct);
            return false;
        }

        var id = row.Id;
        var isMine = await db.WaitingList
            .Where(one => one.Id == id && one.State == WishState.Waiting)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.State, WishState.Offered).SetProperty(one => one.DueAt, (Instant?)null), ct);
        if (isMine == 0)
        {
            // Another machine was faster, or they left.
            return false;
        }

        var held = await place.WriteAsync(wish, view, new Placing { HeldUntil = until }, ct, (reservation, _) => Tell(row, reservation));
        await db.WaitingList.Where(one => one.Id == id).ExecuteUpdateAsync(set => set.SetProperty(one => one.Offer, held.Id), ct);
        db.ChangeTracker.Clear();
        return true;
    }

    /// <summary>Each time once: the same reasons for the same time are no news.</summary>
    private async Task RememberAsync(WaitingWishRow row, MissedOffer refused, CancellationToken ct)
    {
        if (row.Missed.Any(known => known.Machine == refused.Machine && known.Slot == refused.Slot && known.Because.SequenceEqual(refused.Because)))
        {
            return;
        }

        var (id, missed) = (row.Id, row.With(refused));
        await db.WaitingList.Where(one => one.Id == id).ExecuteUpdateAsync(set => set.SetProperty(one => one.Missed, missed), ct);
        row.Missed = missed;
    }

    private void Tell(WaitingWishRow row, Reservation held) => db.Tell(
        row.Member,
        "time-offered",
        new Dictionary<string, string>
        {
            ["machine"] = held.Machine.ToString(),
            ["start"] = held.Slot.Start.ToString(),
            ["until"] = held.ExpiresAt.ToString()!,
            ["link"] = WaitingListEndpoints.PageAddress,
            ["wish"] = row.Id.ToString(),
            ["reservation"] = held.Id.ToString(),
        },
        clock.Now);
}
