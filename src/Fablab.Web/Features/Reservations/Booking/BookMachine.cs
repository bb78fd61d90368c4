using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations.Booking;

/// <summary>Books a machine, or a unit of a pool. What is answered as booked is committed.</summary>
internal sealed class BookMachine(FablabDb db, PlaceReservation place, CurrentMember me, IdempotentRequest idempotent)
{
    public async Task<Result<BookedResponse>> ExecuteAsync(BookMachineRequest request, CancellationToken ct)
    {
        if (await db.BookableKeysAsync(request.Machine, ct) is not { } bookable)
        {
            return new NoSuchThing("machine");
        }

        if (request.ForMember is { } other && !await db.Users.AnyAsync(account => account.Id == other, ct))
        {
            return me.May(Right.BookForOthers, Subject.At(bookable.Site)) ? new NoSuchThing("member") : new NotAllowed();
        }

        // A slot that runs backwards is refused with all the rest; it clashes with nothing.
        var slot = request.Start < request.End ? new TimeSlot(request.Start, request.End) : null;
        return slot is null
            ? await BookWithinAsync(request, ct)
            : await db.BookingAsync(bookable.Held, slot, () => BookWithinAsync(request, ct), ct);
    }

    private async Task<Result<BookedResponse>> BookWithinAsync(BookMachineRequest request, CancellationToken ct)
    {
        BookedResponse? answer = null;
        var placing = new Placing { AcceptSoft = request.AcceptSoft, Company = request.Company };
        var placed = await place.ExecuteAsync(request.ToWish(me.Id), placing, ct, (booked, view) =>
        {
            answer = BookedResponse.From(booked, view.Machine.Code);
            idempotent.Keep(StatusCodes.Status201Created, BookMachineEndpoint.LocationOf(booked.Id), answer);
        });
        return placed.TryGet(out _, out var refusal) ? answer! : refusal;
    }
}
