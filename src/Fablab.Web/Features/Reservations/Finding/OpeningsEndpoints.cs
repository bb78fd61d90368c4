using Fablab.Domain;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations.Finding;
using Fablab.Web.Api;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Finding;

/// <summary>One slot that could be booked now.</summary>
/// <param name="Machine">Code of a machine or pool; books the slot as it is.</param>
/// <param name="IsPool">Any unit of the pool will do, and which one is open until the start.</param>
/// <param name="Kilometres">From <c>near</c>; <see langword="null"/> when nobody knows.</param>
/// <param name="Quote">If the machine works from the start to the end.</param>
/// <param name="QuoteByEstimate">If the job takes as long as its analysis says; <see langword="null"/> without a job that tells.</param>
internal sealed record OpeningResponse(
    string Machine, string MachineName, bool IsPool, MachineCategory Category, string Site, Instant Start, Instant End, double? Kilometres, QuoteResponse Quote, QuoteResponse? QuoteByEstimate)
{
    public static OpeningResponse From(FoundOpening opening)
    {
        var (bookable, slot) = (opening.Bookable, opening.Slot);
        return new OpeningResponse(
            bookable.Code, bookable.Name, bookable.Pool is not null, bookable.First.Category, bookable.Site.Code, slot.Start, slot.End,
            opening.Kilometres is { } far ? Math.Round(far, 1) : null,
            QuoteResponse.For(slot, bookable.Tariff),
            opening.Estimate is { } works ? QuoteResponse.For(slot, bookable.Tariff, Duration.Min(works, slot.Length)) : null);
    }
}

/// <summary>What one reason keeps out.</summary>
/// <param name="Code">Of the booking problem, or <c>no-opening-in-window</c>.</param>
/// <param name="Count">How many machines and pools.</param>
/// <param name="Machines">Their codes, not all when there are many.</param>
internal sealed record ExclusionResponse(string Code, int Count, IReadOnlyList<string> Machines)
{
    private const int MostNamed = 20;

    public static ExclusionResponse From(ExcludedBookables excluded) => new(excluded.Code, excluded.Machines.Count, [.. excluded.Machines.Take(MostNamed)]);
}

/// <param name="Openings">The best first.</param>
/// <param name="Found">How many there were before the list was cut at the limit.</param>
/// <param name="Excluded">What was looked at and cannot be offered; one with two reasons counts for both.</param>
internal sealed record OpeningsResponse(
    Instant From, Instant To, IReadOnlyList<OpeningResponse> Openings, int Found, IReadOnlyList<ExclusionResponse> Excluded)
{
    public static OpeningsResponse Of(OpeningsFound found) => new(
        found.Window.Start, found.Window.End, [.. found.Openings.Select(OpeningResponse.From)], found.Found, [.. found.Excluded.Select(ExclusionResponse.From)]);
}

/// <summary>What is looked for, as it stands in the address.</summary>
internal sealed record OpeningsQuery
{
    /// <summary>The wanted length; left out with a job, whose estimate counts then.</summary>
    [FromQuery(Name = "seconds")]
    public int? Seconds { get; init; }

    /// <summary>A job of one's own; only where it can run is offered.</summary>
    [FromQuery(Name = "jobId")]
    public Guid? JobId { get; init; }

    /// <summary>Code of a machine, or of a pool.</summary>
    [FromQuery(Name = "machine")]
    public string? Machine { get; init; }

    /// <summary>Code of a pool.</summary>
    [FromQuery(Name = "pool")]
    public string? Pool { get; init; }

    [FromQuery(Name = "category")]
    public string? Category { get; init; }

    /// <summary>Code of a site.</summary>
    [FromQuery(Name = "site")]
    public string? Site { get; init; }

    [FromQuery(Name = "from")]
    public string? From { get; init; }

    [FromQuery(Name = "to")]
    public string? To { get; init; }

    /// <summary>Degrees north and east, <c>48.11,-1.67</c>, or the code of a site.</summary>
    [FromQuery(Name = "near")]
    public string? Near { get; init; }

    /// <summary><c>soonest</c>, <c>cheapest</c> or <c>nearest</c>.</summary>
    [FromQuery(Name = "order")]
    public string? Order { get; init; }

    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }
}

internal static class OpeningsEndpoints
{
    public static void MapOpenings(this RouteGroupBuilder api) => api.MapGet("/openings", FindAsync)
        .WithTags("machines")
        .WithName("FindOpenings")
        .WithSummary("Free time on all machines, pools, rooms and seats that one may use, the best first, with its price, and why there is not more")
        .WithRefusals("not-found");

    private static async Task<Results<Ok<OpeningsResponse>, ProblemHttpResult>> FindAsync(
        [AsParameters] OpeningsQuery query, FindOpenings find, OpeningWishes wishes, LabClock clock, CancellationToken ct)
    {
        var result = await wishes.ReadAsync(query, clock.Now, ct);
        return result.TryGet(out var wish, out var refusal)
            ? TypedResults.Ok(OpeningsResponse.Of(await find.ExecuteAsync(wish, ct)))
            : refusal.ToProblem();
    }
}
