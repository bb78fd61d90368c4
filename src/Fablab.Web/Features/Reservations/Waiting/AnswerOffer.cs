using Fablab.Domain;
using Fablab.Domain.Desks;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Organisations;
using Fablab.Web.Features.People.Suspending;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>The time is not kept for this wish: it was not offered yet, or the hold ended, or it was answered.</summary>
/// <param name="State">What became of the wish.</param>
public sealed record NoOpenOffer(WishState State) : Refusal("no-open-offer")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["state"] = State };
}

/// <summary>The member takes an offer, lets it go, or leaves the list. Each answer counts once.</summary>
internal sealed class AnswerOffer(FablabDb db, EndHold ends, FreedPools pools, DeskDue due, CurrentMember me, AuditTrail audit, LabClock clock)
{
    /// <summary>Whoever accepts twice is told the same twice.</summary>
    public Task<Result<Reservation>> AcceptAsync(WaitingWishId id, CancellationToken ct) => AnswerAsync(id, (wish, held) => AcceptWithinAsync(wish, held, ct), ct);

    /// <summary>The same within the caller's transaction, which holds the machine, for the member that the time is kept for.</summary>
    public async Task<Result<Reservation>> AcceptKeptAsync(Reservation held, CancellationToken ct)
    {
        var id = held.Id;
        return await AcceptWithinAsync(await db.WaitingList.AsNoTracking().SingleAsync(row => row.Offer == id, ct), held, ct);
    }

    public Task<Result<Reservation>> DeclineAsync(WaitingWishId id, CancellationToken ct) => AnswerAsync(
        id,
        async (wish, held) => IsOpen(wish, held) ? await ends.WithinAsync(held, ReservationEvent.Decline, WishEvent.Decline, ct) : new NoOpenOffer(wish.State),
        ct);

    /// <returns>The state of the wish after it; what was over before stays so.</returns>
    public async Task<Result<WishState>> WithdrawAsync(WaitingWishId id, CancellationToken ct)
    {
        if (await MineAsync(id, ct) is not { } wish)
        {
            return new NoSuchThing("wish");
        }

        var left = await db.WaitingList.Where(row => row.Id == id && row.State == WishState.Waiting)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, WishState.Withdrawn).SetProperty(row => row.DueAt, (Instant?)null), ct);
        if (left > 0)
        {
            return WishState.Withdrawn;
        }

        var ended = await AnswerAsync(
            id,
            async (row, held) => row.State is WishState.Offered && held.State is ReservationState.Held
                ? await ends.WithinAsync(held, ReservationEvent.Cancel, WishEvent.Withdraw, ct)
                : new NoOpenOffer(row.State),
            ct);
        return ended.Refusal is null ? WishState.Withdrawn : (await MineAsync(id, ct))?.State ?? wish.State;
    }

    private async Task<Result<Reservation>> AnswerAsync(WaitingWishId id, Func<WaitingWishRow, Reservation, Task<Result<Reservation>>> answer, CancellationToken ct)
    {
        if (await MineAsync(id, ct) is not { } wish)
        {
            return new NoSuchThing("wish");
        }

        if (wish.Offer is not { } offer)
        {
            return new NoOpenOffer(wish.State);
        }

        // What is kept for a wish stays on its machine until it is answered.
        var machine = await db.Reservations.Where(r => r.Id == offer).Select(r => r.Machine).SingleAsync(ct);
        return await pools.ThenOfferAsync(LabTransaction.DecideAsync(db, machine, () => WithinAsync(id, offer, answer, ct), ct), ct);
    }

    private async Task<Result<Reservation>> WithinAsync(
        WaitingWishId id, ReservationId offer, Func<WaitingWishRow, Reservation, Task<Result<Reservation>>> answer, CancellationToken ct)
    {
        var wish = await db.WaitingList.AsNoTracking().SingleAsync(row => row.Id == id, ct);
        var held = await db.Reservations.AsNoTracking().SingleAsync(r => r.Id == offer, ct);
        return wish.Offer == offer ? await answer(wish, held) : new NoOpenOffer(wish.State);
    }

    private async Task<Result<Reservation>> AcceptWithinAsync(WaitingWishRow wish, Reservation held, CancellationToken ct)
    {
        if (wish.State is WishState.Fulfilled)
        {
            return held;
        }

        if (!IsOpen(wish, held) || await db.OnStoppedMachines(clock.Now).AnyAsync(r => r.Id == held.Id, ct) || await IsSuspendedAsync(held, ct))
        {
            return new NoOpenOffer(wish.State);
        }

        if (!await db.MayChargeAsync(held, ct))
        {
            return new ProjectNotYours();
        }

        // Whoever stands at the machine pays from their yes on, not from the question on.
        var slot = new TimeSlot(Instant.Max(held.Slot.Start, clock.Now), held.Slot.End);
        audit.Note("offer-accepted", $"reservation/{held.Id}", held.Machine, concerns: held.Member);
        var price = held.PriceMinor == 0 ? 0 : SlotPrice.Of(slot, await db.Tariffs.AsNoTracking().SingleAsync(tariff => tariff.Id == held.Tariff, ct)).Net.Minor;
        db.Update(held with { State = ReservationState.Confirmed, ExpiresAt = null, Pool = wish.Pool, Slot = slot, BookedSlot = slot, PriceMinor = price, BookedAt = clock.Now });
        var (state, id) = (WishLifecycle.Next(wish.State, WishEvent.Accept)!.Value, wish.Id);
        await db.WaitingList.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.State, state).SetProperty(row => row.DueAt, (Instant?)null), ct);
        await db.SaveChangesAsync(ct);
        await due.ComesNoLaterThanAsync(held.Machine, slot.Start, ct);
        return held with { State = ReservationState.Confirmed, Slot = slot };
    }

    /// <summary>A slot that was held before does not outlive a suspension.</summary>
    private async Task<bool> IsSuspendedAsync(Reservation held, CancellationToken ct)
    {
        var site = await db.Machines.Where(row => row.Id == held.Machine).Select(row => row.Site).SingleAsync(ct);
        return (await db.SuspensionsAsync(held.Member, site, clock.Now, ct)).Count > 0;
    }

    private bool IsOpen(WaitingWishRow wish, Reservation held) =>
        wish.State is WishState.Offered && held.State is ReservationState.Held && held.ExpiresAt > clock.Now;

    private Task<WaitingWishRow?> MineAsync(WaitingWishId id, CancellationToken ct)
    {
        var mine = me.Id;
        return db.WaitingList.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.Member == mine, ct);
    }
}
