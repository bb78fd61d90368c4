using Fablab.Domain.Members;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Fablab.Web.Features.Members.SigningIn;

internal static class SignInPages
{
    public const string CodePage = "/sign-in/code";

    public static void MapSignIn(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(MembersFeature.SignInPage, Show).AllowAnonymous();
        pages.MapPost(MembersFeature.SignInPage, SignInAsync).AllowAnonymous().RequireRateLimiting(SignInLimit.Policy);
        pages.MapGet(CodePage, AskCodeAsync).AllowAnonymous();
        pages.MapPost(CodePage, TakeCodeAsync).AllowAnonymous().RequireRateLimiting(SignInLimit.Policy);
        pages.MapPost("/sign-out", SignOutAsync).AllowAnonymous();
    }

    private static IResult Show(string? returnUrl, CurrentMember me) =>
        me.IsSignedIn ? Go.To(returnUrl) : PageResults.Page<SignInPage>(new { ReturnUrl = returnUrl });

    private static async Task<IResult> SignInAsync(
        [FromForm] string? email, [FromForm] string? password, [FromForm] string? returnUrl, SignInWithPassword signIn, StartBrowser start, HttpContext http, CancellationToken ct)
    {
        var result = await signIn.CheckPasswordAsync(email ?? "", password ?? "", ct);
        if (!result.TryGet(out var account, out var refusal))
        {
            return PageResults.Page<SignInPage>(new { ReturnUrl = returnUrl, Email = email, Refused = refusal.Code }, StatusCodes.Status422UnprocessableEntity);
        }

        return await start.GoOnAsync(http, account, isStrong: false, isConfirmed: true, returnUrl, ct);
    }

    private static async Task<IResult> AskCodeAsync(string? returnUrl, HttpContext http) =>
        await HalfSignedIn.ReadAsync(http) is null ? Go.To(MembersFeature.SignInPage) : PageResults.Page<SignInCodePage>(new { ReturnUrl = returnUrl });

    private static async Task<IResult> TakeCodeAsync(
        [FromForm] string? code, [FromForm] string? returnUrl, UserManager<Account> accounts, SignInWithPassword signIn, StartBrowser start, HttpContext http, CancellationToken ct)
    {
        if (await HalfSignedIn.ReadAsync(http) is not var (id, stamp) || await accounts.FindByIdAsync(id.ToString()) is not { } account || account.SecurityStamp != stamp)
        {
            return Go.To(MembersFeature.SignInPage);
        }

        if ((await signIn.CheckCodeAsync(account, code ?? "", ct)).Refusal is not null)
        {
            return PageResults.Page<SignInCodePage>(new { ReturnUrl = returnUrl, HasFailed = true }, StatusCodes.Status422UnprocessableEntity);
        }

        await HalfSignedIn.ForgetAsync(http);
        await start.ExecuteAsync(http, account, isStrong: true, ct);
        return Go.To(returnUrl);
    }

    private static async Task<IResult> SignOutAsync(BrowserSessions sessions, HttpContext http, CancellationToken ct)
    {
        await sessions.EndThisAsync(ct);

        // Nobody who goes back in this browser sees what the cache kept.
        http.Response.Headers[HeaderNames.CacheControl] = "no-store";
        return Go.To(MembersFeature.SignInPage);
    }
}

/// <summary>Signs in the browser of who has proved to be the account's owner.</summary>
internal sealed class StartBrowser(BrowserSessions sessions, KnownBrowser known)
{
    /// <summary>After the password or a provider: asks for the code of an account that has a second factor, and lets in otherwise.</summary>
    /// <param name="isStrong">By two factors already, so no code is asked for.</param>
    /// <param name="isConfirmed">They showed themselves just now.</param>
    public async Task<IResult> GoOnAsync(HttpContext http, Account account, bool isStrong, bool isConfirmed, string? returnUrl, CancellationToken ct)
    {
        if (SecondFactor.IsOn(account) && !isStrong)
        {
            await HalfSignedIn.RememberAsync(http, account);
            return Go.To($"{SignInPages.CodePage}?returnUrl={Uri.EscapeDataString(returnUrl ?? "")}");
        }

        await ExecuteAsync(http, account, isStrong, ct, isConfirmed);
        return Go.To(returnUrl);
    }

    /// <param name="isStrong">By two factors.</param>
    public async Task ExecuteAsync(HttpContext http, Account account, bool isStrong, CancellationToken ct, bool isConfirmed = true)
    {
        known.Remember(http, account.Id);
        await sessions.StartAsync(new MemberId(account.Id), isStrong, isConfirmed, ct);
    }
}
