using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.People.Texts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.People.Registering;

/// <param name="Site">Code of the site that one wants to be a member of.</param>
/// <param name="Password">12 to 128 characters, not a common one.</param>
/// <param name="TermsVersion">The version of the site's terms of use that was read and is accepted; left out where there are none.</param>
/// <param name="SafetyVersion">The same of its safety rules.</param>
public sealed record RegisterRequest(
    [property: Required, StringLength(40)] string Site,
    [property: Required, StringLength(256)] string Email,
    [property: Required, StringLength(NewAccounts.LongestName)] string DisplayName,
    [property: Required, StringLength(1000)] string Password,
    [property: Range(0, int.MaxValue)] int TermsVersion = 0,
    [property: Range(0, int.MaxValue)] int SafetyVersion = 0);

/// <param name="Registration">open: at once; approval: once a manager of the site said yes; invitation: only whom staff invite.</param>
/// <param name="TermsVersion">0 when the site has no terms of use.</param>
internal sealed record SiteToJoinResponse(string Code, string Name, string Address, RegistrationPolicy Registration, int TermsVersion, string? Terms, int SafetyVersion, string? SafetyRules);

internal static class RegistrationEndpoints
{
    public static void MapRegistration(this RouteGroupBuilder api)
    {
        api.MapGet("/registration/sites", SitesAsync).AllowAnonymous().WithTags("members")
            .WithName("ListSitesToJoin").WithSummary("Sites at which one can register, with the terms of use that one must accept");
        api.MapPost("/registration", RegisterAsync).AllowAnonymous().RequireRateLimiting(SignInLimit.Policy).WithTags("members")
            .WithName("Register")
            .WithSummary("Register at a site; a mail follows, and the answer is the same whether the address is known or not")
            .WithRefusals("account-refused", "not-found");
    }

    private static async Task<Ok<IReadOnlyList<SiteToJoinResponse>>> SitesAsync(FablabDb db, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<SiteToJoinResponse>>(await db.Sites.AsNoTracking()
            .Where(site => site.Registration != RegistrationPolicy.Invitation).OrderBy(site => site.Name)
            .Select(site => new SiteToJoinResponse(site.Code, site.Name, site.Address, site.Registration, site.TermsVersion, site.Terms, site.SafetyVersion, site.SafetyRules)).ToListAsync(ct));

    private static async Task<Results<Accepted, ProblemHttpResult>> RegisterAsync(RegisterRequest request, RegisterMember register, CancellationToken ct) =>
        await register.ExecuteAsync(
            new Registration(request.Site, new AccountWish(request.Email, request.DisplayName, request.Password, Language.Current), new SiteAcceptance(request.TermsVersion, request.SafetyVersion)), ct) is { } refusal
            ? refusal.ToProblem()
            : TypedResults.Accepted((string?)null);
}
