using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members.SigningIn;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Members.AccessTokens;

/// <param name="Scopes">What it may be used for; only reading when left out.</param>
public sealed record CreateAccessTokenRequest(
    [property: Required, StringLength(MemberTokens.LongestName, MinimumLength = 1)] string Name,
    [property: Range(1, 366)] int? Days,
    [property: MinLength(1)] IReadOnlyList<Scope>? Scopes);

/// <param name="Code">Of the authenticator app, or a recovery code, when the account has a second factor.</param>
/// <param name="Scopes">What the token may be used for; everything when left out.</param>
public sealed record SignInRequest(
    [property: Required, StringLength(256)] string Email,
    [property: Required, StringLength(256)] string Password,
    [property: StringLength(MemberTokens.LongestName)] string? TokenName,
    [property: StringLength(30)] string? Code,
    [property: MinLength(1)] IReadOnlyList<Scope>? Scopes);

/// <param name="LastUsedAt">To the hour; left out when it never was.</param>
internal sealed record AccessTokenResponse(Guid Id, string Name, IReadOnlyList<Scope> Scopes, Instant CreatedAt, Instant? LastUsedAt, Instant ExpiresAt)
{
    public static AccessTokenResponse From(AccessTokenRow token) => new(token.Id, token.Name, [.. token.Scopes.Scopes], token.CreatedAt, token.LastUsedAt, token.ExpiresAt);
}

/// <param name="Token">The secret, shown this once.</param>
internal sealed record CreatedAccessTokenResponse(Guid Id, string Name, string Token, IReadOnlyList<Scope> Scopes, Instant ExpiresAt);

internal static class AccessTokenEndpoints
{
    public static void MapAccessTokens(this RouteGroupBuilder api)
    {
        api.MapPost("/sign-in", SignInAsync)
            .AllowAnonymous()
            .RequireRateLimiting(SignInLimit.Policy)
            .WithTags("members")
            .WithName("SignIn")
            .WithSummary("Sign in with e-mail address and password; answers with an access token, shown this once")
            .WithRefusals("sign-in-failed", "second-factor-needed", "account-suspended", "too-many-tokens");

        var tokens = api.MapGroup("/access-tokens").WithTags("members");

        // Without Idempotency-Key: an answer that is kept for a repeat would keep the secret.
        tokens.MapPost("/", CreateAsync).WithName("CreateAccessToken")
            .WithSummary("Make an access token; its secret is shown this once. A token makes none with other scopes or a longer life than its own")
            .WithRefusals("confirmation-needed", "too-many-tokens", "not-allowed");
        tokens.MapGet("/", ListAsync).WithName("ListAccessTokens").WithSummary("My access tokens that work now");
        tokens.MapDelete("/{id:guid}", RevokeAsync).WithName("RevokeAccessToken").WithSummary("Take an access token back, at once, and all that it made").WithRefusals("not-found");
    }

    private static async Task<Results<Created<CreatedAccessTokenResponse>, ProblemHttpResult>> SignInAsync(
        SignInRequest request, SignInWithPassword signIn, MemberTokens tokens, CancellationToken ct)
    {
        var result = await signIn.CheckAsync(request.Email, request.Password, request.Code, ct);
        if (!result.TryGet(out var account, out var refusal))
        {
            return refusal.ToProblem();
        }

        return (await tokens.OfSignInAsync(new(account.Id), request.TokenName ?? "sign-in", SetOf(request.Scopes) ?? ScopeSet.All, SecondFactor.IsOn(account), ct))
            .Match<Results<Created<CreatedAccessTokenResponse>, ProblemHttpResult>>(made => Created(made), tooMany => tooMany.ToProblem());
    }

    private static async Task<Results<Created<CreatedAccessTokenResponse>, ProblemHttpResult>> CreateAsync(CreateAccessTokenRequest request, MemberTokens tokens, CancellationToken ct)
    {
        var result = await tokens.CreateAsync(request.Name, request.Days is { } days ? Duration.FromDays(days) : null, SetOf(request.Scopes) ?? MemberTokens.DefaultScopes, ct);
        return result.Match<Results<Created<CreatedAccessTokenResponse>, ProblemHttpResult>>(made => Created(made), refusal => refusal.ToProblem());
    }

    private static ScopeSet? SetOf(IReadOnlyList<Scope>? asked) => asked is null ? null : ScopeSet.Of(asked);

    private static async Task<Ok<IReadOnlyList<AccessTokenResponse>>> ListAsync(MemberTokens tokens, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<AccessTokenResponse>>([.. (await tokens.ListAsync(ct)).Select(AccessTokenResponse.From)]);

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(Guid id, MemberTokens tokens, CancellationToken ct)
    {
        var result = await tokens.RevokeAsync(id, ct);
        return result.Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), refusal => refusal.ToProblem());
    }

    private static Created<CreatedAccessTokenResponse> Created((AccessTokenRow Token, string Secret) made) => TypedResults.Created(
        $"/api/v1/access-tokens/{made.Token.Id}",
        new CreatedAccessTokenResponse(made.Token.Id, made.Token.Name, made.Secret, [.. made.Token.Scopes.Scopes], made.Token.ExpiresAt));
}
