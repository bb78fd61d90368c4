using Fablab.Domain;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Features.Members;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fablab.Web.Features.People.Leaving;

internal static class LeavingEndpoints
{
    public static void MapLeaving(this RouteGroupBuilder api) => api.MapDelete("/sites/{code}/membership", LeaveAsync).WithTags("members")
        .WithName("LeaveSite")
        .WithSummary("Belong to a site no more; its staff see me no longer")
        .WithRefusals("not-found", "site-not-left");

    private static async Task<Results<NoContent, ProblemHttpResult>> LeaveAsync(string code, LeaveSite leave, CancellationToken ct) =>
        await leave.ExecuteAsync(code, ct) is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
}

/// <summary>What leaving means, and the button.</summary>
internal static class LeavingPages
{
    public static string AddressOf(string code) => $"/account/sites/{code}/leave";

    public static void MapLeavingPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(AddressOf("{code}"), (string code, LeaveSite leave, CancellationToken ct) => ShowAsync(code, [], leave, ct));
        pages.MapPost(AddressOf("{code}"), async (string code, LeaveSite leave, CurrentMember me, CancellationToken ct) => await leave.ExecuteAsync(code, ct) switch
        {
            null => Go.To("/account#sites"),
            SiteNotLeft left => await ShowAsync(code, left.Reasons, leave, ct),
            _ => PageResults.NotFound(),
        });
    }

    private static async Task<IResult> ShowAsync(string code, IReadOnlyList<string> reasons, LeaveSite leave, CancellationToken ct) =>
        (await leave.MineAsync(ct)).FirstOrDefault(site => site.Code == code) is { } mine
            ? PageResults.Page<LeaveSitePage>(new { Site = mine, Reasons = reasons }, reasons.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status409Conflict)
            : PageResults.NotFound();
}
