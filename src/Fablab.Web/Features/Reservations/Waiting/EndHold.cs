using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>Ends a slot that was kept for a wish and offers its time to the next in line, within the caller's transaction that holds the machine.</summary>
internal sealed class EndHold(FablabDb db, KeptNeighbours neighbours, FreedLine freed, OfferTime offers, FreedPools pools, LabClock clock)
{
    /// <param name="held">As it is; it must know the event.</param>
    public async Task<Reservation> WithinAsync(Reservation held, ReservationEvent on, WishEvent wishOn, CancellationToken ct)
    {
        var ended = await LetGoAsync(held, on, wishOn, ct);
        await neighbours.GiveBackAsync(held, ct);
        await OfferOnAsync(held, ct);
        return ended;
    }

    /// <summary>The same before its time is offered on, for whoever books of it themselves.</summary>
    public async Task<Reservation> LetGoAsync(Reservation held, ReservationEvent on, WishEvent wishOn, CancellationToken ct)
    {
        var next = ReservationLifecycle.Next(held.State, on) ?? throw new InvalidOperationException($"{on} means nothing to a reservation that is {held.State}.");
        var ended = held with { State = next };
        db.Update(ended);
        await db.SaveChangesAsync(ct);
        db.ChangeTracker.Clear();
        await SettleAsync(held, wishOn, ct);
        return ended;
    }

    /// <summary>The slot that was kept for it is gone, in whichever way.</summary>
    public async Task SettleAsync(Reservation held, WishEvent on, CancellationToken ct)
    {
        var id = held.Id;
        var wish = await db.WaitingList.SingleOrDefaultAsync(row => row.Offer == id && row.State == WishState.Offered, ct);
        if (wish is null || WishLifecycle.Next(wish.State, on) is not { } state)
        {
            return;
        }

        wish.State = state;
        wish.Offer = null;
        if (on is not WishEvent.TimeLost)
        {
            // Who lost it to a broken machine did not miss it: it is theirs again once the machine is mended.
            wish.Missed = wish.With(new MissedOffer(held.Machine, held.Slot, clock.Now));
        }

        wish.DueAt = state is WishState.Waiting ? wish.NextLook(clock.Now) : null;
        await db.SaveChangesAsync(ct);
        db.ChangeTracker.Clear();
    }

    /// <summary>At once, so that nobody is faster than the line.</summary>
    public async Task OfferOnAsync(Reservation gone, CancellationToken ct)
    {
        if (await freed.TellAsync(gone.Machine, gone.Kept, ct))
        {
            await offers.WithinAsync(gone.Machine, ct);
            pools.Note(gone.Machine);
        }
    }
}

internal static class MissedOffers
{
    public static IReadOnlyList<MissedOffer> With(this WaitingWishRow wish, MissedOffer missed) => [.. wish.Missed.Append(missed).TakeLast(WaitingBounds.MostMissed)];
}
