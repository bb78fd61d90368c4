using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations.Booking;

/// <summary>Books a machine. What is answered as booked is committed.</summary>
internal sealed class BookMachine(
    FablabDb db, BookingInquiry inquiry, CurrentMember me, KeptNeighbours neighbours, DeskDue due, IdempotentRequest idempotent, LabClock clock)
{
    public async Task<Result<Reservation>> ExecuteAsync(BookMachineRequest request, CancellationToken ct)
    {
        var machine = await db.Machines.Where(row => row.Code == request.Machine).Select(row => new { row.Id, row.Site }).SingleOrDefaultAsync(ct);
        if (machine is null)
        {
            return new NoSuchThing("machine");
        }

        if (request.ForMember is { } other && !await MayBookForAsync(new MemberId(other), machine.Site, ct))
        {
            return new NotAllowed();
        }

        var slot = request.Start < request.End ? new TimeSlot(request.Start, request.End) : null;
        return slot is null
            ? await BookWithinAsync(request, ct)
            : await db.BookingAsync([machine.Id], slot, () => BookWithinAsync(request, ct), ct);
    }

    private async Task<Result<Reservation>> BookWithinAsync(BookMachineRequest request, CancellationToken ct)
    {
        if (!(await inquiry.LookAsync(request.ToWish(me.Id), ct)).TryGet(out var view, out var refusal))
        {
            return refusal;
        }

        if (!me.Clears(view.Problems, request.AcceptSoft, view.Machine.Site))
        {
            return new BookingRefused(view.Problems);
        }

        var booked = new Reservation
        {
            Id = new ReservationId(Guid.CreateVersion7()),
            Machine = view.Machine.Id,
            Member = request.ForMember is { } other ? new MemberId(other) : me.Id,
            BookedBy = me.Id,
            Project = view.Project,
            Slot = view.Slot,
            Kept = view.Kept.Kept,
            BookedSlot = view.Slot,
            State = ReservationState.Confirmed,
            BookedAt = clock.Now,
            Tariff = view.Tariff.Id,
            Job = view.Job,
        };
        await neighbours.MakeRoomAsync(view.Kept, ct);
        db.Add(booked);
        db.AddRange(request.Company.Select(one => new CompanyRow
        {
            Id = Guid.CreateVersion7(),
            Reservation = booked.Id,
            Member = one.MemberId is { } member ? new MemberId(member) : null,
            GuestName = one.MemberId is null ? one.GuestName : null,
        }));
        idempotent.Keep(StatusCodes.Status201Created, BookMachineEndpoint.LocationOf(booked.Id), BookedResponse.From(booked, view.Machine.Code));
        await db.SaveChangesAsync(ct);
        await due.ComesNoLaterThanAsync(booked.Machine, booked.Slot.Start, ct);
        return booked;
    }

    /// <summary>Staff of the machine's site may, for somebody who is there.</summary>
    private async Task<bool> MayBookForAsync(MemberId other, SiteId site, CancellationToken ct) =>
        other == me.Id || (me.May(Right.BookForOthers, Subject.At(site)) && await db.Users.AnyAsync(account => account.Id == other.Value, ct));
}
