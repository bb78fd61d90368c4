using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations;
using Fablab.Web.Features.Trainings.Courses;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Trainings.Managing;

/// <summary>Managers of a site make, edit and retire its courses, and recognise those of others.</summary>
internal static class CoursePages
{
    public static string AddressOf(string site) => $"/sites/{site}/courses";

    public static void MapCoursePages(this IEndpointRouteBuilder pages)
    {
        var courses = pages.MapGroup("/sites/{code}/courses");
        courses.MapGet("/", ListAsync);
        courses.MapPost("/", RecogniseAsync);
        courses.MapGet("/new", async (string code, CoursePageModel page, CancellationToken ct) => await page.SiteAsync(code, ct) is { } site
            ? await page.ShowAsync(site, null, new CourseForm(), new Dictionary<string, string>(), ct)
            : PageResults.NotFound());
        courses.MapPost("/new", CreateAsync).WithFormOptions(valueCountLimit: CourseForm.MostFields);
        courses.MapGet("/{id:guid}", async (string code, Guid id, CoursePageModel page, CancellationToken ct) => await page.CourseAsync(code, id, ct) is { } one
            ? await page.ShowAsync(one.Site, one.Course, CourseForm.Of(one.Course), new Dictionary<string, string>(), ct)
            : PageResults.NotFound());
        courses.MapPost("/{id:guid}", EditAsync).WithFormOptions(valueCountLimit: CourseForm.MostFields);
    }

    private static async Task<IResult> ListAsync(string code, CoursePageModel page, ReadCourses read, FablabDb db, CancellationToken ct)
    {
        if (await page.SiteAsync(code, ct) is not { } site)
        {
            return PageResults.NotFound();
        }

        var all = await read.AllAsync(ct);
        return PageResults.Page<CoursesPage>(new
        {
            Site = site,
            Own = all.Where(view => view.Row.Site == site.Id).OrderBy(view => view.Row.IsClosed).ToList(),
            Others = all.Where(view => view.Row.Site != site.Id && !view.Row.IsClosed).ToList(),
            Names = await db.Sites.AsNoTracking().ToDictionaryAsync(row => row.Id, row => row.Name, ct),
        });
    }

    private static async Task<IResult> RecogniseAsync(string code, [FromForm] Guid? course, [FromForm] string? act, EditCourses edit, CancellationToken ct) =>
        course is { } id && act is "recognise" or "leave" && (await edit.RecogniseAsync(new CourseId(id), code, act == "recognise", ct)).Refusal is null
            ? Go.To(AddressOf(code))
            : PageResults.NotFound();

    private static async Task<IResult> CreateAsync(
        string code, HttpContext http, CoursePageModel page, EditCourses edit, IdempotentRequest idempotent, CurrentMember me, CancellationToken ct)
    {
        if (await page.SiteAsync(code, ct) is not { } site)
        {
            return PageResults.NotFound();
        }

        var posted = await http.Request.ReadFormAsync(ct);
        var form = ReadCourseForm.From(posted) with { Version = 0 };
        var reasons = new Dictionary<string, string>();
        var request = posted["act"] == "save" ? await page.RequestAsync(form, code, reasons, ct) : null;
        if (request is null || reasons.Count > 0)
        {
            return await page.ShowAsync(site, null, posted["act"] == "more" ? form.WithRoom() : form, reasons, ct);
        }

        idempotent.Begin(me.Id, form.Key, http.Request, form);
        if ((await idempotent.OnceAsync(() => edit.CreateAsync(request, ct), made => made.Row.Id.Value)).TryGet(out _, out var refusal))
        {
            return Go.To(AddressOf(code));
        }

        // Whoever went back and changed what they sent makes another one.
        return refusal is IdempotencyKeyReused
            ? await page.ShowAsync(site, null, form with { Key = Guid.NewGuid().ToString("N") }, new Dictionary<string, string> { ["all"] = "MadeAlready" }, ct)
            : PageResults.NotFound();
    }

