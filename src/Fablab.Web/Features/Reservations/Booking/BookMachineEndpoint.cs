using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Finding;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Booking;

/// <summary>What was booked.</summary>
internal sealed record BookedResponse(
    Guid Id, string Machine, Instant Start, Instant End, ReservationState State, Instant BookedAt, Guid Tariff, Guid? ProjectId, Guid? JobId)
{
    public static BookedResponse From(Reservation booked, string machineCode) => new(
        booked.Id.Value, machineCode, booked.Slot.Start, booked.Slot.End, booked.State, booked.BookedAt, booked.Tariff.Value,
        booked.Project?.Value, booked.Job?.Value);
}

internal static class BookMachineEndpoint
{
    public static void MapBookMachine(this RouteGroupBuilder reservations) => reservations
        .MapPost("/", HandleAsync)
        .WithIdempotencyKey<BookMachineRequest>()
        .WithName("BookMachine")
        .WithSummary("Book a machine, or any unit of a pool, for a stretch of time; with variants=true a refusal also names the nearest that can be booked instead")
        .WithRefusals("not-found", "booking-refused", "not-allowed");

    public static string LocationOf(ReservationId id) => $"{ApiFeature.Base}/reservations/{id}";

    private static async Task<Results<Created<BookedResponse>, ProblemHttpResult>> HandleAsync(
        BookMachineRequest request, BookMachine bookMachine, BookingInquiry inquiry, FindVariants find, CurrentMember me, CancellationToken ct, bool variants = false)
    {
        if ((await bookMachine.ExecuteAsync(request, ct)).TryGet(out var booked, out var refusal))
        {
            return TypedResults.Created(LocationOf(new ReservationId(booked.Id)), booked);
        }

        var problem = refusal.ToProblem();
        var wish = request.ToWish(me.Id);
        if (variants && refusal is BookingRefused refused && (await inquiry.LookAsync(wish, ct)).TryGet(out var view, out _))
        {
            // Looked for after the refusal, so that nobody waits for it who books; what it names may be taken meanwhile like any free time.
            var wanted = new RefusedWish(wish.Member, request.Machine, view.Machine.Category, view.Machine.Site, view.Slot, view.Job);
            problem.ProblemDetails.Extensions["variants"] = (await find.ForAsync(wanted, refused.Problems, ct)).Select(VariantResponse.From).ToList();
        }

        return problem;
    }
}
