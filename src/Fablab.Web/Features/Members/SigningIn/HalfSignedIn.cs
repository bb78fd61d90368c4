using System.Security.Claims;
using Fablab.Web.Data.Rows;
using Microsoft.AspNetCore.Authentication;

namespace Fablab.Web.Features.Members.SigningIn;

/// <summary>Between the right password and the right code: a short-lived cookie that says whose password it was, and opens nothing. A new password ends it.</summary>
internal static class HalfSignedIn
{
    public const string Scheme = "HalfSignedIn";

    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private const string Stamp = "stamp";

    public static Task RememberAsync(HttpContext http, Account account) => http.SignInAsync(
        Scheme,
        new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, account.Id.ToString()), new Claim(Stamp, account.SecurityStamp ?? "")], Scheme)));

    public static async Task<(Guid Account, string Stamp)?> ReadAsync(HttpContext http)
    {
        var half = (await http.AuthenticateAsync(Scheme)).Principal;
        return Guid.TryParse(half?.FindFirstValue(ClaimTypes.Name), out var id) ? (id, half!.FindFirstValue(Stamp) ?? "") : null;
    }

    public static Task ForgetAsync(HttpContext http) => http.SignOutAsync(Scheme);
}
