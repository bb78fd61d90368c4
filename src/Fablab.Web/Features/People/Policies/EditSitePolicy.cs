using System.ComponentModel.DataAnnotations;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.People.Policies;

/// <param name="Registration">open: whoever registers; approval: whom a manager says yes to; invitation: only whom staff invite.</param>
/// <param name="MinimumAge">Years that a member must have to book here; left out to ask nobody for their birth date.</param>
public sealed record SitePolicyRequest([property: Required, EnumDataType(typeof(RegistrationPolicy))] RegistrationPolicy Registration, [property: Range(1, 99)] int? MinimumAge);

internal sealed record SitePolicyResponse(RegistrationPolicy Registration, int? MinimumAge)
{
    public string Tag => $"\"{Registration}-{MinimumAge}\"";

    public static SitePolicyResponse From(SiteRow site) => new(site.Registration, site.MinimumAge);
}

/// <summary>Who may become a member of a site. What members are already stays as it is.</summary>
internal sealed class EditSitePolicy(FablabDb db, CurrentMember me, AuditTrail audit)
{
    /// <returns>The site, for staff who may edit this; <see langword="null"/> for everybody else.</returns>
    public async Task<SiteRow?> SiteAsync(string code, CancellationToken ct)
    {
        code = StorableText.Of(code);
        return await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct) is { } site && me.May(Right.EditRegistration, Subject.At(site.Id)) ? site : null;
    }

    public async Task<Result<SiteRow>> ExecuteAsync(string code, SitePolicyRequest request, string? ifMatch, CancellationToken ct)
    {
        if (await SiteAsync(code, ct) is not { } found)
        {
            return new NoSuchThing("site");
        }

        var result = await LabTransaction.RunHoldingAsync<Result<SiteRow>>(db, [found.Id.Value], async () =>
        {
            var site = await db.Sites.SingleAsync(row => row.Id == found.Id, ct);
            if (!VersionTag.Fits(SitePolicyResponse.From(site).Tag, ifMatch))
            {
                return new StaleVersion();
            }

            var before = Facts(site);
            (site.Registration, site.MinimumAge) = (request.Registration, request.MinimumAge);
            audit.Note("site-policy-changed", $"site/{site.Id}", site: site.Id, before: before, after: Facts(site));
            await db.SaveChangesAsync(ct);
            return site;
        }, ct);
        db.ChangeTracker.Clear();
        return result;
    }

    private static Dictionary<string, string> Facts(SiteRow site) => new() { ["registration"] = site.Registration.ToString(), ["minimumAge"] = $"{site.MinimumAge}" };
}

internal static class SitePolicyEndpoints
{
    public static void MapSitePolicies(this RouteGroupBuilder api)
    {
        var policy = api.MapGroup("/sites/{code}/policy").WithTags("sites").WithRefusals("not-found");
        policy.MapGet("/", ReadAsync).WithName("GetSitePolicy").WithSummary("Who may become a member of a site");
        policy.MapPut("/", EditAsync).WithName("SetSitePolicy").WithSummary("Say who may become a member of a site").WithRefusals("stale-version");
    }

    public static void MapSitePolicyPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/sites/{code}/policy", async (string code, EditSitePolicy edit, CancellationToken ct) =>
            await edit.SiteAsync(code, ct) is { } site ? (IResult)PageResults.Page<SitePolicyPage>(new { Site = site }) : PageResults.NotFound());
        pages.MapPost("/sites/{code}/policy", SaveAsync);
    }

    private static async Task<IResult> SaveAsync(string code, [FromForm] string? registration, [FromForm] string? minimumAge, EditSitePolicy edit, CancellationToken ct)
    {
        if (await edit.SiteAsync(code, ct) is not { } site)
        {
            return PageResults.NotFound();
        }

        var policy = Enum.TryParse<RegistrationPolicy>(registration, out var said) && Enum.IsDefined(said) ? said : site.Registration;

        // Nobody is let in at any age because a number was mistyped.
        int? age = int.TryParse(minimumAge, out var years) && years is >= 1 and <= 99 ? years : null;
        if (age is null && !string.IsNullOrWhiteSpace(minimumAge))
        {
            return PageResults.Page<SitePolicyPage>(new { Site = site, Chosen = policy, Typed = minimumAge }, StatusCodes.Status422UnprocessableEntity);
        }

        return (await edit.ExecuteAsync(code, new SitePolicyRequest(policy, age), null, ct)).Refusal is null ? Go.To($"/sites/{code}") : PageResults.NotFound();
    }

    private static async Task<Results<Ok<SitePolicyResponse>, ProblemHttpResult>> ReadAsync(string code, EditSitePolicy edit, HttpResponse http, CancellationToken ct) =>
        await edit.SiteAsync(code, ct) is { } site ? Answer(site, http) : new NoSuchThing("site").ToProblem();

    private static async Task<Results<Ok<SitePolicyResponse>, ProblemHttpResult>> EditAsync(
        string code, SitePolicyRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, EditSitePolicy edit, HttpResponse http, CancellationToken ct) =>
        (await edit.ExecuteAsync(code, request, ifMatch, ct)).TryGet(out var site, out var refusal) ? Answer(site, http) : refusal.ToProblem();

    private static Ok<SitePolicyResponse> Answer(SiteRow site, HttpResponse http)
    {
        var answer = SitePolicyResponse.From(site);
        http.Headers.ETag = answer.Tag;
        return TypedResults.Ok(answer);
    }
}
