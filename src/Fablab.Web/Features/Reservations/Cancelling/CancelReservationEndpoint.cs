using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Features.Members;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Fablab.Web.Features.Reservations.Cancelling;

internal sealed record CancelledResponse(Guid Id, ReservationState State);

internal static class CancelReservationEndpoint
{
    public static void MapCancelReservation(this RouteGroupBuilder reservations) => reservations
        .MapPost("/{id:guid}/cancel", HandleAsync)
        .WithName("CancelReservation")
        .WithSummary("Give a slot back before it began")
        .WithRefusals("not-found", "reservation-is-over", "booking-refused", "stale-version", "not-allowed");

    private static async Task<Results<Ok<CancelledResponse>, ProblemHttpResult>> HandleAsync(
        Guid id, [FromHeader(Name = "If-Match")] string? ifMatch, CancelReservation cancelReservation, CancellationToken ct)
    {
        var result = await cancelReservation.ExecuteAsync(new ReservationId(id), ifMatch, ct);

        return result.Match<Results<Ok<CancelledResponse>, ProblemHttpResult>>(
            cancelled => TypedResults.Ok(new CancelledResponse(cancelled.Id.Value, cancelled.State)),
            refusal => refusal.ToProblem());
    }
}
