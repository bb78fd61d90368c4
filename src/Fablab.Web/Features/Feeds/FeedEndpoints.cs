using System.ComponentModel.DataAnnotations;
using System.Text;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using NodaTime;

namespace Fablab.Web.Features.Feeds;

/// <param name="Name">For its owner to know it by: which calendar reads it.</param>
/// <param name="Machine">Code of a machine whose busy times it shows, without names; left out for my bookings and trainings.</param>
public sealed record CreateFeedRequest([property: Required, StringLength(FeedRow.LongestName, MinimumLength = 1)] string Name, [property: StringLength(40)] string? Machine);

/// <param name="Machine">Code; <see langword="null"/> for my bookings and trainings.</param>
/// <param name="LastUsedAt">To the hour.</param>
internal sealed record FeedResponse(Guid Id, string Name, string? Machine, Instant CreatedAt, Instant? LastUsedAt)
{
    public static FeedResponse From(FeedView view) => new(view.Feed.Id, view.Feed.Name, view.Machine?.Code, view.Feed.CreatedAt, view.Feed.LastUsedAt);
}

/// <param name="Address">For the calendar program, shown this once: whoever has it can read.</param>
internal sealed record CreatedFeedResponse(Guid Id, string Name, string? Machine, string Address);

internal static class FeedEndpoints
{
    public static void MapFeeds(this RouteGroupBuilder api)
    {
        var feeds = api.MapGroup("/feeds").WithTags("members");
        feeds.MapPost("/", CreateAsync).WithName("CreateFeed").WithSummary("Make a calendar feed; its address is shown this once").WithRefusals("not-found", "too-many-feeds");
        feeds.MapGet("/", ListAsync).WithName("ListMyFeeds").WithSummary("My calendar feeds");
        feeds.MapDelete("/{id:guid}", RevokeAsync).WithName("RevokeFeed").WithSummary("Take a calendar feed back, at once").WithRefusals("not-found");
    }

    /// <summary>Outside the interface: calendar programs show no token but the one in the address.</summary>
    public static void MapFeedFiles(this IEndpointRouteBuilder pages) => pages.MapMethods("/feeds/{secret}.ics", [HttpMethods.Get, HttpMethods.Head], ReadAsync).AllowAnonymous();

    private static async Task<Results<Created<CreatedFeedResponse>, ProblemHttpResult>> CreateAsync(
        CreateFeedRequest request, Feeds feeds, CurrentMember me, IOptions<WebOptions> web, CancellationToken ct) =>
        (await feeds.CreateAsync(me.Id, request.Name, request.Machine, ct)).Match<Results<Created<CreatedFeedResponse>, ProblemHttpResult>>(
            made => TypedResults.Created(
                $"/api/v1/feeds/{made.Made.Feed.Id}",
                new CreatedFeedResponse(made.Made.Feed.Id, made.Made.Feed.Name, made.Made.Machine?.Code, new Uri(web.Value.Address, Feeds.AddressOf(made.Secret)).AbsoluteUri)),
            refusal => refusal.ToProblem());

    private static async Task<Ok<IReadOnlyList<FeedResponse>>> ListAsync(Feeds feeds, CurrentMember me, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<FeedResponse>>([.. (await feeds.ListAsync(me.Id, ct)).Select(FeedResponse.From)]);

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(Guid id, Feeds feeds, CurrentMember me, CancellationToken ct) =>
        (await feeds.RevokeAsync(me.Id, id, ct)).Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), refusal => refusal.ToProblem());

    private static async Task<IResult> ReadAsync(string secret, ReadFeed read, HttpContext http, CancellationToken ct)
    {
        if (await read.ExecuteAsync(secret, ct) is not { } calendar)
        {
            return Results.NotFound();
        }

        // The address is the key, so it must stay in no cache and lead nowhere. Calendar programs keep the tag all the same.
        var headers = http.Response.Headers;
        headers[HeaderNames.CacheControl] = "private, no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex";
        return Results.File(Encoding.UTF8.GetBytes(calendar), "text/calendar; charset=utf-8", entityTag: new EntityTagHeaderValue($"\"{ReadFeed.Digest(calendar)}\""));
    }
}
