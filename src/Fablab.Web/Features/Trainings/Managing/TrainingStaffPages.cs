using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations;
using Fablab.Web.Features.Trainings.Browsing;
using Fablab.Web.Features.Trainings.Courses;
using Fablab.Web.Features.Trainings.Sessions;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Trainings.Managing;

/// <summary>What staff of a site do about trainings: authorise members, and plan sessions.</summary>
internal static class TrainingStaffPages
{
    public static void MapTrainingStaffPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/sites/{code}/authorisations", (string code, SiteAuthorisations page, CancellationToken ct) => page.ShowAsync(code, null, null, ct));
        pages.MapPost("/sites/{code}/authorisations", SayAsync);
        pages.MapGet("/sites/{code}/trainings/plan", async (string code, FablabDb db, ReadCourses courses, MemberNames names, CurrentMember me, CancellationToken ct) =>
            await SiteAsync(code, db, me, ct) is { } site ? await ShowAsync(site, new PlanForm(), null, courses, names, ct) : PageResults.NotFound());
        pages.MapPost("/sites/{code}/trainings/plan", PlanAsync);
    }

    private static async Task<IResult> SayAsync(string code, HttpContext http, SiteAuthorisations page, CancellationToken ct)
    {
        var posted = await http.Request.ReadFormAsync(ct);
        var (email, reason) = (posted["email"].ToString(), posted["reason"].ToString().Trim());
        var refusal = posted.ContainsKey("email")
            ? await page.GrantAsync(email, posted["what"].ToString(), ct)
            : await page.SayAsync(
                Guid.TryParse(posted["member"], out var member) ? member : Guid.Empty, posted["machine"].ToString(), posted["act"].ToString(),
                reason.Length == 0 ? null : StorableText.Of(reason[..Math.Min(reason.Length, 500)]), ct);
        return refusal is null ? Go.To($"/sites/{code}/authorisations") : await page.ShowAsync(code, email, refusal, ct);
    }

    private static async Task<IResult> PlanAsync(
        string code, HttpContext http, FablabDb db, PlanSessions plan, ReadCourses courses, MemberNames names, IdempotentRequest idempotent, CurrentMember me,
        IDateTimeZoneProvider zones, CancellationToken ct)
    {
        if (await SiteAsync(code, db, me, ct) is not { } site)
        {
            return PageResults.NotFound();
        }

        var form = PlanForm.Read(await http.Request.ReadFormAsync(ct));
        if (form.ToRequest(code, zones[site.TimeZone]) is not { } request)
        {
            return await ShowAsync(site, form, "Unreadable", courses, names, ct);
        }

        idempotent.Begin(me.Id, form.Key, http.Request, form);
        return (await idempotent.OnceAsync(() => plan.PlanAsync(request, ct), planned => planned.Value)).TryGet(out var id, out var refusal)
            ? Go.To($"{TrainingPages.Address}/{id}")
            : refusal is NoSuchThing { What: "trainer" } ? await ShowAsync(site, form, "NotTaught", courses, names, ct) : PageResults.NotFound();
    }

    private static async Task<IResult> ShowAsync(SiteRow site, PlanForm form, string? problem, ReadCourses courses, MemberNames names, CancellationToken ct)
    {
        var recognised = (await courses.OpenAsync(ct)).Where(course => course.Sites.Contains(site.Id)).ToList();
        return PageResults.Page<PlanPage>(
            new { Site = site, Courses = recognised, Trainers = await names.OfAsync(recognised.SelectMany(course => course.Trainers), ct), Form = form, Problem = problem },
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<SiteRow?> SiteAsync(string code, FablabDb db, CurrentMember me, CancellationToken ct)
    {
        code = StorableText.Of(code);
        return await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct) is { } site && me.May(Right.EditCourses, Subject.At(site.Id)) ? site : null;
    }
}
