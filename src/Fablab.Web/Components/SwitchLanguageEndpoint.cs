using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Components;

/// <summary>Remembers the language in the account of who is signed in, and in a cookie for everybody.</summary>
internal static class SwitchLanguageEndpoint
{
    private const int CookieDays = 400;

    public static void MapSwitchLanguage(this IEndpointRouteBuilder pages) => pages.MapPost("/language", HandleAsync).AllowAnonymous();

    private static async Task<IResult> HandleAsync(
        [FromForm] string language, [FromForm] string? returnUrl, HttpContext http, CurrentMember me, FablabDb db, IOptions<WebOptions> web, CancellationToken ct)
    {
        if (Language.Of(language) is null)
        {
            return TypedResults.BadRequest();
        }

        http.Response.Cookies.Append(Language.Cookie, language, new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = TimeSpan.FromDays(CookieDays),
            SameSite = SameSiteMode.Lax,
            Secure = web.Value.IsHttps,
        });
        if (me.Known is { Id: MemberId id })
        {
            await db.Users.Where(account => account.Id == id.Value).ExecuteUpdateAsync(set => set.SetProperty(account => account.Language, language), ct);
        }

        return Go.To(returnUrl);
    }
}
