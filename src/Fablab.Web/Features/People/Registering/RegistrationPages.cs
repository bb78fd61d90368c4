using Fablab.Domain.Members;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Members.FirstAdministrator;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.People.Texts;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.People.Registering;

/// <summary>Coming by oneself: choose a site, fill in the form, and look into the mailbox.</summary>
internal static class RegistrationPages
{
    public const string Address = "/register";

    public static void MapRegistrationPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Address, ChooseAsync).AllowAnonymous();
        pages.MapGet(Address + "/{code}", AskAsync).AllowAnonymous();
        pages.MapPost(Address + "/{code}", RegisterAsync).AllowAnonymous().RequireRateLimiting(SignInLimit.Policy);
    }

    private static async Task<IResult> ChooseAsync(FablabDb db, CurrentMember me, CancellationToken ct)
    {
        if (me.IsSignedIn)
        {
            return Go.To("/");
        }

        var sites = await db.Sites.AsNoTracking().Where(site => site.Registration != RegistrationPolicy.Invitation).OrderBy(site => site.Name).ToListAsync(ct);
        return PageResults.Page<ChooseSitePage>(new { Sites = sites });
    }

    private static async Task<IResult> AskAsync(string code, FablabDb db, CurrentMember me, CancellationToken ct) =>
        me.IsSignedIn ? Go.To("/")
        : await SiteAsync(code, db, ct) is { } site ? PageResults.Page<RegisterPage>(new { Site = site })
        : PageResults.NotFound();

    private static async Task<IResult> RegisterAsync(string code, HttpContext http, FablabDb db, RegisterMember register, CancellationToken ct)
    {
        if (await SiteAsync(code, db, ct) is not { } site)
        {
            return PageResults.NotFound();
        }

        var posted = await http.Request.ReadFormAsync(ct);
        var (email, name) = (posted["email"].ToString().Trim(), posted["displayName"].ToString().Trim());
        var refusal = await register.ExecuteAsync(new Registration(site.Code, new AccountWish(email, name, posted["password"].ToString(), Language.Current), posted.Acceptance()), ct);
        return refusal is null
            ? PageResults.Page<RegisterPage>(new { Site = site, IsDone = true })
            : PageResults.Page<RegisterPage>(
                new { Site = site, Email = email, Name = name, Reasons = (refusal as AccountRefused)?.Reasons ?? [] }, StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<SiteRow?> SiteAsync(string code, FablabDb db, CancellationToken ct)
    {
        code = StorableText.Of(code);
        return await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code && row.Registration != RegistrationPolicy.Invitation, ct);
    }
}
