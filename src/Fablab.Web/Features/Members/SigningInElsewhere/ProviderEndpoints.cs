using Fablab.Web.Api;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Members.SigningInElsewhere;

/// <param name="Address">Where a browser begins; a program has no use for it but to open it in one.</param>
internal sealed record SignInProviderResponse(string Code, string Name, string Address);

/// <param name="Provider">Code of the provider.</param>
/// <param name="Shown">What its owner knows the sign-in by: usually a mail address.</param>
internal sealed record SignInLinkResponse(Guid Id, string Provider, string Shown, Instant LinkedAt, Instant LastUsedAt);

internal static class ProviderEndpoints
{
    public static void MapSignInProviders(this RouteGroupBuilder api)
    {
        api.MapGet("/sign-in/providers", List).AllowAnonymous().WithTags("members")
            .WithName("ListSignInProviders").WithSummary("At which providers one can sign in, besides the password and passkeys");
        api.MapGet("/members/me/sign-in-links", ListMineAsync).WithTags("members")
            .WithName("ListMySignInLinks").WithSummary("Sign-ins at providers that open my account; they are linked and unlinked on the security page alone");
    }

    private static Ok<IReadOnlyList<SignInProviderResponse>> List(OpenIdProviders providers) =>
        TypedResults.Ok<IReadOnlyList<SignInProviderResponse>>([.. providers.All.Select(provider => new SignInProviderResponse(provider.Code, provider.Name, provider.StartAddress))]);

    private static async Task<Ok<IReadOnlyList<SignInLinkResponse>>> ListMineAsync(SignInLinks links, CurrentMember me, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<SignInLinkResponse>>(
            [.. (await links.ListAsync(me.Id, ct)).Select(link => new SignInLinkResponse(link.Id, link.Provider, link.Shown, link.LinkedAt, link.LastUsedAt))]);
}
