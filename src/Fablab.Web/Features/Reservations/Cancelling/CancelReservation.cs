using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Features.Reservations.Rules;
using Fablab.Web.Features.Reservations.Waiting;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations.Cancelling;

/// <summary>It started already, or is over; it can be ended but not cancelled.</summary>
public sealed record ReservationIsOver(ReservationState State) : Refusal("reservation-is-over")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["state"] = State };
}

/// <summary>Gives a slot back before it began.</summary>
internal sealed class CancelReservation(
    FablabDb db, CurrentMember me, RuleFacts rules, KeptNeighbours neighbours, MissedBookings missed, DeskDue due, EndHold holds, FreedPools pools, AuditTrail audit, LabClock clock)
{
    /// <param name="costsNothing">Whoever it is that gives it back for its holder.</param>
    public async Task<Result<Reservation>> ExecuteAsync(ReservationId id, string? ifMatch, CancellationToken ct, bool costsNothing = false)
    {
        if (await db.FindReservationAsync(me, Right.CancelReservation, id, ct) is not { } found)
        {
            return new NoSuchThing("reservation");
        }

        return await pools.ThenOfferAsync(LabTransaction.DecideAsync<Reservation>(db, found.Reservation.Machine, () => ExecuteWithinAsync(id, ifMatch, ct, costsNothing), ct), ct);
    }

    /// <summary>The same within the caller's transaction, which must hold the machine; the caller asked for the right.</summary>
    public async Task<Result<Reservation>> ExecuteWithinAsync(ReservationId id, string? ifMatch, CancellationToken ct, bool costsNothing = false)
    {
        var reservation = await db.Reservations.AsNoTracking().SingleAsync(r => r.Id == id, ct);
        if (!ReservationVersion.Fits(reservation, ifMatch))
        {
            return new StaleVersion();
        }

        if (ReservationLifecycle.Next(reservation.State, ReservationEvent.Cancel) is not { } next)
        {
            return new ReservationIsOver(reservation.State);
        }

        if (await TooLateAsync(reservation, ct) is { } refused)
        {
            return refused;
        }

        var cancelled = reservation with { State = next };
        db.Update(cancelled);
        audit.Note("reservation-cancelled", $"reservation/{id}", reservation.Machine, concerns: reservation.Member, before: AuditFacts.Of(reservation));
        await db.SaveChangesAsync(ct);
        if (reservation.State is ReservationState.Confirmed or ReservationState.Requested && reservation.Member == me.Id && !costsNothing)
        {
            // What staff take away costs its holder nothing.
            await missed.ExecuteWithinAsync(reservation, MissedBooking.Cancelled, ct);
        }

        await neighbours.GiveBackAsync(reservation, ct);
        await due.ComesNoLaterThanAsync(cancelled.Machine, clock.Now, ct);
        db.ChangeTracker.Clear();
        if (reservation.State is ReservationState.Held)
        {
            await holds.SettleAsync(reservation, WishEvent.Decline, ct);
        }

        await holds.OfferOnAsync(reservation, ct);
        return cancelled;
    }

    /// <summary>What is only held or asked for may be given up at any time; a booking, also while more of it is asked for, as long as the rules let its holder.</summary>
    private async Task<BookingRefused?> TooLateAsync(Reservation reservation, CancellationToken ct)
    {
        var confirmed = reservation.State is ReservationState.Confirmed ? reservation.Slot : reservation.Terms.Before?.Slot;
        if (confirmed is null)
        {
            return null;
        }

        var id = reservation.Machine;
        if (await db.CannotBeUsedAsync(id, confirmed.Start, clock.Now, ct))
        {
            return null;
        }

        var machine = await db.Machines.AsNoTracking().SingleAsync(row => row.Id == id, ct);

        var wish = new BookingWish
        {
            Member = reservation.Member, Machine = machine.Code, Start = confirmed.Start, End = confirmed.End, Project = reservation.Project,
        };
        var atHand = await rules.ForAsync(machine, wish, ct);
        var problems = BookingRules.CheckCancelling(confirmed, atHand.Rules, clock.Now);
        return problems.All(problem => me.MayLift(problem, machine.Site)) ? null : new BookingRefused(problems);
    }
}
