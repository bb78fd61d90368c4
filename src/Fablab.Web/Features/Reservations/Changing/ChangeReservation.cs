using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Features.Desks;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Changing;

/// <summary>Moves, extends or shortens a reservation. One that has begun can only end later.</summary>
internal sealed class ChangeReservation(FablabDb db, ApplyChange apply, DeskWork desks, CurrentMember me)
{
    /// <param name="bookable">Code of another machine or pool; <see langword="null"/> to stay.</param>
    /// <param name="start"><see langword="null"/> to stay.</param>
    public async Task<Result<Reservation>> ExecuteAsync(
        ReservationId id, string? bookable, Instant? start, Instant end, IReadOnlyList<string> acceptSoft, string? ifMatch, CancellationToken ct)
    {
        if (await FindAsync(id, ct) is not { } found)
        {
            return new NoSuchThing("reservation");
        }

        var present = found.Reservation.State is ReservationState.Active ? found.Machine : found.Pool ?? found.Machine;
        var target = bookable ?? present;
        if (await db.BookableAsync(target, ct) is not { } to || await db.BookableAsync(present, ct) is not { } from)
        {
            return new NoSuchThing("machine");
        }

        var change = new WantedChange(target, start ?? found.Reservation.Slot.Start, end, acceptSoft);
        var slot = change.Start < end ? new TimeSlot(change.Start, end) : found.Reservation.Slot;
        IReadOnlyCollection<MachineId> held = [.. from.Held, .. to.Held];
        var result = await db.BookingAsync(held, slot, () => ChangeWithinAsync(held, id, change, ifMatch, ct), ct);
        if (result.TryGet(out var changed, out _))
        {
            // Who waits at the machine should not wait for the sweep.
            await desks.PassTimeAsync(changed.Machine, ct);
        }

        return result;
    }

    private async Task<FoundReservation?> FindAsync(ReservationId id, CancellationToken ct)
    {
        var found = await (
            from reservation in db.Reservations.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on reservation.Machine equals machine.Id
            join row in db.Pools.AsNoTracking() on reservation.Pool equals (PoolId?)row.Id into pools
            from pool in pools.DefaultIfEmpty()
            where reservation.Id == id
            select new { reservation, machine.Code, machine.Site, Pool = (string?)pool.Code }).SingleOrDefaultAsync(ct);
        return found is not null && me.May(Right.ChangeReservation, new Subject(found.reservation.Member, found.Site))
            ? new FoundReservation(found.reservation, found.Code, found.Pool)
            : null;
    }

    private async Task<Result<Reservation>> ChangeWithinAsync(
        IReadOnlyCollection<MachineId> held, ReservationId id, WantedChange change, string? ifMatch, CancellationToken ct)
    {
        var before = await db.Reservations.AsNoTracking().SingleAsync(r => r.Id == id, ct);
        return held.Contains(before.Machine) && ReservationVersion.Fits(before, ifMatch) ? await apply.ExecuteAsync(before, change, ct) : new StaleVersion();
    }

    /// <param name="Machine">Code of the machine that it sits on.</param>
    /// <param name="Pool">Code of the pool that it was booked of.</param>
    private sealed record FoundReservation(Reservation Reservation, string Machine, string? Pool);
}
