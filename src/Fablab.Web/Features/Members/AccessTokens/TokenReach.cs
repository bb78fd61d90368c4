using Fablab.Domain;
using Fablab.Web.Api;
using Microsoft.AspNetCore.Authorization;

namespace Fablab.Web.Features.Members.AccessTokens;

/// <summary>
/// Refuses a token what it is not for, before anything of the request is read. What the operation then asks of its member it asks all the
/// same. What says nothing of scopes is open to no token.
/// </summary>
internal static class TokenReach
{
    public static Task CheckAsync(HttpContext context, RequestDelegate next) =>
        AccessTokenScheme.IsUsedBy(context.Request) && context.GetEndpoint() is RouteEndpoint endpoint && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
            && RefusalOf(endpoint, context.RequestServices.GetRequiredService<CurrentMember>()) is { } refusal
            ? refusal.ToProblem().ExecuteAsync(context)
            : next(context);

    private static Refusal? RefusalOf(RouteEndpoint endpoint, CurrentMember me) => endpoint.Metadata.GetMetadata<OperationScope>() switch
    {
        null => new NotAllowed(),
        { IsOpenToOrganisations: false } when me.Organisation is not null => new NotForOrganisations(),
        { Scope: { } scope } when me.Known is { } member && !member.Scopes.Has(scope) => new ScopeMissing(scope),
        _ => null,
    };
}
