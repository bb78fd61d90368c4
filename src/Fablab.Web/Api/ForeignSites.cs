using Fablab.Web.Features.Members.AccessTokens;

namespace Fablab.Web.Api;

/// <summary>
/// A page of another site can make a browser send our cookie along, but cannot hide that it did: browsers say where a request
/// comes from (Fetch Metadata, and Origin before that). An access token is never sent by itself, so those requests are free.
/// </summary>
internal static class ForeignSites
{
    public static async ValueTask<object?> RefuseAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        return IsSafe(request.Method) || AccessTokenScheme.IsUsedBy(request) || IsOwn(request)
            ? await next(context)
            : RefusalProblems.ToProblem("foreign-site");
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static bool IsOwn(HttpRequest request) => (request.Headers["Sec-Fetch-Site"].ToString(), request.Headers.Origin.ToString()) switch
    {
        ({ Length: > 0 } from, _) => from is "same-origin" or "none",
        (_, { Length: > 0 } origin) => Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority == request.Host.Value,
        _ => true,   // no browser
    };
}
