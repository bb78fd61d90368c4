using Fablab.Domain;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Desks;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Changing;

/// <summary>It is over, or has begun and only its end can still be changed.</summary>
public sealed record ReservationNotChangeable(ReservationState State) : Refusal("reservation-not-changeable")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["state"] = State };
}

/// <summary>What a reservation shall become.</summary>
/// <param name="Machine">Code of another machine; <see langword="null"/> to stay.</param>
/// <param name="Start"><see langword="null"/> to stay.</param>
internal sealed record WantedChange(string? Machine, Instant? Start, Instant End, IReadOnlyList<string> AcceptSoft);

/// <summary>Moves, extends or shortens a reservation by the same rules as booking it. One that has begun can only end later.</summary>
internal sealed class ChangeReservation(
    FablabDb db, BookingInquiry inquiry, KeptNeighbours neighbours, DeskDue due, DeskWork desks, CurrentMember me, LabClock clock)
{
    public async Task<Result<Reservation>> ExecuteAsync(ReservationId id, WantedChange change, string? ifMatch, CancellationToken ct)
    {
        if (await FindAsync(id, ct) is not { } found)
        {
            return new NoSuchThing("reservation");
        }

        var target = change.Machine ?? found.Machine.Code;
        var to = await db.Machines.Where(row => row.Code == target).Select(row => new { row.Id }).SingleOrDefaultAsync(ct);
        if (to is null)
        {
            return new NoSuchThing("machine");
        }

        var from = found.Reservation.Machine;
        var slot = change.Start is { } start && start < change.End ? new TimeSlot(start, change.End) : found.Reservation.Slot;
        var result = await db.BookingAsync(
            [from, to.Id], slot, () => ChangeWithinAsync(from, id, change with { Machine = target }, ifMatch, ct), ct);
        if (result.Refusal is null)
        {
            // Who waits at the machine should not wait for the sweep.
            await desks.PassTimeAsync(from, ct);
        }

        return result;
    }

    private async Task<(Reservation Reservation, MachineRow Machine)?> FindAsync(ReservationId id, CancellationToken ct)
    {
        var found = await (
            from reservation in db.Reservations.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on reservation.Machine equals machine.Id
            where reservation.Id == id
            select new { reservation, machine }).SingleOrDefaultAsync(ct);
        return found is not null && me.May(Right.ChangeReservation, new Subject(found.reservation.Member, found.machine.Site))
            ? (found.reservation, found.machine)
            : null;
    }

    private async Task<Result<Reservation>> ChangeWithinAsync(
        Fablab.Domain.Machines.MachineId heldFor, ReservationId id, WantedChange change, string? ifMatch, CancellationToken ct)
    {
        var before = await db.Reservations.AsNoTracking().SingleAsync(r => r.Id == id, ct);
        if (before.Machine != heldFor || !ReservationVersion.Fits(before, ifMatch))
        {
            return new StaleVersion();
        }

        var wish = new BookingWish
        {
            Member = before.Member,
            Machine = change.Machine!,
            Start = change.Start ?? before.Slot.Start,
            End = change.End,
            Project = before.Project,
            Job = before.Job,
            Present = before,
        };
        if (!(await inquiry.LookAsync(wish, ct)).TryGet(out var view, out var refusal))
        {
            return refusal;
        }

        if (!IsPossible(before, view))
        {
            return new ReservationNotChangeable(before.State);
        }

        return me.Clears(view.Problems, change.AcceptSoft, view.Machine.Site) ? await SaveAsync(before, view, ct) : new BookingRefused(view.Problems);
    }

    private static bool IsPossible(Reservation before, BookingView wanted) => before.State switch
    {
        ReservationState.Requested or ReservationState.Confirmed => true,

        // Ending earlier is ending, with its own rules; what is used stays where it is.
        ReservationState.Active => wanted.Machine.Id == before.Machine && wanted.Slot.Start == before.Slot.Start && wanted.Slot.End >= before.Slot.End,
        _ => false,
    };

    private async Task<Reservation> SaveAsync(Reservation before, BookingView view, CancellationToken ct)
    {
        var changed = before with
        {
            Machine = view.Machine.Id,
            Slot = view.Slot,
            Kept = view.Kept.Kept,
            BookedSlot = before.State is ReservationState.Active ? new TimeSlot(before.BookedSlot.Start, Instant.Max(before.BookedSlot.End, view.Slot.End)) : view.Slot,

            // The price that was agreed holds; another machine has its own.
            Tariff = view.Machine.Id == before.Machine ? before.Tariff : view.Tariff.Id,
            Pool = view.Machine.Pool == before.Pool ? before.Pool : null,
        };
        await neighbours.MakeRoomAsync(view.Kept, ct);
        db.Update(changed);
        db.Add(new AuditRow { Id = Guid.CreateVersion7(), At = clock.Now, Actor = me.Id, Action = "reservation-changed", Subject = before.Id.ToString() });
        await db.SaveChangesAsync(ct);
        db.ChangeTracker.Clear();
        await neighbours.GiveBackAsync(before, changed.Machine == before.Machine ? changed.Kept : null, ct);
        foreach (var machine in new[] { before.Machine, changed.Machine }.Distinct())
        {
            await due.ComesNoLaterThanAsync(machine, clock.Now, ct);
        }

        return changed;
    }
}
