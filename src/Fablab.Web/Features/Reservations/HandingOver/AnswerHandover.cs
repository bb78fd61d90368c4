using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Organisations.Budgeting;
using Fablab.Web.Features.People;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.HandingOver;

/// <summary>It was answered or withdrawn, or one of its reservations began, ended or changed hands.</summary>
public sealed record HandoverIsOver() : Refusal("handover-is-over");

/// <summary>What changed hands.</summary>
/// <param name="Received">The reservation that is the member's now.</param>
/// <param name="Given">What went for it.</param>
/// <param name="IsJobDetached">The giver's job file stays the giver's, so a new one must be attached.</param>
internal sealed record HandedOver(Reservation Received, Reservation? Given, bool IsJobDetached);

/// <summary>Takes, declines or takes back an offer. Both reservations of a swap change hands or none does.</summary>
internal sealed class AnswerHandover(
    FablabDb db, BookingInquiry inquiry, KeptNeighbours neighbours, DeskDue due, BudgetNotices budgets, CurrentMember me, AuditTrail audit, LabClock clock)
{
    public async Task<Result<HandedOver>> AcceptAsync(Guid id, IReadOnlyList<string> acceptSoft, CancellationToken ct)
    {
        var mine = me.Id;
        if (await db.Handovers.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.To == mine, ct) is not { } offer)
        {
            return new NoSuchThing("handover");
        }

        var (first, second) = (offer.Reservation, offer.InExchange);
        var parts = await db.Reservations.AsNoTracking().Where(r => r.Id == first || r.Id == second).ToListAsync(ct);
        var held = parts.Select(r => r.Machine).Distinct().ToList();
        var span = new TimeSlot(parts.Min(r => r.Slot.Start), parts.Max(r => r.Slot.End));
        return await db.BookingAsync(held, span, () => AcceptWithinAsync(id, held, acceptSoft, ct), ct);
    }

    public async Task<Result<HandoverRow>> DeclineAsync(Guid id, CancellationToken ct)
    {
        var mine = me.Id;
        return await CloseAsync(await db.Handovers.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.To == mine, ct), "handover-declined", ct);
    }

    public async Task<Result<HandoverRow>> WithdrawAsync(Guid id, CancellationToken ct)
    {
        var mine = me.Id;
        return await CloseAsync(await db.Handovers.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.From == mine, ct), "handover-withdrawn", ct);
    }

    private async Task<Result<HandedOver>> AcceptWithinAsync(Guid id, List<MachineId> held, IReadOnlyList<string> acceptSoft, CancellationToken ct)
    {
        var now = clock.Now;
        var offer = await db.Handovers.AsNoTracking().SingleAsync(row => row.Id == id, ct);
        var received = await db.Reservations.AsNoTracking().SingleAsync(r => r.Id == offer.Reservation, ct);
        var given = offer.InExchange is { } other ? await db.Reservations.AsNoTracking().SingleAsync(r => r.Id == other, ct) : null;
        if (offer.ClosedAt is not null || !Handovers.MayStillChangeHands(received, offer.From, now)
            || (given is not null && !Handovers.MayStillChangeHands(given, offer.To, now)))
        {
            return new HandoverIsOver();
        }

        if (!held.Contains(received.Machine) || (given is not null && !held.Contains(given.Machine)))
        {
            // A pool was seated anew between looking and holding.
            return new StaleVersion();
        }

        // First both change hands, so that quotas and clashes are looked at as they will be; a refusal rolls all of it back.
        await GiveAsync(received, offer.To, ct);
        if (given is not null)
        {
            await GiveAsync(given, offer.From, ct);
        }

        if (!(await SettleAsync(received, offer.To, acceptSoft, ct)).TryGet(out var settled, out var refusal))
        {
            return refusal;
        }

        Reservation? settledGiven = null;
        if (given is not null && !(await SettleAsync(given, offer.From, null, ct)).TryGet(out settledGiven, out refusal))
        {
            return refusal;
        }

        await WriteDownAsync(offer, received, given, ct);
        return new HandedOver(settled, settledGiven, received.Job is not null);
    }

    private async Task GiveAsync(Reservation reservation, MemberId to, CancellationToken ct)
    {
        var id = reservation.Id;
        await db.Reservations.Where(r => r.Id == id).ExecuteUpdateAsync(set => set.SetProperty(r => r.Member, to), ct);
        await db.Company.Where(row => row.Reservation == id).ExecuteDeleteAsync(ct);
    }

    /// <summary>Asks the rules for the new holder, and drops what was the old one's: the job file, a project that they may not charge, company.</summary>
    /// <param name="acceptSoft">What the new holder accepts; <see langword="null"/> for whoever offered it and is not there to ask.</param>
    private async Task<Result<Reservation>> SettleAsync(Reservation before, MemberId to, IReadOnlyList<string>? acceptSoft, CancellationToken ct)
    {
        var (machine, id) = (before.Machine, before.Id);
        var code = await db.Machines.Where(row => row.Id == machine).Select(row => row.Code).SingleAsync(ct);
        var wish = new BookingWish
        {
            Member = to, Machine = code, Start = before.Slot.Start, End = before.Slot.End, Project = before.Project, Present = before with { Job = null },
        };
        if (!(await inquiry.LookAsync(wish, ct)).TryGet(out var view, out var refusal))
        {
            return refusal;
        }

        if (view.Problems.Any(problem => problem.Code == "project-not-yours")
            && !(await inquiry.LookAsync(wish with { Project = null }, ct)).TryGet(out view, out refusal))
        {
            return refusal;
        }

        var isClear = acceptSoft is null ? view.Problems.All(IsAdvice) : me.Clears(view.Problems, acceptSoft, view.Machine.Site);
        if (!isClear || view.NeedsSomebodysYes)
        {
            // What needs somebody's yes cannot pass from hand to hand.
            return new BookingRefused(view.Problems);
        }

        await budgets.AfterBookingAsync(view.Charged, ct);
        var settled = before with { Member = to, Project = view.Project, PriceMinor = view.Charged?.PriceMinor ?? 0, Title = null, Job = null, Series = null, Bundle = null, Kept = view.Kept.Kept };
        await db.JoinAsync(view.Machine.Site, to, MembershipOrigin.Booking, clock.Now, ct);
        await neighbours.MakeRoomAsync(view.Kept, ct);
        db.Update(settled);
        await db.SaveChangesAsync(ct);
        db.ChangeTracker.Clear();
        await neighbours.GiveBackAsync(before, ct);
        await due.ComesNoLaterThanAsync(settled.Machine, clock.Now, ct);
        return settled;
    }

    private static bool IsAdvice(BookingProblem problem) => problem is { Severity: ProblemSeverity.Soft, LiftedBy: "member" };

    private async Task WriteDownAsync(HandoverRow offer, Reservation received, Reservation? given, CancellationToken ct)
    {
        var (now, id) = (clock.Now, offer.Id);
        await db.Handovers.Where(row => row.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ClosedAt, now).SetProperty(row => row.IsAccepted, true), ct);
        db.Tell(offer.From, "handover-accepted", received.Machine, received.Slot.Start, now);
        db.Tell(offer.To, received.Job is null ? "handover-received" : "handover-received-without-job", received.Machine, received.Slot.Start, now);
        foreach (var reservation in new[] { received, given }.OfType<Reservation>())
        {
            audit.Note("reservation-handed-over", $"reservation/{reservation.Id}", reservation.Machine, concerns: me.Id, before: AuditFacts.Of(reservation));
        }

        await db.SaveChangesAsync(ct);
    }

    private async Task<Result<HandoverRow>> CloseAsync(HandoverRow? offer, string code, CancellationToken ct)
    {
        if (offer is null)
        {
            return new NoSuchThing("handover");
        }

        var (id, first) = (offer.Id, offer.Reservation);
        var reservation = await db.Reservations.AsNoTracking().SingleAsync(r => r.Id == first, ct);
        return await LabTransaction.DecideAsync<HandoverRow>(db, reservation.Machine, async () =>
        {
            var now = clock.Now;
            if (await db.Handovers.Where(row => row.Id == id && row.ClosedAt == null).ExecuteUpdateAsync(set => set.SetProperty(row => row.ClosedAt, now), ct) == 0)
            {
                return new HandoverIsOver();
            }

            if (offer.To == me.Id)
            {
                db.Tell(offer.From, code, reservation.Machine, reservation.Slot.Start, now);
            }

            audit.Note(code, $"reservation/{reservation.Id}", reservation.Machine, concerns: reservation.Member);
            await db.SaveChangesAsync(ct);
            return offer;
        }, ct);
    }
}
