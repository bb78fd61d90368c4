using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Fablab.Web.Hosting;

/// <summary>
/// Headers of every answer. Script and style come from files of ours only, so text that slipped into a page cannot run.
/// Whatever is answered to somebody signed in is kept out of caches.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next, IOptions<WebOptions> web)
{
    public const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Also links of mails, which speak for somebody who is not signed in, and the certificate of whoever shows its code.</summary>
    private static readonly string[] Private =
    [
        "/api", "/kiosk", "/feeds", "/sign-in", "/offers", "/spending", "/guardian", "/invitation", "/organisation-invitations", "/reset-password", "/confirm-address", "/change-address",
        "/undo-address", "/certificates",
    ];

    private readonly bool isHttps = web.Value.IsHttps;

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state =>
        {
            var (http, isHttps) = ((HttpContext, bool))state;
            Write(http, isHttps);
            return Task.CompletedTask;
        }, (context, isHttps));
        return next(context);
    }

    private static void Write(HttpContext context, bool isHttps)
    {
        var headers = context.Response.Headers;
        headers.TryAdd(HeaderNames.ContentSecurityPolicy, ContentPolicy);
        headers.TryAdd(HeaderNames.XContentTypeOptions, "nosniff");
        headers.TryAdd("Referrer-Policy", "same-origin");
        headers.TryAdd("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
        headers.TryAdd("Cross-Origin-Opener-Policy", "same-origin");
        if (isHttps)
        {
            headers.TryAdd(HeaderNames.StrictTransportSecurity, "max-age=31536000");
        }

        var isPrivate = IsPrivate(context.Request.Path);
        if (isPrivate || context.User.Identity is { IsAuthenticated: true })
        {
            headers.TryAdd(HeaderNames.CacheControl, "no-store");
        }

        if (isPrivate)
        {
            // A link that somebody passed on is not to be found by its names.
            headers.TryAdd("X-Robots-Tag", "noindex");
        }
    }

    private static bool IsPrivate(PathString path) => Array.Exists(Private, start => path.StartsWithSegments(start));
}
