using Fablab.Domain;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Features.Trainings.Authorising;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Trainings.Courses;

internal static class CourseEndpoints
{
    public static void MapCourses(this RouteGroupBuilder api)
    {
        var courses = api.MapGroup("/courses").WithTags("trainings");
        courses.MapGet("/", ListAsync).WithName("ListCourses").WithSummary("Courses that are taught");
        courses.MapPost("/", CreateAsync)
            .WithIdempotencyKey<CreateCourseRequest>()
            .WithName("CreateCourse").WithSummary("Offer a course at a site that one manages").WithRefusals("not-found", "not-allowed");
        var one = courses.MapGroup("/{id:guid}").WithRefusals("not-found");
        one.MapGet("/", ReadAsync).WithName("GetCourse").WithSummary("One course, with its version as ETag");
        one.MapPut("/", EditAsync).WithName("EditCourse").WithSummary("Change a course; what it authorised before stays as it was").WithRefusals("not-allowed", "stale-version");
        one.MapPut("/recognition/{site}", RecogniseAsync).WithName("RecogniseCourse").WithSummary("Say whether a course of another site authorises at a site that one manages")
            .WithRefusals("not-allowed");
    }

    public static string LocationOf(CourseId id) => $"{ApiFeature.Base}/courses/{id}";

    private static async Task<Ok<IReadOnlyList<CourseResponse>>> ListAsync(ReadCourses read, FablabDb db, CancellationToken ct)
    {
        var codes = await CodesAsync(db, ct);
        return TypedResults.Ok<IReadOnlyList<CourseResponse>>([.. (await read.OpenAsync(ct)).Select(view => CourseResponse.From(view, codes))]);
    }

    private static async Task<Results<Created<CourseResponse>, ProblemHttpResult>> CreateAsync(
        CreateCourseRequest request, EditCourses edit, FablabDb db, HttpResponse http, CancellationToken ct)
    {
        if (!(await edit.CreateAsync(request, ct)).TryGet(out var created, out var refusal))
        {
            return refusal.ToProblem();
        }

        http.Headers.ETag = VersionTag.Of(created.Row.Version);
        return TypedResults.Created(LocationOf(created.Row.Id), CourseResponse.From(created, await CodesAsync(db, ct)));
    }

    private static async Task<Results<Ok<CourseResponse>, ProblemHttpResult>> ReadAsync(Guid id, ReadCourses read, FablabDb db, HttpResponse http, CancellationToken ct) =>
        await AnswerAsync(await read.OneAsync(new CourseId(id), ct) is { } found ? found : new NoSuchThing("course"), db, http, ct);

    private static async Task<Results<Ok<CourseResponse>, ProblemHttpResult>> EditAsync(
        Guid id, EditCourseRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, EditCourses edit, FablabDb db, HttpResponse http, CancellationToken ct) =>
        await AnswerAsync(await edit.EditAsync(new CourseId(id), request, ifMatch, ct), db, http, ct);

    private static async Task<Results<Ok<CourseResponse>, ProblemHttpResult>> RecogniseAsync(
        Guid id, string site, RecogniseCourseRequest request, EditCourses edit, FablabDb db, HttpResponse http, CancellationToken ct) =>
        await AnswerAsync(await edit.RecogniseAsync(new CourseId(id), site, request.IsRecognised, ct), db, http, ct);

    private static async Task<Results<Ok<CourseResponse>, ProblemHttpResult>> AnswerAsync(Result<CourseView> result, FablabDb db, HttpResponse http, CancellationToken ct)
    {
        if (!result.TryGet(out var view, out var refusal))
        {
            return refusal.ToProblem();
        }

        http.Headers.ETag = VersionTag.Of(view.Row.Version);
        return TypedResults.Ok(CourseResponse.From(view, await CodesAsync(db, ct)));
    }

    private static Task<Dictionary<Fablab.Domain.Machines.SiteId, string>> CodesAsync(FablabDb db, CancellationToken ct) =>
        db.Sites.AsNoTracking().ToDictionaryAsync(site => site.Id, site => site.Code, ct);
}
