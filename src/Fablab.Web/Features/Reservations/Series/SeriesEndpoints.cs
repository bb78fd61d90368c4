using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Features.Reservations.Cancelling;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fablab.Web.Features.Reservations.Series;

internal static class SeriesEndpoints
{
    public static void MapSeries(this RouteGroupBuilder api)
    {
        var series = api.MapGroup("/reservation-series").WithTags("reservations");
        series.MapPost("/", BookAsync)
            .WithIdempotencyKey<BookSeriesRequest>()
            .WithName("BookSeries")
            .WithSummary("Book a machine or pool at recurring times by the site's wall clock")
            .WithRefusals("not-found", "booking-refused", "not-allowed");
        series.MapPost("/check", CheckAsync)
            .WithName("CheckSeries")
            .WithSummary("Ask which times of a series could be booked, with every reason against the others, without booking")
            .WithRefusals("not-found", "booking-refused", "not-allowed");
        series.MapPost("/{id:guid}/cancel", CancelAsync)
            .WithName("CancelSeries")
            .WithSummary("Cancel one reservation of a series, it and the following, or all that have not begun")
            .WithRefusals("not-found", "reservation-is-over", "booking-refused");
        series.MapPost("/{id:guid}/move", MoveAsync)
            .WithName("MoveSeries")
            .WithSummary("Move one reservation of a series, it and the following, or all, by the rules of booking: all or nothing")
            .WithRefusals("not-found", "booking-refused", "reservation-not-changeable");
    }

    public static string LocationOf(SeriesId id) => $"{ApiFeature.Base}/reservation-series/{id}";

    private static async Task<Results<Created<SeriesResponse>, ProblemHttpResult>> BookAsync(BookSeriesRequest request, BookSeries series, CancellationToken ct)
    {
        var result = await series.BookAsync(request, ct);
        return result.Match<Results<Created<SeriesResponse>, ProblemHttpResult>>(
            booked => TypedResults.Created(LocationOf(new SeriesId(booked.Id)), booked),
            refusal => refusal.ToProblem());
    }

    private static async Task<Results<Ok<SeriesResponse>, ProblemHttpResult>> CheckAsync(BookSeriesRequest request, BookSeries series, CancellationToken ct)
    {
        var result = await series.CheckAsync(request, ct);
        return result.Match<Results<Ok<SeriesResponse>, ProblemHttpResult>>(found => TypedResults.Ok(found), refusal => refusal.ToProblem());
    }

    private static async Task<Results<Ok<CancelledManyResponse>, ProblemHttpResult>> CancelAsync(
        Guid id, CancelSeriesRequest request, ChangeSeries series, CancellationToken ct)
    {
        var result = await series.CancelAsync(new SeriesId(id), request, ct);
        return result.Match<Results<Ok<CancelledManyResponse>, ProblemHttpResult>>(done => TypedResults.Ok(done), refusal => refusal.ToProblem());
    }

    private static async Task<Results<Ok<SeriesMovedResponse>, ProblemHttpResult>> MoveAsync(
        Guid id, MoveSeriesRequest request, ChangeSeries series, CancellationToken ct)
    {
        var result = await series.MoveAsync(new SeriesId(id), request, ct);
        return result.Match<Results<Ok<SeriesMovedResponse>, ProblemHttpResult>>(done => TypedResults.Ok(done), refusal => refusal.ToProblem());
    }
}
