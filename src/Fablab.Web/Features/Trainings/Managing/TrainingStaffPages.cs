using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
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
        pages.MapGet("/sites/{code}/authorisations", (
            string code, string? search, string? machine, string? category, string? state, string? days, string? after, SiteAuthorisations page, CancellationToken ct) =>
            page.ShowAsync(code, new AuthorisationQuery(search, machine, category, state, days), after, null, null, ct));
        pages.MapPost("/sites/{code}/authorisations", SayAsync);
        pages.MapGet("/sites/{code}/trainings/plan", async (string code, FablabDb db, ReadCourses courses, MemberNames names, CurrentMember me, CancellationToken ct) =>
            await SiteAsync(code, db, me, ct) is { } site ? await ShowAsync(site, new PlanForm(), [], null, courses, names, ct) : PageResults.NotFound());
        pages.MapPost("/sites/{code}/trainings/plan", PlanAsync);
        pages.MapGet(TrainingPages.Address + "/{id:guid}/edit", AskAsync);
        pages.MapPost(TrainingPages.Address + "/{id:guid}/edit", EditAsync);
    }

    private static async Task<IResult> SayAsync(string code, HttpContext http, SiteAuthorisations page, CancellationToken ct)
    {
        var posted = await http.Request.ReadFormAsync(ct);
        var (email, reason) = (posted["email"].ToString(), posted["reason"].ToString().Trim());
        if (posted.ContainsKey("email") && await page.OwnTermsAsync(email, posted["what"].ToString(), ct) is { } address)
        {
            return Go.To(address);
        }

        var refusal = posted.ContainsKey("email")
            ? await page.GrantAsync(email, posted["what"].ToString(), ct)
            : await page.SayAsync(
                Guid.TryParse(posted["member"], out var member) ? member : Guid.Empty, posted["machine"].ToString(), posted["act"].ToString(),
                reason.Length == 0 ? null : StorableText.Of(reason[..Math.Min(reason.Length, 500)]), ct);
        return refusal is null ? Go.To($"/sites/{code}/authorisations") : await page.ShowAsync(code, new AuthorisationQuery(null, null, null, null, null), null, email, refusal, ct);
    }

    private static async Task<IResult> PlanAsync(
        string code, HttpContext http, FablabDb db, PlanSessions plan, ReadCourses courses, MemberNames names, IdempotentRequest idempotent, CurrentMember me,
        IDateTimeZoneProvider zones, CancellationToken ct)
    {
        if (await SiteAsync(code, db, me, ct) is not { } site)
        {
            return PageResults.NotFound();
        }

        var posted = await http.Request.ReadFormAsync(ct);
        var form = PlanForm.Read(posted);
        List<string> wrong = [];
        if (posted["act"] != "save" || form.ToRequest(code, zones[site.TimeZone], wrong) is not { } request)
        {
            return await ShowAsync(site, form, wrong, null, courses, names, ct);
        }

        idempotent.Begin(me.Id, form.Key, http.Request, form);
        if ((await idempotent.OnceAsync(() => plan.PlanAsync(request, ct), planned => planned.Value)).TryGet(out var id, out var refusal))
        {
            return Go.To($"{TrainingPages.Address}/{id}");
        }

        return refusal switch
        {
            NoSuchThing { What: "trainer" } => await ShowAsync(site, form, ["trainer"], null, courses, names, ct),

            // Whoever went back and changed what they sent plans another one.
            IdempotencyKeyReused => await ShowAsync(site, form with { Key = Guid.NewGuid().ToString("N") }, [], refusal.Code, courses, names, ct),
            _ => PageResults.NotFound(),
        };
    }

    private static async Task<IResult> AskAsync(Guid id, SessionEditModel page, IDateTimeZoneProvider zones, CancellationToken ct) =>
        await page.FindAsync(id, ct) is { } found ? await page.ShowAsync(found, PlanForm.Of(found.Row, zones[found.Site.TimeZone]), [], null, ct) : PageResults.NotFound();

    private static async Task<IResult> EditAsync(Guid id, HttpContext http, SessionEditModel page, PlanSessions plan, IDateTimeZoneProvider zones, CancellationToken ct)
    {
        if (await page.FindAsync(id, ct) is not { } found)
        {
            return PageResults.NotFound();
        }

        var row = found.Row;
        var posted = await http.Request.ReadFormAsync(ct);
        var form = PlanForm.Read(posted) with { Course = row.Course.ToString() };
        List<string> wrong = [];
        if (posted["act"] != "save" || form.ToRequest(found.Site.Code, zones[found.Site.TimeZone], wrong, PlanForm.LongestOf(row)) is not { } typed)
        {
            return await page.ShowAsync(found, form, wrong, null, ct);
        }

        // The page says neither: the deadline stays as far before the start as it was.
        var request = typed with { Deadline = typed.Start - (row.Start - row.Deadline), Currency = row.Price.Currency };
        var refusal = (await plan.EditAsync(row.Id, request, VersionTag.Of(form.Version ?? 0), ct)).Refusal;
        return refusal switch
        {
            null => Go.To($"{TrainingPages.Address}/{id}"),
            NoSuchThing { What: "trainer" } => await page.ShowAsync(found, form, ["trainer"], null, ct),
            SeatsInUse => await page.ShowAsync(found, form, ["seats"], null, ct),
            StaleVersion or TrainingClosed => await page.ShowAsync(found, form, [], refusal.Code, ct),
            _ => PageResults.NotFound(),
        };
    }

    private static async Task<IResult> ShowAsync(SiteRow site, PlanForm form, IReadOnlyList<string> wrong, string? refused, ReadCourses courses, MemberNames names, CancellationToken ct)
    {
        var recognised = (await courses.OpenAsync(ct)).Where(course => course.Sites.Contains(site.Id)).ToList();
        return PageResults.Page<PlanPage>(
            new { Site = site, Courses = recognised, Trainers = await names.OfAsync(recognised.SelectMany(course => course.Trainers), ct), Form = form, Wrong = wrong, Refused = refused },
            wrong.Count == 0 && refused is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<SiteRow?> SiteAsync(string code, FablabDb db, CurrentMember me, CancellationToken ct)
    {
        code = StorableText.Of(code);
        return await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct) is { } site && me.May(Right.EditCourses, Subject.At(site.Id)) ? site : null;
    }
}

/// <summary>All that the form of a training session shows that is changed, also when it was refused.</summary>
internal sealed class SessionEditModel(ReadSessions sessions, ReadCourses courses, MemberNames names, CurrentMember me)
{
    /// <returns>For whoever plans trainings at its site.</returns>
    public async Task<SessionView?> FindAsync(Guid id, CancellationToken ct) =>
        await sessions.OneAsync(new TrainingSessionId(id), ct) is { } found && me.May(Right.EditCourses, Subject.At(found.Site.Id)) ? found : null;

    /// <param name="refused">Code of what refused all of it.</param>
    public async Task<IResult> ShowAsync(SessionView found, PlanForm form, IReadOnlyList<string> wrong, string? refused, CancellationToken ct)
    {
        var course = (await courses.OneAsync(found.Row.Course, ct))!;
        return PageResults.Page<PlanPage>(
            new
            {
                Site = found.Site,
                Courses = (IReadOnlyList<CourseView>)[course],
                Trainers = await names.OfAsync(course.Trainers.Append(found.Row.Trainer).Distinct(), ct),
                Form = form,
                Session = found.Row,
                Wrong = wrong,
                Refused = refused,
            },
            wrong.Count == 0 && refused is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}
