using System.ComponentModel.DataAnnotations;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members.SigningIn;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Members.AccessTokens;

public sealed record CreateAccessTokenRequest(
    [property: Required, StringLength(MemberTokens.LongestName, MinimumLength = 1)] string Name,
    [property: Range(1, 366)] int? Days);

/// <param name="Code">Of the authenticator app, or a recovery code, when the account has a second factor.</param>
public sealed record SignInRequest(
    [property: Required, StringLength(256)] string Email,
    [property: Required, StringLength(256)] string Password,
    [property: StringLength(MemberTokens.LongestName)] string? TokenName,
    [property: StringLength(30)] string? Code);

internal sealed record AccessTokenResponse(Guid Id, string Name, Instant CreatedAt, Instant ExpiresAt)
{
    public static AccessTokenResponse From(AccessTokenRow token) => new(token.Id, token.Name, token.CreatedAt, token.ExpiresAt);
}

/// <param name="Token">The secret, shown this once.</param>
internal sealed record CreatedAccessTokenResponse(Guid Id, string Name, string Token, Instant ExpiresAt);

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
            .WithRefusals("sign-in-failed", "second-factor-needed", "account-suspended");

        var tokens = api.MapGroup("/access-tokens").WithTags("members");
        tokens.MapPost("/", CreateAsync).WithName("CreateAccessToken").WithSummary("Make an access token; its secret is shown this once");
        tokens.MapGet("/", ListAsync).WithName("ListAccessTokens").WithSummary("My access tokens that work now");
        tokens.MapDelete("/{id:guid}", RevokeAsync).WithName("RevokeAccessToken").WithSummary("Take an access token back, at once").WithRefusals("not-found");
    }

    private static async Task<Results<Created<CreatedAccessTokenResponse>, ProblemHttpResult>> SignInAsync(
        SignInRequest request, SignInWithPassword signIn, MemberTokens tokens, CancellationToken ct)
    {
        var result = await signIn.CheckAsync(request.Email, request.Password, request.Code, ct);
        if (!result.TryGet(out var account, out var refusal))
        {
            return refusal.ToProblem();
        }

        return Created(await tokens.CreateAsync(new(account.Id), request.TokenName ?? "sign-in", null, ct, isStrong: SecondFactor.IsOn(account)));
    }

    private static async Task<Created<CreatedAccessTokenResponse>> CreateAsync(
        CreateAccessTokenRequest request, MemberTokens tokens, CurrentMember me, CancellationToken ct) =>
        Created(await tokens.CreateAsync(me.Id, request.Name, request.Days is { } days ? Duration.FromDays(days) : null, ct));

    private static async Task<Ok<IReadOnlyList<AccessTokenResponse>>> ListAsync(MemberTokens tokens, CurrentMember me, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<AccessTokenResponse>>([.. (await tokens.ListAsync(me.Id, ct)).Select(AccessTokenResponse.From)]);

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(Guid id, MemberTokens tokens, CurrentMember me, CancellationToken ct)
    {
        var result = await tokens.RevokeAsync(me.Id, id, ct);
        return result.Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), refusal => refusal.ToProblem());
    }

    private static Created<CreatedAccessTokenResponse> Created((AccessTokenRow Token, string Secret) made) => TypedResults.Created(
        $"/api/v1/access-tokens/{made.Token.Id}",
        new CreatedAccessTokenResponse(made.Token.Id, made.Token.Name, made.Secret, made.Token.ExpiresAt));
}
