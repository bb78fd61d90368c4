using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Features.MachineJobs;
using Fablab.Web.Features.MachineJobs.Uploading;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Trainings.Managing;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Components;

/// <summary>Remembers the language in the account of who is signed in, and in a cookie for everybody.</summary>
internal static class SwitchLanguageEndpoint
{
    private const int CookieDays = 400;

    public static void MapSwitchLanguage(this IEndpointRouteBuilder pages)
    {
        // A form that is sent along may bring a job file, or be as long as that of a course.
        var limit = pages.ServiceProvider.GetRequiredService<IOptions<MachineJobOptions>>().Value.LargestBytes + UploadJobEndpoint.OtherFieldsBytes;
        pages.MapPost("/language", HandleAsync).AllowAnonymous().WithMetadata(new RequestSizeLimitAttribute(limit)).WithFormOptions(valueCountLimit: CourseForm.MostFields, multipartBodyLengthLimit: limit);
    }

    /// <param name="form">Address of the form whose fields came along (<see cref="KeptForm"/>).</param>
    private static async Task<IResult> HandleAsync(
        [FromForm] string language, [FromForm] string? returnUrl, string? form, HttpContext http, CurrentMember me, FablabDb db, IOptions<WebOptions> web, CancellationToken ct)
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

        // Sent on as it came, so that the form is shown again with all that was typed.
        return form is not null && Go.IsOurs(form) ? TypedResults.LocalRedirect(form, permanent: false, preserveMethod: true) : Go.To(returnUrl);
    }
}
