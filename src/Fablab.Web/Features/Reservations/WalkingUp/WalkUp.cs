using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Presence.Starting;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Features.Reservations.Rules;
using Fablab.Web.Features.Reservations.Waiting;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.WalkingUp;

/// <summary>Nobody uses the machine without a booking now: the rules forbid it, or it is too near to the next one.</summary>
/// <param name="IsForbidden">At any time.</param>
public sealed record WalkUpRefused(bool IsForbidden, Instant? NextStart) : Refusal("walk-up-refused")
{
    public override IReadOnlyDictionary<string, object> Facts => NextStart is { } next
        ? new Dictionary<string, object> { ["forbidden"] = IsForbidden, ["nextStart"] = next }
        : new Dictionary<string, object> { ["forbidden"] = IsForbidden };
}

/// <summary>
/// Books a free machine from this moment on for whoever stands before it, as long as the rules let them; or takes what the waiting list keeps
/// for them there now. Checking in is the next step.
/// </summary>
internal sealed class WalkUp(
    FablabDb db, RuleFacts rules, PlaceReservation place, StartPresence presence, FreedLine line, OfferTime offers, AnswerOffer answers, EndHold holds, KeptNeighbours neighbours,
    FreedPools pools, CurrentMember me, IdempotentRequest idempotent, LabClock clock)
{
    /// <param name="longest">How long they want it at most; <see langword="null"/> for as long as may be.</param>
    public async Task<Result<BookedResponse>> ExecuteAsync(string code, Duration? longest, ProjectId? project, CancellationToken ct)
    {
        if (await db.Machines.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct) is not { } machine)
        {
            return new NoSuchThing("machine");
        }

        if (await line.IsWaitedForAsync(machine.Id, ct))
        {
            // What became free a moment ago is theirs who are in line before them, and the sweep may not have looked yet.
            await offers.ExecuteAsync(machine.Id, ct, me.Id);
        }

        var now = clock.Now;
        return await pools.ThenOfferAsync(db.BookingAsync([machine.Id], new TimeSlot(now, now + Duration.FromMinutes(1)), async () =>
        {
            var kept = await KeptForMeAsync(machine, now, ct);
            if (kept is not null && kept.Project == project && !(now + longest < kept.Slot.End))
            {
                return await TakeOfferAsync(kept, machine, ct);
            }

            if (kept is not null)
            {
                // For less time, or charged to another: it is judged like any other use, on the time that is kept for them.
                await holds.LetGoAsync(kept, ReservationEvent.Cancel, WishEvent.Book, ct);
            }

            var wish = new BookingWish { Member = me.Id, Machine = code, Start = now, End = now + Duration.FromMinutes(1), Project = project };
            var atHand = await rules.ForAsync(machine, wish, ct);
            var (id, present) = (machine.Id, now);
            var next = await db.Reservations.AsNoTracking().ThatTakeTheSlot().Where(r => r.Machine == id && r.Kept.Start > present)
                .OrderBy(r => r.Kept.Start).Select(r => (Instant?)r.Kept.Start).FirstOrDefaultAsync(ct);
            if (BookingRules.WalkUpUntil(atHand.Rules, machine.Policy, now, next - atHand.CleanUp(machine.Policy)) is not { } until)
            {
                return new WalkUpRefused(atHand.Rules.WalkUp is not { Value.Use: not WalkUpKind.Forbidden }, next);
            }

            if ((await presence.OfAsync(me.Id, atHand, machine, now, ct)).Refusal is { } absent)
            {
                // It could not begin, and would keep the machine from others.
                return absent;
            }

            var end = longest is { } length ? Instant.Min(until, now + length) : until;
            var booked = await BookAsync(wish with { End = end }, atHand, ct);
            if (booked.Refusal is null && kept is not null)
            {
                await neighbours.GiveBackAsync(kept, ct);
                await holds.OfferOnAsync(kept, ct);
            }

            return booked;
        }, ct), ct);
    }

    /// <summary>What the waiting list keeps at the machine for whoever stands before it.</summary>
    private async Task<Reservation?> KeptForMeAsync(MachineRow machine, Instant now, CancellationToken ct)
    {
        var (id, mine, soon) = (machine.Id, me.Id, now + WaitingBounds.NowSlack);
        return await db.Reservations.AsNoTracking()
            .Where(r => r.Machine == id && r.Member == mine && r.State == ReservationState.Held && r.Slot.Start <= soon && r.Slot.End > now && r.ExpiresAt > now)
            .OrderBy(r => r.Slot.Start).FirstOrDefaultAsync(ct);
    }

    private async Task<Result<BookedResponse>> TakeOfferAsync(Reservation kept, MachineRow machine, CancellationToken ct)
    {
        if (!(await answers.AcceptKeptAsync(kept, ct)).TryGet(out var taken, out var refusal))
        {
            return refusal;
        }

        var answer = BookedResponse.From(taken, machine.Code);
        idempotent.Keep(StatusCodes.Status201Created, BookMachineEndpoint.LocationOf(taken.Id), answer);
        await db.SaveChangesAsync(ct);
        return answer;
    }

    private async Task<Result<BookedResponse>> BookAsync(BookingWish wish, RulesAtHand atHand, CancellationToken ct)
    {
        BookedResponse? answer = null;
        var placing = new Placing { Waived = atHand.Rules.WalkUp?.Value.Waives ?? [] };
        var placed = await place.ExecuteAsync(wish, placing, ct, (booked, view) =>
        {
            answer = BookedResponse.From(booked, view.Machine.Code);
            idempotent.Keep(StatusCodes.Status201Created, BookMachineEndpoint.LocationOf(booked.Id), answer);
        });
        return placed.TryGet(out _, out var refusal) ? answer! : refusal;
    }
}
