using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Features.Members;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fablab.Web.Features.Reservations.Booking;

/// <param name="IsBookable">Whoever asks may book it, if they accept the soft problems.</param>
internal sealed record CheckBookingResponse(bool IsBookable, IReadOnlyList<BookingProblem> Problems, QuoteResponse Quote)
{
    public static CheckBookingResponse From(BookingView view, CurrentMember me) => new(
        me.MayLiftAll(view.Problems, view.Machine.Site), view.Problems, QuoteResponse.For(view.Slot, view.Tariff));
}

internal static class CheckBookingEndpoint
{
    public static void MapCheckBooking(this RouteGroupBuilder reservations) => reservations
        .MapPost("/check", HandleAsync)
        .WithName("CheckBooking")
        .WithSummary("Ask whether a booking would be taken, with every reason against it and the price, without booking")
        .WithRefusals("not-found", "booking-refused");

    private static async Task<Results<Ok<CheckBookingResponse>, ProblemHttpResult>> HandleAsync(
        BookMachineRequest request, BookingInquiry inquiry, CurrentMember me, CancellationToken ct)
    {
        var result = await inquiry.LookAsync(request.ToWish(me.Id), ct);

        return result.Match<Results<Ok<CheckBookingResponse>, ProblemHttpResult>>(
            view => TypedResults.Ok(CheckBookingResponse.From(view, me)),
            refusal => refusal.ToProblem());
    }
}
