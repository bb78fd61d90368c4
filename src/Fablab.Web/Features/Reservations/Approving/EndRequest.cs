using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Features.Reservations.Waiting;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Approving;

/// <summary>
/// What becomes of a request that got no yes. Whoever asked for more of what was confirmed has that again; whoever moved a confirmed booking
/// away late has in effect cancelled it late, and owes what that costs.
/// </summary>
internal sealed class EndRequest(FablabDb db, MissedBookings missed, KeptNeighbours neighbours, DeskDue due, EndHold holds, LabClock clock)
{
    /// <summary>Within the caller's transaction, which must hold the machine.</summary>
    /// <param name="on">It was declined, or it lapsed.</param>
    /// <param name="reason">For the member.</param>
    public async Task<Reservation> WithinAsync(Reservation before, ReservationEvent on, string? reason, CancellationToken ct)
    {
        var left = before.Terms.Before is { } confirmed && confirmed.MayReturn(clock.Now) ? await LeftOfAsync(before, confirmed, ct) : null;
        var after = left ?? before with { State = ReservationLifecycle.Next(before.State, on)!.Value, ExpiresAt = null, Awaits = on is ReservationEvent.Lapse ? before.Awaits : Approvals.None };
        db.Update(after);
        db.Tell(before.Member, left is not null ? "more-time-refused" : on is ReservationEvent.Lapse ? "request-lapsed" : "request-declined", FactsOf(after, reason), clock.Now);
        await db.SaveChangesAsync(ct);
        if (left is null && before.Terms.Before is null)
        {
            await missed.ExecuteWithinAsync(before, MissedBooking.Cancelled, ct);
        }

        db.ChangeTracker.Clear();
        await neighbours.GiveBackAsync(before, ct);
        await due.ComesNoLaterThanAsync(after.Machine, left is null ? clock.Now : Instant.Max(after.Slot.Start, clock.Now), ct);
        db.ChangeTracker.Clear();
        await holds.OfferOnAsync(before, ct);
        return after;
    }

    public static Dictionary<string, string> FactsOf(Reservation of, string? reason) =>
        new() { ["machine"] = of.Machine.ToString(), ["start"] = of.Slot.Start.ToString(), ["reason"] = reason ?? "" };

    private async Task<Reservation> LeftOfAsync(Reservation before, ConfirmedBefore confirmed, CancellationToken ct)
    {
        var (machine, tariff) = (before.Machine, before.Tariff);
        var policy = await db.Machines.Where(row => row.Id == machine).Select(row => row.Policy).SingleAsync(ct);
        return before with
        {
            State = ReservationLifecycle.Next(before.State, ReservationEvent.Return)!.Value,
            Slot = confirmed.Slot,
            BookedSlot = confirmed.Slot,
            Kept = confirmed.KeptWithin(before.Kept, before.Terms.SetUp ?? policy.SetUp, before.Terms.CleanUp ?? policy.CleanUp),
            PriceMinor = before.PriceMinor == 0 ? 0 : SlotPrice.Of(confirmed.Slot, await db.Tariffs.AsNoTracking().SingleAsync(row => row.Id == tariff, ct)).Net.Minor,
            ExpiresAt = null,
            Awaits = Approvals.None,
            Terms = before.Terms with { Owed = confirmed.Owed, Before = null },
        };
    }
}
