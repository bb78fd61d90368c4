using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Fablab.Domain;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace Fablab.Web.Features.People.Texts;

/// <summary>A site's terms of use, or its safety rules, and whether the asker accepted them.</summary>
/// <param name="Version">0 when the site has none.</param>
internal sealed record SiteTermsResponse(int Version, string? Text, bool IsAccepted, Instant? AcceptedAt)
{
    public static SiteTermsResponse From(SiteText text) => new(text.Version, text.Text, text.AcceptedAt is not null, text.AcceptedAt);
}

/// <param name="Text">The next version, whole; everybody is asked to accept it.</param>
public sealed record SiteTextRequest([property: Required, StringLength(SiteTexts.Longest, MinimumLength = 1)] string Text);

internal static class SiteTextEndpoints
{
    public static string AddressOf(string site) => $"/sites/{site}/terms";

    public static void MapSiteTexts(this RouteGroupBuilder api)
    {
        Map(api, "terms", SiteTextKind.Terms, "SiteTerms", "terms of use");
        Map(api, "safety-rules", SiteTextKind.Safety, "SiteSafetyRules", "safety rules");
    }

    public static void MapSiteTextPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/sites/{code}/terms", (string code, SiteTexts texts, IDateTimeZoneProvider zones, CancellationToken ct) => ShowAsync(code, texts, zones, null, ct));
        pages.MapPost("/sites/{code}/terms", ActAsync);
    }

    private static async Task<IResult> ActAsync(
        string code, [FromForm] string? kind, [FromForm] string? accept, [FromForm] string? text, [FromForm] string? version, SiteTexts texts, IDateTimeZoneProvider zones, CancellationToken ct)
    {
        if (!Enum.TryParse<SiteTextKind>(kind, out var which) || !Enum.IsDefined(which))
        {
            return PageResults.NotFound();
        }

        var said = PostedText.Of(text);
        if (accept is null && said.Length is 0 or > SiteTexts.Longest)
        {
            return await ShowAsync(code, texts, zones, "text-unreadable", ct);
        }

        var refusal = accept is not null
            ? await texts.AcceptAsync(code, which, int.TryParse(accept, NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : -1, ct)
            : (await texts.PublishAsync(code, which, said, int.TryParse(version, out var before) ? VersionTag.Of(before) : null, ct)).Refusal;
        return refusal switch
        {
            null => Go.To(AddressOf(code)),
            NoSuchThing => PageResults.NotFound(),
            _ => await ShowAsync(code, texts, zones, refusal.Code, ct),
        };
    }

    private static async Task<IResult> ShowAsync(string code, SiteTexts texts, IDateTimeZoneProvider zones, string? refused, CancellationToken ct)
    {
        if (await texts.SiteAsync(code, ct) is not { } site)
        {
            return PageResults.NotFound();
        }

        return PageResults.Page<SiteTermsPage>(
            new
            {
                Site = site,
                Texts = (IReadOnlyList<SiteText>)[await texts.ReadAsync(site, SiteTextKind.Terms, ct), await texts.ReadAsync(site, SiteTextKind.Safety, ct)],
                MayEdit = texts.MayEdit(site),
                Refused = refused,
                Zone = zones[site.TimeZone],
            },
            refused is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static void Map(RouteGroupBuilder api, string path, SiteTextKind kind, string name, string words)
    {
        var text = api.MapGroup($"/sites/{{code}}/{path}").WithTags("sites").WithRefusals("not-found");
        text.MapGet("/", async Task<Results<Ok<SiteTermsResponse>, ProblemHttpResult>> (string code, SiteTexts texts, HttpResponse http, CancellationToken ct) =>
                await texts.SiteAsync(code, ct) is { } site ? Answer(await texts.ReadAsync(site, kind, ct), http) : new NoSuchThing("site").ToProblem())
            .WithName($"Get{name}").WithSummary($"A site's {words}, and whether I accepted the version in force");
        text.MapPut("/", async Task<Results<Ok<SiteTermsResponse>, ProblemHttpResult>> (
                string code, SiteTextRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, SiteTexts texts, HttpResponse http, CancellationToken ct) =>
                (await texts.PublishAsync(code, kind, request.Text, ifMatch, ct)).TryGet(out var published, out var refusal) ? Answer(published, http) : refusal.ToProblem())
            .WithName($"Publish{name}").WithSummary($"Publish the next version of a site's {words}, which asks everybody again").WithRefusals("stale-version");
        text.MapPost("/{version:int}/accept", async Task<Results<NoContent, ProblemHttpResult>> (string code, int version, SiteTexts texts, CancellationToken ct) =>
                await texts.AcceptAsync(code, kind, version, ct) is { } refusal ? refusal.ToProblem() : TypedResults.NoContent())
            .WithName($"Accept{name}").WithSummary($"Accept the version of a site's {words} that one has read").WithRefusals("stale-version");
    }

    private static Ok<SiteTermsResponse> Answer(SiteText text, HttpResponse http)
    {
        http.Headers.ETag = VersionTag.Of(text.Version);
        return TypedResults.Ok(SiteTermsResponse.From(text));
    }
}
