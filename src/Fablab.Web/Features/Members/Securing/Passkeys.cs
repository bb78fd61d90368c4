using System.Buffers.Text;
using Fablab.Domain.Members;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.Members.SigningInElsewhere;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.People.Suspending;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace Fablab.Web.Features.Members.Securing;

/// <summary>A passkey as its owner sees it.</summary>
/// <param name="Id">Names it in forms.</param>
public sealed record PasskeyView(string Id, string Name, Instant CreatedAt)
{
    public static PasskeyView Of(UserPasskeyInfo passkey) => new(Base64Url.EncodeToString(passkey.CredentialId), passkey.Name ?? "", Instant.FromDateTimeOffset(passkey.CreatedAt));
}

/// <summary>
/// Passkeys (WebAuthn): the framework makes the challenge and checks the answer, <c>passkey.js</c> asks the browser. They are asked to
/// know their user, so one of them is two factors, and neither a password nor a code is asked for beside it.
/// </summary>
internal static class Passkeys
{
    private const int LongestName = 60;
    private const int MostOfOne = 20;

    /// <summary>For who is signed in and has confirmed it.</summary>
    public static void MapPasskeyChanges(this IEndpointRouteBuilder pages)
    {
        pages.MapPost($"{SecurityPages.Address}/passkeys/options", CreationOptionsAsync);
        pages.MapPost($"{SecurityPages.Address}/passkeys", AddAsync);
        pages.MapPost($"{SecurityPages.Address}/passkeys/remove", RemoveAsync);
    }

    /// <summary>For visitors.</summary>
    public static void MapPasskeySignIn(this IEndpointRouteBuilder pages)
    {
        pages.MapPost("/sign-in/passkey/options", RequestOptionsAsync).AllowAnonymous().RequireRateLimiting(SignInLimit.Policy);
        pages.MapPost("/sign-in/passkey", SignInAsync).AllowAnonymous().RequireRateLimiting(SignInLimit.Policy);
    }

    private static async Task<IResult> CreationOptionsAsync(CurrentMember me, SignInManager<Account> signIn) => Json(await signIn.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity
    {
        Id = me.Id.ToString(), Name = me.Member.Email, DisplayName = me.Member.DisplayName,
    }));

    private static async Task<IResult> AddAsync(
        [FromForm] string? credential, [FromForm] string? name, CurrentMember me, UserManager<Account> accounts, SignInManager<Account> signIn, BrowserSessions sessions, SecurityAudit audit,
        CancellationToken ct)
    {
        if (await TryAsync(credential, signIn.PerformPasskeyAttestationAsync) is not { Succeeded: true } result || result.UserEntity.Id != me.Id.ToString() || await accounts.FindByIdAsync(me.Id.ToString()) is not { } account)
        {
            return Go.To($"{SecurityPages.Address}?done=passkey-failed");
        }

        if ((await accounts.GetPasskeysAsync(account)).Count >= MostOfOne)
        {
            return Go.To($"{SecurityPages.Address}?done=passkey-too-many");
        }

        var called = (name ?? "").Trim();
        result.Passkey.Name = StorableText.Of(called.Length > LongestName ? called[..LongestName] : called);
        if (!(await accounts.AddOrUpdatePasskeyAsync(account, result.Passkey)).Succeeded)
        {
            return Go.To($"{SecurityPages.Address}?done=passkey-failed");
        }

        await audit.WriteAsync(me.Id, "passkey-added", ct);
        await sessions.StrengthenAsync(ct);
        return Go.To($"{SecurityPages.Address}?done=passkey-added");
    }

    private static async Task<IResult> RemoveAsync([FromForm] string? remove, CurrentMember me, UserManager<Account> accounts, WaysIn ways, SecurityAudit audit, CancellationToken ct)
    {
        if (Base64Url.IsValid(remove ?? "") && await accounts.FindByIdAsync(me.Id.ToString()) is { } account)
        {
            var passkey = Base64Url.DecodeFromChars(remove);
            if (!await ways.HasOtherAsync(me.Id, link: null, passkey, ct))
            {
                return Go.To($"{SecurityPages.Address}?done=last-way-in");
            }

            await accounts.RemovePasskeyAsync(account, passkey);
            await audit.WriteAsync(me.Id, "passkey-removed", ct);
        }

        return Go.To($"{SecurityPages.Address}?done=passkey-removed");
    }

    private static async Task<IResult> RequestOptionsAsync(SignInManager<Account> signIn) => Json(await signIn.MakePasskeyRequestOptionsAsync(null));

    private static async Task<IResult> SignInAsync(
        [FromForm] string? credential, [FromForm] string? returnUrl, UserManager<Account> accounts, SignInManager<Account> signIn, StartBrowser start, FablabDb db, LabClock clock, HttpContext http,
        CancellationToken ct)
    {
        if (await TryAsync(credential, signIn.PerformPasskeyAssertionAsync) is not { Succeeded: true } result)
        {
            return PageResults.Page<SignInPage>(new { ReturnUrl = returnUrl, Refused = "passkey" }, StatusCodes.Status422UnprocessableEntity);
        }

        // With its new counter, by which a copied key is noticed.
        await accounts.AddOrUpdatePasskeyAsync(result.User, result.Passkey);
        if (await db.IsSuspendedEverywhereAsync(new MemberId(result.User.Id), clock.Now, ct))
        {
            return PageResults.Page<SignInPage>(new { ReturnUrl = returnUrl, Refused = "account-suspended" }, StatusCodes.Status422UnprocessableEntity);
        }

        await start.ExecuteAsync(http, result.User, isStrong: true, ct);
        return Go.To(returnUrl);
    }

    /// <summary>Who is signed in proves to be there, which is worth two factors.</summary>
    public static async Task<IResult> ConfirmAsync(
        [FromForm] string? credential, [FromForm] string? returnUrl, [FromForm] bool? strong, CurrentMember me, UserManager<Account> accounts, SignInManager<Account> signIn,
        BrowserSessions sessions, ConfirmPageModel page, CancellationToken ct)
    {
        if (await TryAsync(credential, signIn.PerformPasskeyAssertionAsync) is not { Succeeded: true } result || result.User.Id != me.Id.Value)
        {
            return await page.ShowAsync(returnUrl, strong == true, hasFailed: true, asksForCode: false, ct);
        }

        await accounts.AddOrUpdatePasskeyAsync(result.User, result.Passkey);
        await sessions.ConfirmAsync(ct);
        await sessions.StrengthenAsync(ct);
        return Go.To(returnUrl);
    }

    /// <returns><see langword="null"/> for no answer, or one to a challenge that we no longer know: a page that was gone back to, a cookie that ended.</returns>
    private static async Task<T?> TryAsync<T>(string? credential, Func<string, Task<T>> check)
        where T : class
    {
        try
        {
            return string.IsNullOrEmpty(credential) ? null : await check(credential);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static IResult Json(string options) => Results.Content(options, "application/json");
}

/// <summary>Writes down what was done to what protects an account.</summary>
internal sealed class SecurityAudit(FablabDb db, AuditTrail audit, LabClock clock)
{
    public Task WriteAsync(MemberId member, string action, CancellationToken ct) => LabTransaction.RunAsync(db, (Fablab.Domain.Machines.MachineId?)null, () =>
    {
        audit.Note(action, $"account/{member}", concerns: member, actor: member);
        db.SendMail(member, "security-changed", new Dictionary<string, string>(), clock.Now);
        return db.SaveChangesAsync(ct);
    }, ct);
}
