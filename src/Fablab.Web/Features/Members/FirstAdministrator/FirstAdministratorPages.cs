using Fablab.Web.Components;
using Fablab.Web.Features.Members.SigningIn;
using Microsoft.AspNetCore.Mvc;

namespace Fablab.Web.Features.Members.FirstAdministrator;

/// <summary>The first page of an empty installation. Once there is an account it does not exist.</summary>
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
        CreateFirstAdministrator create, SignInWithPassword signIn, CancellationToken ct)
    {
        if (codes.Code is null)
        {
            return PageResults.NotFound();
        }

        var (address, name) = (email?.Trim() ?? "", displayName?.Trim() ?? "");
        var refused = address.Length == 0 || name.Length == 0
            ? "account-refused"
            : (await create.ExecuteAsync(code?.Trim() ?? "", address, name, password ?? "", ct)).Refusal?.Code;
        if (refused is not null)
        {
            return PageResults.Page<FirstAdministratorPage>(new { Refused = refused, Email = address, Name = name }, StatusCodes.Status422UnprocessableEntity);
        }

        await signIn.StartBrowserSessionAsync(address, password!);
        return Go.To("/");
    }
}
