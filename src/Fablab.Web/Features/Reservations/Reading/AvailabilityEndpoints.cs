using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Reservations.Finding;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Reading;

internal sealed record SlotResponse(Instant Start, Instant End)
{
    public static SlotResponse From(TimeSlot slot) => new(slot.Start, slot.End);
}

/// <param name="Machine">Code of the machine or pool.</param>
/// <param name="Taken">What nobody else may book, cut to the window; of a pool, when no unit is left.</param>
internal sealed record AvailabilityResponse(
    string Machine, Instant From, Instant To, IReadOnlyList<SlotResponse> Taken, IReadOnlyList<SlotResponse> Openings, MachinePriceResponse Price)
{
    public static AvailabilityResponse Of(BookableAvailability found) => new(
        found.Bookable.Code, found.Window.Start, found.Window.End, [.. found.Taken.Select(SlotResponse.From)],
        [.. found.Openings.Select(SlotResponse.From)], MachinePriceResponse.From(found.Bookable.Tariff));
}

internal static class AvailabilityEndpoints
{
    public static void MapAvailability(this RouteGroupBuilder api)
    {
        api.MapGet("/machines/{code}/availability", AvailabilityAsync)
            .WithTags("machines").WithName("GetAvailability")
            .WithSummary("When a machine or a pool is taken and free between two instants; the next 7 days when left out")
            .WithRefusals("not-found");
        api.MapGet("/pools/{code}/availability", OfPoolAsync)
            .WithTags("machines").WithName("GetPoolAvailability")
            .WithSummary("When no unit of a pool is left, and when there is room for one more booking")
            .WithRefusals("not-found");
    }

    private static async Task<Results<Ok<AvailabilityResponse>, ProblemHttpResult>> AvailabilityAsync(
        string code, string? from, string? to, Availability availability, LabClock clock, CancellationToken ct)
    {
        var found = await availability.OfAsync(code, SearchWindow.Parse(from, to, clock.Now), ct);
        return found is null ? new NoSuchThing("machine").ToProblem() : TypedResults.Ok(AvailabilityResponse.Of(found));
    }

    private static async Task<Results<Ok<AvailabilityResponse>, ProblemHttpResult>> OfPoolAsync(
        string code, string? from, string? to, Availability availability, LabClock clock, CancellationToken ct)
    {
        var found = await availability.OfAsync(code, SearchWindow.Parse(from, to, clock.Now), ct);
        return found?.Bookable.Pool is null ? new NoSuchThing("pool").ToProblem() : TypedResults.Ok(AvailabilityResponse.Of(found));
    }
}
