using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Organisations;
using Fablab.Web.Features.Organisations.Budgeting;
using Fablab.Web.Features.Reservations.Approving;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Features.Reservations.Pools;
using Fablab.Web.Features.Reservations.Series;
using Fablab.Web.Features.Reservations.Waiting;
using Fablab.Web.Hosting;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Changing;

/// <summary>It is over, or has begun and only its end can still be changed.</summary>
public sealed record ReservationNotChangeable(ReservationState State) : Refusal("reservation-not-changeable")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["state"] = State };
}

/// <summary>Changes one reservation by the rules of booking, within the caller's transaction, which must hold what it is and what it becomes.</summary>
internal sealed class ApplyChange(
    FablabDb db, ChangeWishes wishes, BookingInquiry inquiry, PoolSeats seats, KeptNeighbours neighbours, MissedBookings missed, DeskDue due,
    BudgetNotices budgets, RequestNews requests, EndHold holds, CurrentMember me, AuditTrail audit, LabClock clock)
{
    /// <param name="together">Where what the dates of a series tell others is gathered; <see langword="null"/> to tell at once.</param>
    public async Task<Result<Reservation>> ExecuteAsync(Reservation before, WantedChange change, CancellationToken ct, GatheredNotices? together = null)
    {
        if (!(await inquiry.LookAsync(await wishes.OfAsync(before, change, ct), ct)).TryGet(out var view, out var refusal))
        {
            return refusal;
        }

        if (!IsPossible(before, view))
        {
            return new ReservationNotChangeable(before.State);
        }

        return !MustAskFirst(before, view) && me.Clears(view.Problems, change.AcceptSoft, view.Machine.Site) ? await SaveAsync(before, view, together, ct) : new BookingRefused(view.Problems);
    }

    /// <summary>What rules have no say in: one that is used can only end later.</summary>
    internal static bool IsPossible(Reservation before, BookingView wanted) => before.State switch
    {
        ReservationState.Requested or ReservationState.Confirmed => true,

        // Ending earlier is ending, with its own rules; what is used stays where it is.
        ReservationState.Active => wanted.Machine.Id == before.Machine && wanted.Slot.Start == before.Slot.Start && wanted.Slot.End >= before.Slot.End,
        _ => false,
    };

    /// <summary>What is used cannot wait for a yes of the organisation: it goes on only for as long as it need not ask.</summary>
    internal static bool MustAskFirst(Reservation before, BookingView wanted) => before.State is ReservationState.Active && wanted.SpendingApprovalNeededBy is not null;

    /// <summary>A change to what somebody would have to say yes to asks again; what is used already goes on.</summary>
    internal static Approvals AwaitedFor(Reservation before, BookingView view, CurrentMember me) =>
        before.State is ReservationState.Active ? Approvals.None : PlaceReservation.AwaitedFor(view, me);

    /// <summary>A request that is changed waits no longer than before, and never beyond its start.</summary>
    private static Instant? LapsesAt(Reservation before, BookingView view, Approvals asked)
    {
        var anew = PlaceReservation.LapsesAt(view, asked);
        return before is { State: ReservationState.Requested, ExpiresAt: { } known } ? Instant.Min(Instant.Min(known, anew ?? known), view.Slot.Start) : anew ?? before.ExpiresAt;
    }

    private async Task<Reservation> SaveAsync(Reservation before, BookingView view, GatheredNotices? together, CancellationToken ct)
    {
        var terms = view.Machine.Id == before.Machine ? before.Terms with { SetUp = view.Terms.SetUp, CleanUp = view.Terms.CleanUp } : view.Terms;
        var asked = AwaitedFor(before, view, me);
        var changed = before with
        {
            Machine = view.Machine.Id,
            Pool = before.State is ReservationState.Active ? before.Pool : view.Pool,
            Slot = view.Slot,
            Kept = view.Kept.Kept,
            State = asked is Approvals.None ? before.State : ReservationState.Requested,
            ExpiresAt = LapsesAt(before, view, asked),
            Awaits = asked is Approvals.None ? before.Awaits : before.Awaits | asked,
            PriceMinor = view.Charged?.PriceMinor ?? 0,
            BookedSlot = before.State is ReservationState.Active ? new TimeSlot(before.BookedSlot.Start, Instant.Max(before.BookedSlot.End, view.Slot.End)) : view.Slot,

            // The price and the terms that were agreed hold; another machine has its own, and what is kept around the slot is as of now.
            Tariff = view.Machine.Id == before.Machine ? before.Tariff : view.Tariff.Id,
            Terms = terms with
            {
                Owed = await missed.OwedFromMovingAsync(before, view, ct),
                Before = asked is Approvals.None && before.State is not ReservationState.Requested ? null : MissedBookings.LeftWithoutYes(before, view),
            },
        };
        await seats.MoveAsync(view.Moves, ct);
        await neighbours.MakeRoomAsync(view.Kept, ct);
        if (changed.Machine != before.Machine && changed.Job is { } job)
        {
            await seats.SendJobToAsync(job, changed.Machine, ct);
        }

        db.Update(changed);
        var news = together ?? new GatheredNotices();
        if (changed.State is ReservationState.Requested)
        {
            // Also who was asked before: what they saw is another time now.
            await requests.AddAsync(news, changed, view.Charged?.Project.Organisation, ct);
        }

        if (together is null)
        {
            news.Tell(db, clock.Now);
        }

        await budgets.AfterBookingAsync(view.Charged, ct);
        audit.Note("reservation-changed", $"reservation/{before.Id}", changed.Machine, concerns: before.Member, before: AuditFacts.Of(before), after: AuditFacts.Of(changed));
        await db.SaveChangesAsync(ct);
        db.ChangeTracker.Clear();
        await neighbours.GiveBackAsync(before, ct);
        foreach (var machine in new[] { before.Machine, changed.Machine }.Distinct())
        {
            await due.ComesNoLaterThanAsync(machine, clock.Now, ct);
        }

        db.ChangeTracker.Clear();
        await holds.OfferOnAsync(before, ct);
        return changed;
    }
}
