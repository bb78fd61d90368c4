using System.ComponentModel.DataAnnotations;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.People.Texts;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.People.Inviting;

/// <param name="Language">Of the mail: fr (usual) or en.</param>
/// <param name="GroupId">Tariff group that they will belong to.</param>
public sealed record SiteInvitationRequest
{
    [Required, StringLength(256)]
    public required string Email { get; init; }

    [RegularExpression("fr|en")]
    public string? Language { get; init; }

    public Guid? GroupId { get; init; }
}

internal sealed record SiteInvitationResponse(Guid Id, string Email, string Language, Guid? GroupId, Instant CreatedAt, Instant ExpiresAt)
{
    public static SiteInvitationResponse From(SiteInvitationRow row) => new(row.Id, row.Email, row.Language, row.Group?.Value, row.CreatedAt, row.ExpiresAt);
}

/// <param name="Key">The last part of the link in the mail.</param>
/// <param name="DisplayName">Left out with the password by who has an account.</param>
/// <param name="TermsVersion">The version of the site's terms of use that was read and is accepted; left out where there are none.</param>
/// <param name="SafetyVersion">The same of its safety rules.</param>
public sealed record AcceptSiteInvitationRequest(
    [property: Required, StringLength(2000)] string Key,
    [property: StringLength(NewAccounts.LongestName)] string? DisplayName,
    [property: StringLength(1000)] string? Password,
    [property: Range(0, int.MaxValue)] int TermsVersion = 0,
    [property: Range(0, int.MaxValue)] int SafetyVersion = 0);

internal static class InvitationEndpoints
{
    public static void MapInvitations(this RouteGroupBuilder api)
    {
        var site = api.MapGroup("/sites/{code}/invitations").WithTags("members").WithRefusals("not-found");
        site.MapPost("/", InviteAsync).WithIdempotencyKey<SiteInvitationRequest>().WithName("InviteToSite")
            .WithSummary("Invite somebody to a site by a mail whose link counts once, for 14 days").WithRefusals("account-refused", "invitation-refused");
        site.MapGet("/", ListAsync).WithName("ListSiteInvitations").WithSummary("Invitations to a site that still count, the newest first");
        site.MapDelete("/{id:guid}", WithdrawAsync).WithName("WithdrawSiteInvitation").WithSummary("Let the link of an invitation work no more");
        api.MapPost("/invitations/accept", AcceptAsync).AllowAnonymous().RequireRateLimiting(SignInLimit.Policy).WithTags("members")
            .WithName("AcceptSiteInvitation").WithSummary("Become a member of a site by the key of an invitation's link; with a name and a password for who has no account")
            .WithRefusals("not-found", "account-refused");
    }

    public static string LocationOf(string site, SiteInvitationRow row) => $"{ApiFeature.Base}/sites/{site}/invitations/{row.Id}";

    private static async Task<Results<Created<SiteInvitationResponse>, ProblemHttpResult>> InviteAsync(string code, SiteInvitationRequest request, InviteMember invite, CancellationToken ct) =>
        (await invite.ExecuteAsync(code, request, ct)).Match<Results<Created<SiteInvitationResponse>, ProblemHttpResult>>(
            row => TypedResults.Created(LocationOf(code, row), SiteInvitationResponse.From(row)), refusal => refusal.ToProblem());

    private static async Task<Results<Ok<IReadOnlyList<SiteInvitationResponse>>, ProblemHttpResult>> ListAsync(string code, InviteMember invite, CancellationToken ct) =>
        await invite.OpenAsync(code, ct) is { } open ? TypedResults.Ok<IReadOnlyList<SiteInvitationResponse>>([.. open.Select(SiteInvitationResponse.From)]) : new NoSuchThing("site").ToProblem();

    private static async Task<Results<NoContent, ProblemHttpResult>> WithdrawAsync(string code, Guid id, InviteMember invite, CancellationToken ct) =>
        await invite.WithdrawAsync(code, id, ct) is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();

    private static async Task<Results<NoContent, ProblemHttpResult>> AcceptAsync(AcceptSiteInvitationRequest request, AcceptInvitation accept, CancellationToken ct) =>
        await accept.ExecuteAsync(request.Key, new InvitationAnswer(request.DisplayName ?? "", request.Password ?? "", Language.Current, new SiteAcceptance(request.TermsVersion, request.SafetyVersion)), ct) is { } refusal
            ? refusal.ToProblem()
            : TypedResults.NoContent();
}
