using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Features.Desks;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Waiting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Changing;

/// <summary>Moves, extends or shortens a reservation. One that has begun can only end later.</summary>
internal sealed class ChangeReservation(FablabDb db, ApplyChange apply, DeskWork desks, FreedPools pools, CurrentMember me)
{
    /// <param name="bookable">Code of another machine or pool; <see langword="null"/> to stay.</param>
    /// <param name="start"><see langword="null"/> to stay.</param>
    public async Task<Result<Reservation>> ExecuteAsync(
        ReservationId id, string? bookable, Instant? start, Instant end, IReadOnlyList<string> acceptSoft, string? ifMatch, CancellationToken ct)
    {
        if (await db.FindReservationAsync(me, Right.ChangeReservation, id, ct) is not { } found)
        {
            return new NoSuchThing("reservation");
        }

        var present = found.Reservation.State is ReservationState.Active ? found.MachineCode : found.PoolCode ?? found.MachineCode;
        var target = bookable ?? present;
        if (await db.BookableAsync(target, ct) is not { } to || await db.BookableAsync(present, ct) is not { } from)
        {
            return new NoSuchThing("machine");
        }

        var change = new WantedChange(target, start ?? found.Reservation.Slot.Start, end, acceptSoft);
        var slot = change.Start < end ? new TimeSlot(change.Start, end) : found.Reservation.Slot;
        IReadOnlyCollection<MachineId> held = [.. from.Held, .. to.Held];
        var result = await pools.ThenOfferAsync(db.BookingAsync(held, slot, () => ChangeWithinAsync(held, id, change, ifMatch, ct), ct), ct);
        if (result.TryGet(out var changed, out _))
        {
            // Who waits at the machine should not wait for the sweep.
            await desks.PassTimeAsync(changed.Machine, ct);
        }

        return result;
    }

    private async Task<Result<Reservation>> ChangeWithinAsync(
        IReadOnlyCollection<MachineId> held, ReservationId id, WantedChange change, string? ifMatch, CancellationToken ct)
    {
        var before = await db.Reservations.AsNoTracking().SingleAsync(r => r.Id == id, ct);
        return held.Contains(before.Machine) && ReservationVersion.Fits(before, ifMatch) ? await apply.ExecuteAsync(before, change, ct) : new StaleVersion();
    }
}
