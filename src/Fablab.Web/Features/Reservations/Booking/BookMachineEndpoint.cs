using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Features.Members;
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
        .WithSummary("Book a machine, or any unit of a pool, for a stretch of time")
        .WithRefusals("not-found", "booking-refused", "not-allowed");

    public static string LocationOf(ReservationId id) => $"{ApiFeature.Base}/reservations/{id}";

    private static async Task<Results<Created<BookedResponse>, ProblemHttpResult>> HandleAsync(
        BookMachineRequest request, BookMachine bookMachine, CancellationToken ct)
    {
        var result = await bookMachine.ExecuteAsync(request, ct);

        return result.Match<Results<Created<BookedResponse>, ProblemHttpResult>>(
            booked => TypedResults.Created(LocationOf(new ReservationId(booked.Id)), booked),
            refusal => refusal.ToProblem());
    }
}
