using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Features.Reservations.Booking;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Reservations.WalkingUp;

/// <summary>Using a free machine without having booked it.</summary>
public sealed record WalkUpRequest
{
    /// <summary>How long at most; left out for as long as the rules and the next booking allow.</summary>
    [Range(1, 62 * 86_400)]
    public int? Seconds { get; init; }

    /// <summary>Whom the time is charged to; left out for oneself.</summary>
    public Guid? ProjectId { get; init; }
}

internal static class WalkUpEndpoint
{
    public static void MapWalkUp(this RouteGroupBuilder api) => api.MapPost("/machines/{code}/walk-up", HandleAsync)
        .WithTags("machines")
        .WithIdempotencyKey<WalkUpRequest>()
        .WithName("WalkUp")
        .WithSummary("Book a free machine from this moment on, as long as its walk-up rule lets one; check in next")
        .WithRefusals("not-found", "booking-refused", "walk-up-refused", "not-allowed", "not-badged-in", "second-person-missing", "no-open-offer", "project-not-yours");

    private static async Task<Results<Created<BookedResponse>, ProblemHttpResult>> HandleAsync(string code, WalkUpRequest request, WalkUp walkUp, CancellationToken ct)
    {
        var result = await walkUp.ExecuteAsync(
            code,
            request.Seconds is { } seconds ? Duration.FromSeconds(seconds) : null,
            request.ProjectId is { } project ? new ProjectId(project) : null,
            ct);
        return result.Match<Results<Created<BookedResponse>, ProblemHttpResult>>(
            booked => TypedResults.Created(BookMachineEndpoint.LocationOf(new ReservationId(booked.Id)), booked), refusal => refusal.ToProblem());
    }
}
