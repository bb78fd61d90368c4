using System.Globalization;
using Fablab.Web.Features.Members;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.Primitives;

namespace Fablab.Web.Components;

/// <summary>The account decides, then the cookie, then the browser.</summary>
internal sealed class LanguageChoice : RequestCultureProvider
{
    public override Task<ProviderCultureResult?> DetermineProviderCultureResult(HttpContext httpContext)
    {
        var account = httpContext.RequestServices.GetRequiredService<CurrentMember>().Known?.Language;
        var chosen = Language.Of(account) ?? Language.Of(httpContext.Request.Cookies[Language.Cookie]) ?? FromBrowser(httpContext.Request);
        return Task.FromResult(chosen is null ? null : new ProviderCultureResult(new StringSegment(chosen.Name)));
    }

    private static CultureInfo? FromBrowser(HttpRequest request) => request.GetTypedHeaders().AcceptLanguage
        .OrderByDescending(wanted => wanted.Quality ?? 1)
        .Select(wanted => Language.Of(wanted.Value.ToString().Split('-')[0].ToLowerInvariant()))
        .FirstOrDefault(culture => culture is not null);
}
