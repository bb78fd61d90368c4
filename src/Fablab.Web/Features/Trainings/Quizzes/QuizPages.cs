using System.Globalization;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Trainings.Courses;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fablab.Web.Features.Trainings.Quizzes;

/// <summary>The quiz of a course, by the API and as a page.</summary>
internal static class QuizPages
{
    public static void MapQuizzes(this RouteGroupBuilder api)
    {
        var quiz = api.MapGroup("/courses/{id:guid}/quiz").WithTags("trainings").WithRefusals("not-found");
        quiz.MapGet("/", ReadAsync).WithName("GetQuiz").WithSummary("The questions of a course's quiz; with the right answers for managers of the course");
        quiz.MapPost("/attempts", AttemptAsync).WithName("TakeQuiz").WithSummary("Answer a quiz; who passed and attended is authorised").WithRefusals("quiz-too-soon");
    }

    public static void MapQuizPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/courses/{id:guid}/quiz", (Guid id, TakeQuiz take, CancellationToken ct) => ShowAsync(new CourseId(id), take, null, null, ct));
        pages.MapPost("/courses/{id:guid}/quiz", AnswerAsync);
    }

    private static async Task<Results<Ok<QuizResponse>, ProblemHttpResult>> ReadAsync(Guid id, TakeQuiz take, CurrentMember me, CancellationToken ct) =>
        await take.CourseAsync(new CourseId(id), ct) is { Row: { Quiz: { } quiz } course }
            ? TypedResults.Ok(QuizResponse.From(quiz, me.May(Right.EditCourses, Subject.At(course.Site))))
            : new NoSuchThing("quiz").ToProblem();

    private static async Task<Results<Ok<QuizMarkResponse>, ProblemHttpResult>> AttemptAsync(Guid id, QuizAttemptRequest request, TakeQuiz take, CancellationToken ct)
    {
        if (!(await take.ExecuteAsync(new CourseId(id), request.Answers, ct)).TryGet(out var mark, out var refusal))
        {
            return refusal.ToProblem();
        }

        var passMark = (await take.CourseAsync(new CourseId(id), ct))?.Row.Quiz?.PassMark ?? mark.Of;
        return TypedResults.Ok(new QuizMarkResponse(mark.Right, mark.Of, passMark, mark.IsPassed));
    }

    private static async Task<IResult> AnswerAsync(Guid id, HttpContext http, TakeQuiz take, CancellationToken ct)
    {
        var course = new CourseId(id);
        var posted = await http.Request.ReadFormAsync(ct);
        if ((await take.CourseAsync(course, ct))?.Row.Quiz is not { } quiz)
        {
            return PageResults.NotFound();
        }

        List<int> answers = [.. Enumerable.Range(0, quiz.Questions.Count)
            .Select(place => int.TryParse(posted[$"answer-{place}"], NumberStyles.None, CultureInfo.InvariantCulture, out var chosen) ? chosen : -1)];
        return (await take.ExecuteAsync(course, answers, ct)).TryGet(out var mark, out var refusal)
            ? await ShowAsync(course, take, mark, null, ct)
            : await ShowAsync(course, take, null, refusal, ct);
    }

    private static async Task<IResult> ShowAsync(CourseId id, TakeQuiz take, QuizMark? mark, Refusal? refusal, CancellationToken ct) =>
        await take.CourseAsync(id, ct) is { } course
            ? PageResults.Page<QuizPage>(
                new { Course = course.Row, Zone = await take.ZoneAsync(course, ct), Mark = mark, IsPassed = await take.IsPassedAsync(course, ct), OpensAt = (refusal as QuizTooSoon)?.OpensAt },
                refusal is null ? StatusCodes.Status200OK : RefusalTable.StatusOf(refusal))
            : PageResults.NotFound();
}
