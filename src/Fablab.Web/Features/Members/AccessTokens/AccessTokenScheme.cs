using System.Security.Claims;
using System.Text.Encodings.Web;
using Fablab.Web.Api;
using Fablab.Web.Features.Organisations.OwnTokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Members.AccessTokens;

/// <summary>
/// <c>Authorization: Bearer fab_…</c> of a member, <c>fabo_…</c> of an organisation. Looked up at every request, so a revoked token is
/// refused at once. Tokens open the API; to pages they say nothing, because pages know no scopes.
/// </summary>
internal sealed class AccessTokenScheme(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, LoadMember members, OrganisationTokens organisations, TokenUse use, CurrentMember me)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string Name = "AccessToken";

    private const string Bearer = "Bearer ";

    /// <summary>The request shows a token where tokens count, so no cookie does.</summary>
    public static bool IsUsedBy(HttpRequest request) =>
        request.Headers.Authorization.ToString().StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
        && (request.Path.StartsWithSegments("/api") || request.Path.StartsWithSegments("/openapi"));

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!IsUsedBy(Request))
        {
            return AuthenticateResult.NoResult();
        }

        var secret = Request.Headers.Authorization.ToString()[Bearer.Length..].Trim();
        var owner =
            secret.StartsWith(AccessTokenSecret.Prefix, StringComparison.Ordinal) ? await MemberAsync(secret)
            : secret.StartsWith(AccessTokenSecret.OrganisationPrefix, StringComparison.Ordinal) ? await OrganisationAsync(secret)
            : null;
        return owner is null
            ? AuthenticateResult.Fail("The access token is unknown, expired or revoked.")
            : AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([owner], Name)), Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return RefusalProblems.ToProblem("sign-in-needed").ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        RefusalProblems.ToProblem("not-allowed").ExecuteAsync(Context);

    private async Task<Claim?> MemberAsync(string secret)
    {
        if (await members.OfTokenAsync(AccessTokenSecret.Hash(secret), Context.RequestAborted) is not { } token)
        {
            return null;
        }

        await use.OfMemberAsync(token.Id, token.LastUsedAt, Context.RequestAborted);
        (me.Known, me.Token) = (token.Member, token.Id);
        return new Claim(ClaimTypes.NameIdentifier, token.Member.Id.ToString());
    }

    private async Task<Claim?> OrganisationAsync(string secret)
    {
        if (await organisations.OfSecretAsync(secret, Context.RequestAborted) is not { } token)
        {
            return null;
        }

        await use.OfOrganisationAsync(token.Id, token.LastUsedAt, Context.RequestAborted);
        me.Organisation = token.Organisation;
        return new Claim("organisation", token.Organisation.ToString());
    }
}