    private static async Task<IResult> EditAsync(string code, Guid id, HttpContext http, CoursePageModel page, EditCourses edit, CancellationToken ct)
    {
        if (await page.CourseAsync(code, id, ct) is not { } one)
        {
            return PageResults.NotFound();
        }

        var posted = await http.Request.ReadFormAsync(ct);
        var form = ReadCourseForm.From(posted);
        var reasons = new Dictionary<string, string>();
        var request = posted["act"] == "save" ? await page.RequestAsync(form, code, reasons, ct) : null;
        if (request is null || reasons.Count > 0)
        {
            return await page.ShowAsync(one.Site, one.Course, posted["act"] == "more" ? form.WithRoom() : form, reasons, ct);
        }

        switch ((await edit.EditAsync(new CourseId(id), request, VersionTag.Of(form.Version), ct)).Refusal)
        {
            case null:
                return Go.To(AddressOf(code));
            case StaleVersion:
                return await page.ShowAsync(one.Site, one.Course, form, new Dictionary<string, string> { ["all"] = "Stale" }, ct);
            default:
                return PageResults.NotFound();
        }
    }
}

/// <summary>All that the form of a course shows, also when it was refused.</summary>
internal sealed class CoursePageModel(FablabDb db, ReadCourses courses, MemberNames names, CurrentMember me)
{
    /// <returns>The site, for those who edit its courses.</returns>
    public async Task<SiteRow?> SiteAsync(string code, CancellationToken ct)
    {
        code = StorableText.Of(code);
        return await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct) is { } site && me.May(Right.EditCourses, Subject.At(site.Id)) ? site : null;
    }

    /// <returns>A course of that very site.</returns>
    public async Task<(SiteRow Site, CourseView Course)?> CourseAsync(string code, Guid id, CancellationToken ct) =>
        await SiteAsync(code, ct) is { } site && await courses.OneAsync(new CourseId(id), ct) is { } course && course.Row.Site == site.Id ? (site, course) : null;

    /// <summary>What was typed as the API takes it, with whoever was named by their mail address.</summary>
    public async Task<CreateCourseRequest> RequestAsync(CourseForm form, string site, Dictionary<string, string> reasons, CancellationToken ct)
    {
        var request = form.ToRequest(site, reasons);
        if (form.AlsoTaughtBy.Length == 0)
        {
            return request;
        }

        var normalized = StorableText.Of(form.AlsoTaughtBy.ToUpperInvariant());
        if (await db.Users.AsNoTracking().Where(account => account.NormalizedEmail == normalized).Select(account => (Guid?)account.Id).SingleOrDefaultAsync(ct) is not { } trainer)
        {
            reasons["trainer"] = "NobodyThere";
            return request;
        }

        return request with { Trainers = [.. request.Trainers.Append(trainer).Distinct()] };
    }

    /// <param name="course"><see langword="null"/> for a new one.</param>
    public async Task<IResult> ShowAsync(SiteRow site, CourseView? course, CourseForm form, IReadOnlyDictionary<string, string> reasons, CancellationToken ct)
    {
        var (sites, own) = (course?.Sites.ToList() ?? [site.Id], site.Id);
        var machines = await db.Machines.AsNoTracking().Where(row => sites.Contains(row.Site)).OrderBy(row => row.Name).Select(row => new { row.Code, row.Name }).ToListAsync(ct);
        var trainers = await db.RoleGrants.AsNoTracking().Where(grant => grant.Role == StaffRole.Trainer && grant.Site == own).Select(grant => grant.Member).ToListAsync(ct);
        var people = await names.OfAsync(trainers.Concat(course?.Trainers ?? []), ct);
        return PageResults.Page<CoursePage>(
            new
            {
                Site = site,
                Form = form,
                Address = $"{CoursePages.AddressOf(site.Code)}/{(course is null ? "new" : course.Row.Id.ToString())}",

                // A code whose machine is gone, or stands at a site that does not recognise the course, stays until somebody unticks it.
                Machines = machines.Select(machine => (machine.Code, machine.Name))
                    .Concat((course?.Row.Machines ?? []).Where(code => machines.All(machine => machine.Code != code)).Select(code => (Code: code, Name: code))).ToList(),
                People = people.Select(one => (Id: one.Key, Name: one.Value)).OrderBy(one => one.Name, StringComparer.CurrentCulture).ToList(),
                Reasons = reasons,
            },
            reasons.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}
