using System.ComponentModel.DataAnnotations;
using Fablab.Web.Api;
using Fablab.Web.Features.Members.SigningIn;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fablab.Web.Features.Members.FirstAdministrator;

/// <param name="Code">From the program's log.</param>
public sealed record FirstAdministratorRequest(
    [property: Required, StringLength(100)] string Code,
    [property: Required, EmailAddress, StringLength(256)] string Email,
    [property: Required, StringLength(100)] string DisplayName,
    [property: Required, StringLength(256)] string Password);

internal static class FirstAdministratorEndpoint
{
    public static void MapFirstAdministrator(this RouteGroupBuilder api) => api
        .MapPost("/first-administrator", HandleAsync)
        .AllowAnonymous()
        .RequireRateLimiting(SignInLimit.Policy)
        .WithTags("members")
        .WithName("CreateFirstAdministrator")
        .WithSummary("Make the account of the first administrator, with the code from the log")
        .WithRefusals("account-refused", "not-found");

    private static async Task<Results<NoContent, ProblemHttpResult>> HandleAsync(
        FirstAdministratorRequest request, CreateFirstAdministrator create, CancellationToken ct)
    {
        var result = await create.ExecuteAsync(request.Code, request.Email, request.DisplayName, request.Password, ct);
        return result.Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), refusal => refusal.ToProblem());
    }
}
