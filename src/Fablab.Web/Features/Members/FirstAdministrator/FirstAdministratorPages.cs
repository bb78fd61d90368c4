using Fablab.Web.Components;
using Fablab.Domain;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members.Securing;
using Fablab.Web.Features.Members.SigningIn;
using Microsoft.AspNetCore.Mvc;

namespace Fablab.Web.Features.Members.FirstAdministrator;

/// <summary>The first page of a new installation. Once there is an administrator it does not exist.</summary>
internal static class FirstAdministratorPages
{
    private const string Address = "/first-administrator";

    public static void MapFirstAdministratorPage(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Address, (FirstAdministratorCode code) =>
            code.Code is null ? (IResult)PageResults.NotFound() : PageResults.Page<FirstAdministratorPage>(new { })).AllowAnonymous();
        pages.MapPost(Address, CreateAsync).AllowAnonymous().RequireRateLimiting(SignInLimit.Policy);
    }

    private static async Task<IResult> CreateAsync(
        [FromForm] string? code, [FromForm] string? email, [FromForm] string? displayName, [FromForm] string? password, FirstAdministratorCode codes,
        CreateFirstAdministrator create, StartBrowser start, StaffFactor factor, HttpContext http, CancellationToken ct)
    {
        if (codes.Code is null)
        {
            return PageResults.NotFound();
        }

        var (address, name) = (email?.Trim() ?? "", displayName?.Trim() ?? "");
        Result<Account> result = address.Length == 0 || name.Length == 0
            ? new AccountRefused(["address-invalid"])
            : await create.ExecuteAsync(code?.Trim() ?? "", address, name, password ?? "", ct);
        if (!result.TryGet(out var account, out var refusal))
        {
            return PageResults.Page<FirstAdministratorPage>(
                new { Refused = refusal.Code, Reasons = (refusal as AccountRefused)?.Reasons ?? [], Email = address, Name = name }, StatusCodes.Status422UnprocessableEntity);
        }

        await start.ExecuteAsync(http, account, isStrong: false, ct);

        // Their rights count once there is a second factor, so that is what comes next.
        return Go.To(factor.IsNeededOfStaff ? SecurityPages.Address : "/");
    }
}
