using Fablab.Domain.Presence;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members.Accounts;
using Fablab.Web.Features.Members.FirstAdministrator;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.Members.SigningInElsewhere;
using Fablab.Web.Features.Presence.Identifying;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Fablab.Web.Features.Members.Securing;

/// <summary>
/// What protects an account: browsers that are signed in, password, second factor, passkeys. Changing the last three asks for the
/// password first, unless it was given within the last minutes.
/// </summary>
internal static class SecurityPages
{
    public const string Address = "/account/security";

    private const string ConfirmAddress = "/account/confirm";

    /// <summary>Where somebody proves to be there before they go on.</summary>
    public static string ConfirmFor(string address) => $"{ConfirmAddress}?returnUrl={Uri.EscapeDataString(address)}";

    /// <summary>The same with all that the account asks for (<see cref="ChangesOfProtection"/>).</summary>
    public static string ConfirmStronglyFor(string address) => $"{ConfirmFor(address)}&strong=true";

    public static void MapSecurity(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Address, (string? done, SecurityPageModel page, CancellationToken ct) => page.ShowAsync(ct, done: done));
        pages.MapPost($"{Address}/browsers", EndBrowsersAsync);
        pages.MapGet(ConfirmAddress, AskPasswordAsync);
        pages.MapPost(ConfirmAddress, ConfirmAsync).RequireRateLimiting(SignInLimit.Policy);
        pages.MapPost($"{ConfirmAddress}/passkey", Passkeys.ConfirmAsync).RequireRateLimiting(SignInLimit.Policy);
        var changing = pages.MapGroup("").AddEndpointFilter(AskToConfirmAsync);
        changing.MapPost($"{Address}/password", ChangePasswordAsync);
        changing.MapGet($"{Address}/second-factor", (CurrentMember me) => ShowKey(me, null, false));
        changing.MapPost($"{Address}/second-factor", TurnOnAsync);
        changing.MapPost($"{Address}/second-factor/off", TurnOffAsync);
        changing.MapPost($"{Address}/recovery-codes", RenewCodesAsync);
        changing.MapPost($"{Address}/kiosk-pin", SetKioskPinAsync);
        changing.MapPasskeyChanges();
        changing.MapSignInLinks();
    }

    private static async ValueTask<object?> AskToConfirmAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var changes = context.HttpContext.RequestServices.GetRequiredService<ChangesOfProtection>();
        return await changes.AreAllowedAsync(context.HttpContext.RequestAborted) ? await next(context) : Go.To(ConfirmStronglyFor(Address));
    }

    private static async Task<IResult> EndBrowsersAsync([FromForm] Guid? end, CurrentMember me, BrowserSessions sessions, CancellationToken ct)
    {
        if (end is { } one)
        {
            await sessions.EndOneAsync(me.Id, one, ct);
        }
        else
        {
            await sessions.EndAllAsync(me.Id, exceptThis: true, ct);
        }

        return Go.To($"{Address}?done=browsers");
    }

    /// <param name="strong">By more than a password, where the account has more.</param>
    private static Task<IResult> AskPasswordAsync(string? returnUrl, bool? strong, ConfirmPageModel page, CancellationToken ct) =>
        page.ShowAsync(returnUrl, strong == true, hasFailed: false, asksForCode: false, ct);

    private static async Task<IResult> ConfirmAsync(
        [FromForm] string? password, [FromForm] string? code, [FromForm] string? returnUrl, [FromForm] bool? strong, CurrentMember me, SignInWithPassword signIn, BrowserSessions sessions,
        ConfirmPageModel page, CancellationToken ct)
    {
        var result = await signIn.CheckAsync(me.Member.Email, password ?? "", code, ct);
        if (!result.TryGet(out var account, out var refusal))
        {
            return await page.ShowAsync(returnUrl, strong == true, hasFailed: true, refusal is SecondFactorNeeded || code is not null, ct);
        }

        await sessions.ConfirmAsync(ct);
        if (SecondFactor.IsOn(account))
        {
            await sessions.StrengthenAsync(ct);
        }

        return Go.To(returnUrl);
    }

    private static async Task<IResult> ChangePasswordAsync([FromForm] string? password, CurrentMember me, ChangePassword change, SecurityPageModel page, CancellationToken ct)
    {
        var result = await change.SetAsync(me.Id, password ?? "", "password-changed", keepsThisBrowser: true, ct);
        return result.Refusal is AccountRefused refused ? await page.ShowAsync(ct, reasons: refused.Reasons) : Go.To($"{Address}?done=password");
    }

    private static async Task<IResult> SetKioskPinAsync([FromForm] string? pin, [FromForm] string? remove, ChooseKioskPin choose, SecurityPageModel page, CancellationToken ct)
    {
        if (remove is not null)
        {
            await choose.RemoveAsync(ct);
            return Go.To($"{Address}?done=pin-removed");
        }

        return await choose.SetAsync(pin ?? "", ct) is { } lack ? await page.ShowAsync(ct, pinLack: lack) : Go.To($"{Address}?done=pin");
    }

    private static IResult ShowKey(CurrentMember me, string? key, bool hasFailed)
    {
        var secret = key ?? SecondFactor.NewKey();
        return PageResults.Page<SecondFactorPage>(
            new { Key = secret, Link = SecondFactor.AddressOf(secret, me.Member.Email), HasFailed = hasFailed },
            hasFailed ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    private static async Task<IResult> TurnOnAsync(
        [FromForm] string? key, [FromForm] string? code, CurrentMember me, SecondFactor factor, BrowserSessions sessions, SecurityPageModel page, CancellationToken ct)
    {
        if (!SecondFactor.IsKey(key))
        {
            return Go.To($"{Address}/second-factor");
        }

        if (await factor.TurnOnAsync(me.Id.Value, key!, (code ?? "").Replace(" ", "", StringComparison.Ordinal), ct) is not { } codes)
        {
            return ShowKey(me, key, true);
        }

        await sessions.StrengthenAsync(ct);
        return await page.ShowAsync(ct, codes: codes);
    }

    private static async Task<IResult> TurnOffAsync(CurrentMember me, SecondFactor factor, CancellationToken ct)
    {
        await factor.TurnOffAsync(me.Id.Value, ct);
        return Go.To($"{Address}?done=factor-off");
    }

    private static async Task<IResult> RenewCodesAsync(CurrentMember me, SecondFactor factor, SecurityPageModel page, CancellationToken ct) =>
        await page.ShowAsync(ct, codes: await factor.RenewRecoveryCodesAsync(me.Id.Value, ct));
}

/// <summary>Puts the page together on which somebody proves to be there.</summary>
internal sealed class ConfirmPageModel(CurrentMember me, UserManager<Account> accounts, SignInLinks links, ChangesOfProtection changes)
{
    /// <param name="isStrong">A password alone does not do, where the account has more.</param>
    /// <param name="asksForCode">In any case.</param>
    public async Task<IResult> ShowAsync(string? returnUrl, bool isStrong, bool hasFailed, bool asksForCode, CancellationToken ct)
    {
        var account = await accounts.FindByIdAsync(me.Id.ToString());
        var hasCode = asksForCode || (account is not null && SecondFactor.IsOn(account));
        return PageResults.Page<ConfirmPage>(
            new
            {
                ReturnUrl = returnUrl,
                IsStrong = isStrong,
                AsksForCode = hasCode,
                HasPassword = account?.PasswordHash is not null,
                TakesPassword = account?.PasswordHash is not null && (hasCode || !isStrong || !await changes.HasMoreThanAPasswordAsync(ct)),
                TakesPasskey = account is not null && (await accounts.GetPasskeysAsync(account)).Count > 0,
                HasFailed = hasFailed,
                Providers = await links.ProvidersOfAsync(me.Id, ct),
            },
            hasFailed ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }
}

/// <summary>Puts the page together.</summary>
internal sealed class SecurityPageModel(
    CurrentMember me, BrowserSessions sessions, UserManager<Account> accounts, SignInLinks links, OpenIdProviders providers, ChooseKioskPin pins,
    Microsoft.Extensions.Options.IOptions<Hosting.WebOptions> web, NodaTime.IDateTimeZoneProvider zones)
{
    /// <param name="codes">Recovery codes that were just made, shown this once.</param>
    /// <param name="reasons">What is wrong with a new password.</param>
    /// <param name="pinLack">What is wrong with a new PIN.</param>
    public async Task<IResult> ShowAsync(CancellationToken ct, string? done = null, IReadOnlyList<string>? codes = null, IReadOnlyList<string>? reasons = null, PinLack? pinLack = null)
    {
        var account = await accounts.FindByIdAsync(me.Id.ToString()) ?? throw new InvalidOperationException("Who is signed in has an account.");
        var passkeys = await accounts.GetPasskeysAsync(account);
        return PageResults.Page<SecurityPage>(
            new
            {
                Sessions = (IReadOnlyList<BrowserSessionRow>)await sessions.ListAsync(me.Id, ct),
                ThisOne = sessions.ThisOne,
                HasSecondFactor = SecondFactor.IsOn(account),
                CodesLeft = account.RecoveryCodes.Count,
                Codes = codes ?? [],
                Reasons = reasons ?? [],
                Passkeys = (IReadOnlyList<PasskeyView>)[.. passkeys.Select(PasskeyView.Of)],
                Providers = providers.All,
                Links = (IReadOnlyList<SignInLinkRow>)await links.ListAsync(me.Id, ct),
                HasPin = await pins.HasOneAsync(ct),
                PinLack = pinLack,
                Done = done,
                Zone = zones[web.Value.TimeZone],
            },
            reasons is null && pinLack is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}
