using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace Fablab.Web.Features.Members.SigningIn;

/// <summary>Between the right password and the right code: a short-lived cookie that says whose password it was, and opens nothing.</summary>
internal static class HalfSignedIn
{
    public const string Scheme = "HalfSignedIn";

    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    public static Task RememberAsync(HttpContext http, Guid account) => http.SignInAsync(
        Scheme,
        new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, account.ToString())], Scheme)));

    public static async Task<Guid?> ReadAsync(HttpContext http) =>
        Guid.TryParse((await http.AuthenticateAsync(Scheme)).Principal?.FindFirstValue(ClaimTypes.Name), out var id) ? id : null;

    public static Task ForgetAsync(HttpContext http) => http.SignOutAsync(Scheme);
}
