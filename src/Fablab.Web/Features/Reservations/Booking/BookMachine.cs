using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations.Booking;

/// <summary>Books a machine. What is answered as booked is committed.</summary>
internal sealed class BookMachine(FablabDb db, BookingInquiry inquiry, DeskDue due, IdempotentRequest idempotent, LabClock clock)
{
    public async Task<Result<Reservation>> ExecuteAsync(MemberId me, BookMachineRequest request, CancellationToken ct)
    {
        var machine = await db.Machines.Where(row => row.Code == request.Machine).Select(row => new { row.Id, row.Code, row.Name }).SingleOrDefaultAsync(ct);
        if (machine is null)
        {
            return new NoSuchThing("machine");
        }

        try
        {
            return await LabTransaction.DecideAsync<Reservation>(db, machine.Id, () => BookWithinAsync(me, request, ct), ct);
        }
        catch (DbUpdateException error) when (DatabaseRefusals.IsOverlap(error))
        {
            // Somebody wrote past this use case; the database kept the promise and the clash is there to be told.
            db.ChangeTracker.Clear();
            var slot = new TimeSlot(request.Start, request.End);
            return new BookingRefused([.. (await db.TakenSlotsAsync(machine.Id, slot, ct)).DefaultIfEmpty(slot).Select(BookingRules.Taken)]);
        }
    }

    private async Task<Result<Reservation>> BookWithinAsync(MemberId me, BookMachineRequest request, CancellationToken ct)
    {
        if (!(await inquiry.LookAsync(request.ToWish(me), ct)).TryGet(out var view, out var refusal))
        {
            return refusal;
        }

        if (view.Problems.Any(problem => problem.Severity is ProblemSeverity.Hard || !request.AcceptSoft.Contains(problem.Code)))
        {
            return new BookingRefused(view.Problems);
        }

        var booked = new Reservation
        {
            Id = new ReservationId(Guid.CreateVersion7()),
            Machine = view.Machine.Id,
            Member = me,
            BookedBy = me,
            Project = view.Project,
            Slot = view.Slot,
            Kept = view.Kept.Kept,
            BookedSlot = view.Slot,
            State = ReservationState.Confirmed,
            BookedAt = clock.Now,
            Tariff = view.Tariff.Id,
            Job = view.Job,
        };
        await MakeRoomAsync(view.Kept.Neighbours, ct);
        db.Add(booked);
        idempotent.Keep(StatusCodes.Status201Created, BookMachineEndpoint.LocationOf(booked.Id), BookedResponse.From(booked, view.Machine.Code));
        await db.SaveChangesAsync(ct);
        await due.ComesNoLaterThanAsync(booked.Machine, booked.Slot.Start, ct);
        return booked;
    }

    /// <summary>Between two slots of one member nothing is kept; the earlier booking gives up what it had kept there.</summary>
    private async Task MakeRoomAsync(IReadOnlyList<(ReservationId Reservation, TimeSlot Kept)> neighbours, CancellationToken ct)
    {
        foreach (var (id, kept) in neighbours)
        {
            var (start, end) = (kept.Start, kept.End);
            await db.Reservations.Where(r => r.Id == id).ExecuteUpdateAsync(set => set.SetProperty(r => r.Kept.Start, start).SetProperty(r => r.Kept.End, end), ct);
        }
    }
}
