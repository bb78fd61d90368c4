using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Members.SigningIn;

/// <summary>
/// A browser in which an account was signed in once keeps a cookie that says so. Its attempts are counted apart from those of
/// strangers, so that who guesses at an account from elsewhere cannot lock its owner out.
/// </summary>
internal sealed class KnownBrowser(IDataProtectionProvider protection, IOptions<PasswordSignInOptions> options, IOptions<WebOptions> web) : IDisposable
{
    private const int NonceLength = 16;

    private static readonly TimeSpan Life = TimeSpan.FromDays(365);

    private readonly string cookie = web.Value.IsHttps ? "__Host-fablab-known" : "fablab-known";

    private readonly IDataProtector protector = protection.CreateProtector("known-browser");

    private readonly PartitionedRateLimiter<string> attempts = PartitionedRateLimiter.Create<string, string>(nonce => RateLimitPartition.GetFixedWindowLimiter(
        nonce,
        _ => new FixedWindowRateLimiterOptions { PermitLimit = options.Value.WrongPasswordsBeforePause, Window = TimeSpan.FromMinutes(options.Value.PauseMinutes) }));

    /// <returns>Whether this browser is known to the account and has not guessed too often itself.</returns>
    public bool MayTry(HttpContext http, Guid account) => NonceOf(http, account) is { } nonce && attempts.AttemptAcquire(nonce).IsAcquired;

    public void Remember(HttpContext http, Guid account)
    {
        if (NonceOf(http, account) is not null)
        {
            return;
        }

        var known = protector.Protect([.. account.ToByteArray(), .. RandomNumberGenerator.GetBytes(NonceLength)]);
        http.Response.Cookies.Append(cookie, Convert.ToHexString(known), new CookieOptions
        {
            HttpOnly = true, Secure = web.Value.IsHttps, SameSite = SameSiteMode.Lax, MaxAge = Life, Path = "/", IsEssential = true,
        });
    }

    public void Dispose() => attempts.Dispose();

    private string? NonceOf(HttpContext http, Guid account)
    {
        try
        {
            return http.Request.Cookies[cookie] is { } sent
                && protector.Unprotect(Convert.FromHexString(sent)) is { Length: 16 + NonceLength } known
                && new Guid(known.AsSpan(0, 16)) == account
                ? Convert.ToHexString(known.AsSpan(16))
                : null;
        }
        catch (Exception error) when (error is CryptographicException or FormatException)
        {
            return null;
        }
    }
}
