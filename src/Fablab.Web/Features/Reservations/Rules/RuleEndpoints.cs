using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Rules;

/// <summary>One version of the booking rules of a site, or of the lab.</summary>
/// <param name="Version">1, 2, 3…; 0 when there never were any.</param>
/// <param name="Rules">Each names its <c>kind</c>; docs/booking-rules.md tells them all.</param>
internal sealed record RuleBookResponse(int Version, string? Note, Instant? At, JsonElement Rules)
{
    public static RuleBookResponse From(RuleBookRow? book) => book is null
        ? new RuleBookResponse(0, null, null, JsonDocument.Parse("[]").RootElement)
        : new RuleBookResponse(book.Version, book.Note, book.At, JsonDocument.Parse(book.Rules).RootElement);
}

/// <summary>One line of the history of a rule book.</summary>
internal sealed record RuleBookVersionResponse(int Version, string Note, Instant At, Guid By);

/// <summary>The next version of a rule book, whole.</summary>
public sealed record EditRulesRequest
{
    public required JsonElement Rules { get; init; }

    /// <summary>Why, for those who wonder later.</summary>
    [Required, StringLength(500, MinimumLength = 3)]
    public required string Note { get; init; }
}

internal static class RuleEndpoints
{
    /// <summary>Older ones are in the database; nobody scrolls that far.</summary>
    private const int MostVersions = 200;

    public static void MapRules(this RouteGroupBuilder api)
    {
        var lab = api.MapGroup("/rules").WithTags("rules");
        lab.MapGet("/", (EditRules rules, HttpResponse http, CancellationToken ct) => ReadAsync(null, rules, http, ct))
            .WithName("GetLabRules").WithSummary("The booking rules of the whole lab that are in force");
        lab.MapPut("/", (EditRulesRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, EditRules rules, HttpResponse http, CancellationToken ct) =>
                SaveAsync(null, request, ifMatch, rules, http, ct))
            .WithName("EditLabRules").WithSummary("Write the next version of the lab's booking rules").WithRefusals("not-allowed", "rules-malformed", "stale-version");

        var site = api.MapGroup("/sites/{code}/rules").WithTags("rules").WithRefusals("not-found");
        site.MapGet("/", ReadSiteAsync).WithName("GetSiteRules").WithSummary("The booking rules of a site that are in force, besides those of the lab");
        site.MapPut("/", SaveSiteAsync).WithName("EditSiteRules").WithSummary("Write the next version of a site's booking rules")
            .WithRefusals("not-allowed", "rules-malformed", "stale-version");
        site.MapGet("/versions", VersionsAsync).WithName("ListSiteRuleVersions").WithSummary("Who changed a site's rules, when and why; the newest first").WithRefusals("not-allowed");
    }

    private static async Task<Ok<RuleBookResponse>> ReadAsync(SiteId? site, EditRules rules, HttpResponse http, CancellationToken ct)
    {
        var book = RuleBookResponse.From(await rules.NewestAsync(site, ct));
        http.Headers.ETag = VersionTag.Of(book.Version);
        return TypedResults.Ok(book);
    }

    private static async Task<Results<Ok<RuleBookResponse>, ProblemHttpResult>> SaveAsync(
        SiteId? site, EditRulesRequest request, string? ifMatch, EditRules rules, HttpResponse http, CancellationToken ct)
    {
        if (!(await rules.SaveAsync(site, request.Rules, request.Note, ifMatch, ct)).TryGet(out var saved, out var refusal))
        {
            return refusal.ToProblem();
        }

        http.Headers.ETag = VersionTag.Of(saved.Version);
        return TypedResults.Ok(RuleBookResponse.From(saved));
    }

    private static async Task<Results<Ok<RuleBookResponse>, ProblemHttpResult>> ReadSiteAsync(string code, FablabDb db, EditRules rules, HttpResponse http, CancellationToken ct) =>
        await SiteAsync(db, code, ct) is { } site ? await ReadAsync(site, rules, http, ct) : new NoSuchThing("site").ToProblem();

    private static async Task<Results<Ok<RuleBookResponse>, ProblemHttpResult>> SaveSiteAsync(
        string code, EditRulesRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, FablabDb db, EditRules rules, HttpResponse http, CancellationToken ct) =>
        await SiteAsync(db, code, ct) is { } site ? await SaveAsync(site, request, ifMatch, rules, http, ct) : new NoSuchThing("site").ToProblem();

    private static async Task<Results<Ok<IReadOnlyList<RuleBookVersionResponse>>, ProblemHttpResult>> VersionsAsync(
        string code, FablabDb db, CurrentMember me, CancellationToken ct)
    {
        if (await SiteAsync(db, code, ct) is not { } site)
        {
            return new NoSuchThing("site").ToProblem();
        }

        if (!me.May(Right.EditRules, Subject.At(site)))
        {
            return new NotAllowed().ToProblem();
        }

        var versions = await db.RuleBooks.AsNoTracking().Where(book => book.Site == site).OrderByDescending(book => book.Version).Take(MostVersions)
            .Select(book => new RuleBookVersionResponse(book.Version, book.Note, book.At, book.By.Value)).ToListAsync(ct);
        return TypedResults.Ok<IReadOnlyList<RuleBookVersionResponse>>(versions);
    }

    public static async Task<SiteId?> SiteAsync(FablabDb db, string code, CancellationToken ct) =>
        await db.Sites.Where(row => row.Code == code).Select(row => (SiteId?)row.Id).SingleOrDefaultAsync(ct);
}
