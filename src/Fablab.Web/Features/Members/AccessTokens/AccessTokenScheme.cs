using System.Security.Claims;
using System.Text.Encodings.Web;
using Fablab.Web.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Members.AccessTokens;

/// <summary><c>Authorization: Bearer fab_…</c>. Looked up at every request, so a revoked token is refused at once.</summary>
internal sealed class AccessTokenScheme(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, LoadMember members, CurrentMember me)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string Name = "AccessToken";

    private const string Bearer = "Bearer ";

    /// <summary>The request shows a token, so no cookie counts.</summary>
    public static bool IsUsedBy(HttpRequest request) => request.Headers.Authorization.ToString().StartsWith(Bearer, StringComparison.OrdinalIgnoreCase);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!IsUsedBy(Request))
        {
            return AuthenticateResult.NoResult();
        }

        var secret = Request.Headers.Authorization.ToString()[Bearer.Length..].Trim();
        if (!secret.StartsWith(AccessTokenSecret.Prefix, StringComparison.Ordinal))
        {
            return AuthenticateResult.Fail("This is no access token of the lab.");
        }

        var member = await members.OfTokenAsync(AccessTokenSecret.Hash(secret), Context.RequestAborted);
        if (member is null)
        {
            return AuthenticateResult.Fail("The access token is unknown, expired or revoked.");
        }

        me.Known = member;
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, member.Id.ToString())], Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return RefusalProblems.ToProblem("sign-in-needed").ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        RefusalProblems.ToProblem("not-allowed").ExecuteAsync(Context);
}
