using System.ComponentModel.DataAnnotations;
using Fablab.Domain;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Features.Members.FirstAdministrator;
using Fablab.Web.Features.Members.Securing;
using Fablab.Web.Features.Members.SigningIn;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Fablab.Web.Features.Members.Accounts;

/// <param name="Email">A mail with a link goes there.</param>
public sealed record AskAddressChangeRequest([property: Required, StringLength(256)] string Email);

/// <param name="Key">The last part of the link in the mail.</param>
public sealed record ChangeAddressRequest([property: Required, StringLength(2000)] string Key);

internal static class AddressChangePages
{
    public const string Address = "/account/address";

    public static void MapAddressChange(this RouteGroupBuilder api)
    {
        var address = api.MapGroup("/members/me/address-change").WithTags("members").WithRefusals("confirmation-needed");
        address.MapPost("/", AskAsync).RequireRateLimiting(SignInLimit.Policy)
            .WithName("AskAddressChange")
            .WithSummary("Send a link to the mail address that I want from now on; answers the same whether somebody has it, and takes no access token")
            .WithRefusals("account-refused", "too-many-address-changes");
        address.MapPost("/confirm", ConfirmAsync).RequireRateLimiting(SignInLimit.Policy)
            .WithName("ChangeAddress")
            .WithSummary("Take the new mail address with the key of the link, in a browser where I am signed in; links that were mailed before end")
            .WithRefusals("not-found");
    }

    public static void MapAddressChangePages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Address, ShowAsync);
        pages.MapPost(Address, AskOnPageAsync).RequireRateLimiting(SignInLimit.Policy);
        pages.MapGet(AddressChange.LinkAddress + "/{key}", OpenAsync);
        pages.MapPost(AddressChange.LinkAddress + "/{key}", ChangeAsync).RequireRateLimiting(SignInLimit.Policy);
    }

    private static async Task<Results<Accepted, ProblemHttpResult>> AskAsync(AskAddressChangeRequest request, AddressChange change, CancellationToken ct) =>
        await change.AskAsync(request.Email, ct) is { } refusal ? refusal.ToProblem() : TypedResults.Accepted((string?)null);

    private static async Task<Results<NoContent, ProblemHttpResult>> ConfirmAsync(ChangeAddressRequest request, AddressChange change, CancellationToken ct) =>
        await change.ChangeAsync(request.Key, ct) is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();

    private static async Task<IResult> ShowAsync(CurrentMember me, ChangesOfProtection protection, CancellationToken ct) =>
        await protection.AreAllowedAsync(ct) ? PageResults.Page<AddressPage>(new { Current = me.Member.Email }) : Go.To(SecurityPages.ConfirmStronglyFor(Address));

    private static async Task<IResult> AskOnPageAsync([FromForm] string? email, CurrentMember me, AddressChange change, CancellationToken ct)
    {
        var wanted = email?.Trim() ?? "";
        return await change.AskAsync(wanted, ct) switch
        {
            null => PageResults.Page<AddressPage>(new { Current = me.Member.Email, Wanted = wanted, IsAsked = true }),
            ConfirmationNeeded => Go.To(SecurityPages.ConfirmStronglyFor(Address)),
            var refusal => PageResults.Page<AddressPage>(
                new { Current = me.Member.Email, Wanted = wanted, Reasons = (refusal as AccountRefused)?.Reasons ?? [refusal.Code] }, RefusalTable.StatusOf(refusal)),
        };
    }

    private static async Task<IResult> OpenAsync(string key, AddressChange change, CancellationToken ct) =>
        PageResults.Page<ChangeAddressPage>(new { Key = key, Wanted = await change.ReadAsync(key, ct) });

    private static async Task<IResult> ChangeAsync(string key, AddressChange change, CancellationToken ct) =>
        await change.ChangeAsync(key, ct) is null
            ? Go.To($"{SecurityPages.Address}?done=address-changed")
            : PageResults.Page<ChangeAddressPage>(new { Key = key }, StatusCodes.Status422UnprocessableEntity);
}
