using Fablab.Web.Components;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Fablab.Web.Features.Members.SigningIn;

internal static class SignInPages
{
    public static void MapSignIn(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(MembersFeature.SignInPage, Show).AllowAnonymous();
        pages.MapPost(MembersFeature.SignInPage, SignInAsync).AllowAnonymous().RequireRateLimiting(SignInLimit.Policy);
        pages.MapPost("/sign-out", SignOutAsync).AllowAnonymous();
    }

    private static IResult Show(string? returnUrl, CurrentMember me) =>
        me.IsSignedIn ? Go.To(returnUrl) : PageResults.Page<SignInPage>(new { ReturnUrl = returnUrl });

    private static async Task<IResult> SignInAsync(
        [FromForm] string? email, [FromForm] string? password, [FromForm] string? returnUrl, SignInWithPassword signIn)
    {
        var result = await signIn.StartBrowserSessionAsync(email ?? "", password ?? "");
        return result.Match<IResult>(
            _ => Go.To(returnUrl),
            _ => PageResults.Page<SignInPage>(new { ReturnUrl = returnUrl, Email = email, HasFailed = true }, StatusCodes.Status422UnprocessableEntity));
    }

    private static async Task<IResult> SignOutAsync(SignInWithPassword signIn, HttpContext http)
    {
        await signIn.EndBrowserSessionAsync();

        // Nobody who goes back in this browser sees what the cache kept.
        http.Response.Headers[HeaderNames.CacheControl] = "no-store";
        return Go.To(MembersFeature.SignInPage);
    }
}
