using System.ComponentModel.DataAnnotations;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members.SigningIn;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Members.Accounts;

public sealed record AskPasswordResetRequest([property: Required, StringLength(256)] string Email);

/// <param name="Key">The last part of the link in the mail.</param>
/// <param name="Password">12 to 128 characters, not a common one.</param>
public sealed record ResetPasswordRequest([property: Required, StringLength(2000)] string Key, [property: Required, StringLength(1000)] string Password);

/// <param name="Browser">What the browser says of itself.</param>
internal sealed record BrowserSessionResponse(Guid Id, string Browser, Instant StartedAt, Instant ExpiresAt)
{
    public static BrowserSessionResponse From(BrowserSessionRow row) => new(row.Id, row.Browser, row.StartedAt, row.ExpiresAt);
}

internal static class AccountAccessEndpoints
{
    public static void MapAccountAccess(this RouteGroupBuilder api)
    {
        var members = api.MapGroup("").WithTags("members");
        members.MapPost("/password-reset", AskAsync)
            .AllowAnonymous().RequireRateLimiting(SignInLimit.Policy)
            .WithName("AskPasswordReset")
            .WithSummary("Send a link for a new password to a mail address; answers the same whether there is such an account or not");
        members.MapPost("/password-reset/set", SetAsync)
            .AllowAnonymous().RequireRateLimiting(SignInLimit.Policy)
            .WithName("ResetPassword")
            .WithSummary("Set a new password with the key of the link; signs out everywhere and leaves a second factor as it is")
            .WithRefusals("account-refused", "not-found");
        members.MapGet("/members/me/browser-sessions", ListAsync).WithName("ListMyBrowserSessions").WithSummary("Browsers in which I am signed in");
        members.MapDelete("/members/me/browser-sessions", EndAllAsync).WithName("EndMyBrowserSessions").WithSummary("Sign me out of all browsers, at once");
        members.MapDelete("/members/me/browser-sessions/{id:guid}", EndAsync)
            .WithName("EndMyBrowserSession").WithSummary("Sign me out of one browser, at once").WithRefusals("not-found");
    }

    private static async Task<NoContent> AskAsync(AskPasswordResetRequest request, PasswordReset reset, CancellationToken ct)
    {
        await reset.AskAsync(request.Email.Trim(), ct);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SetAsync(ResetPasswordRequest request, PasswordReset reset, CancellationToken ct) =>
        (await reset.SetAsync(request.Key, request.Password, ct)).Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), refusal => refusal.ToProblem());

    private static async Task<Ok<IReadOnlyList<BrowserSessionResponse>>> ListAsync(BrowserSessions sessions, CurrentMember me, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<BrowserSessionResponse>>([.. (await sessions.ListAsync(me.Id, ct)).Select(BrowserSessionResponse.From)]);

    private static async Task<NoContent> EndAllAsync(BrowserSessions sessions, CurrentMember me, CancellationToken ct)
    {
        await sessions.EndAllAsync(me.Id, exceptThis: false, ct);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EndAsync(Guid id, BrowserSessions sessions, CurrentMember me, CancellationToken ct) =>
        (await sessions.EndOneAsync(me.Id, id, ct)).Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), refusal => refusal.ToProblem());
}
