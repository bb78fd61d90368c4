using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Reservations;
using Fablab.Web.Features.Reservations.Pools;
using Fablab.Web.Features.Reservations.Waiting;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Board = Fablab.Web.Features.LiveBoard.LiveBoard;

namespace Fablab.Web.Features.Machines.Mending;

/// <summary>Somebody closed it; how a fault ended is told once.</summary>
public sealed record FaultClosed(Instant ClosedAt) : Refusal("fault-closed")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["closedAt"] = ClosedAt };
}

/// <summary>What staff do about reported faults: stop bookings because of one or let them go on, and close it.</summary>
internal sealed class MendFaults(FablabDb db, PoolReseating pools, FreedLine freed, Board board, CurrentMember me, AuditTrail audit, LabClock clock)
{
    /// <param name="whatWasDone">Of 1 to <see cref="FaultRow.LongestText"/> characters.</param>
    public Task<Result<FaultRow>> CloseAsync(Guid id, string whatWasDone, CancellationToken ct) => ActAsync(
        id,
        fault =>
        {
            (fault.ClosedAt, fault.ClosedBy, fault.WhatWasDone) = (clock.Now, me.Id, StorableText.Of(whatWasDone.Trim()));
            if (fault.Reporter != me.Id)
            {
                db.Tell(fault.Reporter, "fault-closed", fault.Machine, null, clock.Now);
            }

            return "fault-closed";
        },
        ct);

    public Task<Result<FaultRow>> StopBookingsAsync(Guid id, bool stops, CancellationToken ct) => ActAsync(
        id,
        fault =>
        {
            if (fault.StopsBookings == stops)
            {
                return null;
            }

            fault.StopsBookings = stops;
            return stops ? "fault-stops-bookings" : "fault-stops-nothing";
        },
        ct);

    /// <param name="act">Changes the fault and names the action for the audit; <see langword="null"/> when nothing changed.</param>
    private async Task<Result<FaultRow>> ActAsync(Guid id, Func<FaultRow, string?> act, CancellationToken ct)
    {
        var found = await (
            from fault in db.Faults.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on fault.Machine equals machine.Id
            where fault.Id == id
            select new { fault.Machine, fault.Reporter, machine.Site, machine.Code }).SingleOrDefaultAsync(ct);
        if (found is null || !me.May(Right.MendFaults, Subject.At(found.Site)))
        {
            // Whoever reported it knows that it exists.
            return found?.Reporter == me.Id ? new NotAllowed() : new NoSuchThing("fault");
        }

        var result = await LabTransaction.DecideAsync(db, found.Machine, () => WithinAsync(id, act, ct), ct);
        if (result.Refusal is null)
        {
            // As when a machine is taken out of order or put back: it is a seat less or more of its pool.
            await pools.LeaveAsync(found.Machine, ct);
            board.Touch(found.Code);
        }

        return result;
    }

    private async Task<Result<FaultRow>> WithinAsync(Guid id, Func<FaultRow, string?> act, CancellationToken ct)
    {
        var fault = await db.Faults.SingleAsync(row => row.Id == id, ct);
        if (fault.ClosedAt is { } closed)
        {
            db.ChangeTracker.Clear();
            return new FaultClosed(closed);
        }

        var wasStopping = fault.StopsBookings;
        if (act(fault) is not { } action)
        {
            db.ChangeTracker.Clear();
            return fault;
        }

        audit.Note(action, $"fault/{fault.Id}", fault.Machine, concerns: fault.Reporter);
        await db.SaveChangesAsync(ct);
        db.ChangeTracker.Clear();
        var machine = fault.Machine;
        if (wasStopping && !await db.Faults.ThatStopBookings().AnyAsync(row => row.Machine == machine, ct))
        {
            await freed.TellAllAsync(machine, ct);
        }

        return fault;
    }
}
