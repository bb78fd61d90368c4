using Fablab.Web.Components;
using Fablab.Web.Features.Members.FirstAdministrator;
using Fablab.Web.Features.Members.SigningIn;
using Microsoft.AspNetCore.Mvc;

namespace Fablab.Web.Features.Members.Accounts;

/// <summary>Pages for people who are not signed in: a forgotten password, and links of mails. Opening a link changes nothing; the button does.</summary>
internal static class AccountEntryPages
{
    public static void MapAccountEntry(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/forgotten-password", () => (IResult)PageResults.Page<ForgottenPasswordPage>(new { })).AllowAnonymous();
        pages.MapPost("/forgotten-password", ForgottenAsync).AllowAnonymous().RequireRateLimiting(SignInLimit.Policy);
        pages.MapGet(PasswordReset.PageAddress + "/{key}", AskPasswordAsync).AllowAnonymous();
        pages.MapPost(PasswordReset.PageAddress + "/{key}", SetPasswordAsync).AllowAnonymous().RequireRateLimiting(SignInLimit.Policy);
        pages.MapGet(AddressConfirmation.PageAddress + "/{key}", (string key) => (IResult)PageResults.Page<ConfirmAddressPage>(new { Key = key })).AllowAnonymous();
        pages.MapPost(AddressConfirmation.PageAddress + "/{key}", ConfirmAsync).AllowAnonymous().RequireRateLimiting(SignInLimit.Policy);
        pages.MapGet(AddressUndo.LinkAddress + "/{key}", AskUndoAsync).AllowAnonymous();
        pages.MapPost(AddressUndo.LinkAddress + "/{key}", UndoAsync).AllowAnonymous().RequireRateLimiting(SignInLimit.Policy);
    }

    private static async Task<IResult> ForgottenAsync([FromForm] string? email, PasswordReset reset, CancellationToken ct)
    {
        await reset.AskAsync(email?.Trim() ?? "", ct);
        return PageResults.Page<ForgottenPasswordPage>(new { IsAsked = true });
    }

    private static async Task<IResult> AskPasswordAsync(string key, PasswordReset reset, CancellationToken ct) =>
        PageResults.Page<ResetPasswordPage>(new { Key = key, IsOver = !await reset.IsGoodAsync(key, ct) });

    private static async Task<IResult> SetPasswordAsync(string key, [FromForm] string? password, PasswordReset reset, KnownBrowser known, HttpContext http, CancellationToken ct)
    {
        var result = await reset.SetAsync(key, password ?? "", ct);
        if (result.TryGet(out var account, out _))
        {
            // Its owner signs in here whatever others guess meanwhile.
            known.Remember(http, account.Id);
        }

        return result.Match<IResult>(
            _ => PageResults.Page<SignInPage>(new { Done = "password" }),
            refusal => PageResults.Page<ResetPasswordPage>(
                new { Key = key, IsOver = refusal is not AccountRefused, Reasons = (refusal as AccountRefused)?.Reasons ?? [] }, StatusCodes.Status422UnprocessableEntity));
    }

    private static async Task<IResult> ConfirmAsync(string key, [FromForm] string? password, AddressConfirmation confirmation, CancellationToken ct)
    {
        var outcome = await confirmation.ConfirmAsync(key, password ?? "", ct);
        return outcome is ConfirmationOutcome.Confirmed
            ? PageResults.Page<SignInPage>(new { Done = "address" })
            : PageResults.Page<ConfirmAddressPage>(new { Key = key, Outcome = outcome }, StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> AskUndoAsync(string key, AddressUndo undo, CancellationToken ct) =>
        PageResults.Page<UndoAddressPage>(new { Key = key, Old = await undo.ReadAsync(key, ct) });

    private static async Task<IResult> UndoAsync(string key, AddressUndo undo, CancellationToken ct) => await undo.UndoAsync(key, ct)
        ? PageResults.Page<SignInPage>(new { Done = "address-restored" })
        : PageResults.Page<UndoAddressPage>(new { Key = key }, StatusCodes.Status422UnprocessableEntity);
}
