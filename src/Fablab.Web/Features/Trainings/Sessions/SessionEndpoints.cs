using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Features.Trainings.Authorising;
using Fablab.Web.Features.Trainings.Courses;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Fablab.Web.Features.Trainings.Sessions;

internal static class SessionEndpoints
{
    public static void MapTrainingSessions(this RouteGroupBuilder api)
    {
        var sessions = api.MapGroup("/training-sessions").WithTags("trainings");
        sessions.MapGet("/", ListAsync).WithName("ListTrainingSessions").WithSummary("Training sessions to come, of one course or of all, the next first");
        sessions.MapPost("/", PlanAsync)
            .WithIdempotencyKey<PlanSessionRequest>()
            .WithName("PlanTrainingSession").WithSummary("Plan a training session at a site that one manages").WithRefusals("not-found", "not-allowed");
        var one = sessions.MapGroup("/{id:guid}").WithRefusals("not-found");
        one.MapGet("/", ReadAsync).WithName("GetTrainingSession").WithSummary("One training session, with its version as ETag");
        one.MapPut("/", EditAsync).WithName("EditTrainingSession").WithSummary("Change a training session that has not begun; more seats go to those in line")
            .WithRefusals("not-allowed", "stale-version", "training-closed", "seats-in-use");
        one.MapPost("/cancel", CancelAsync).WithName("CancelTrainingSession").WithSummary("Cancel a training session; who has a seat has the price back").WithRefusals("not-allowed", "training-closed");
        one.MapPost("/enrol", EnrolAsync).WithName("Enrol").WithSummary("Take a seat, or stand in line for one").WithRefusals("training-closed", "enrolment-refused");
        one.MapPost("/withdraw", WithdrawAsync).WithName("WithdrawEnrolment").WithSummary("Give the seat back to the next in line; free up to the deadline").WithRefusals("training-closed");
        one.MapPut("/enrolments/{member:guid}", EnrolMemberAsync).WithName("EnrolMember").WithSummary("Enrol somebody by the same rules as they could themselves, as staff of the session")
            .WithRefusals("training-closed", "enrolment-refused");
        one.MapDelete("/enrolments/{member:guid}", RemoveMemberAsync).WithName("RemoveEnrolment").WithSummary("Take somebody's seat or place in line back, free of charge, as staff of the session")
            .WithRefusals("training-closed");
        one.MapGet("/enrolments", EnrolmentsAsync).WithName("ListEnrolments").WithSummary("Who is enrolled, for whoever teaches or manages").WithRefusals("not-allowed");
        one.MapPost("/attendance", AttendanceAsync).WithName("TakeAttendance").WithSummary("Say who was there; they are authorised as the course says")
            .WithRefusals("not-allowed", "training-closed", "training-not-begun", "attendance-taken");
        one.MapPut("/attendance/{member:guid}", CorrectAsync).WithName("CorrectAttendance")
            .WithSummary("Put right what was said of somebody's attendance; who was not there after all loses the certificate and the authorisations that came from it")
            .WithRefusals("not-allowed", "training-closed", "training-not-begun");
    }

    public static string LocationOf(TrainingSessionId id) => $"{ApiFeature.Base}/training-sessions/{id}";

    private static async Task<Ok<IReadOnlyList<SessionResponse>>> ListAsync(Guid? course, ReadSessions read, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<SessionResponse>>([.. (await read.ComingAsync(course is { } id ? [new CourseId(id)] : null, ct)).Select(SessionResponse.From)]);

    private static async Task<Results<Created<SessionResponse>, ProblemHttpResult>> PlanAsync(
        PlanSessionRequest request, PlanSessions plan, ReadSessions read, HttpResponse http, CancellationToken ct)
    {
        if (!(await plan.PlanAsync(request, ct)).TryGet(out var id, out var refusal))
        {
            return refusal.ToProblem();
        }

        var view = (await read.OneAsync(id, ct))!;
        http.Headers.ETag = VersionTag.Of(view.Row.Version);
        return TypedResults.Created(LocationOf(id), SessionResponse.From(view));
    }

    private static Task<Results<Ok<SessionResponse>, ProblemHttpResult>> ReadAsync(Guid id, ReadSessions read, HttpResponse http, CancellationToken ct) =>
        AnswerAsync(new TrainingSessionId(id), read, http, ct);

    private static async Task<Results<Ok<SessionResponse>, ProblemHttpResult>> EditAsync(
        Guid id, EditSessionRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, PlanSessions plan, ReadSessions read, HttpResponse http, CancellationToken ct) =>
        await AnswerAsync(await plan.EditAsync(new TrainingSessionId(id), request, ifMatch, ct), read, http, ct);

    private static async Task<Results<Ok<SessionResponse>, ProblemHttpResult>> CancelAsync(
        Guid id, PlanSessions plan, ReadSessions read, HttpResponse http, CancellationToken ct) =>
        await AnswerAsync(await plan.CancelAsync(new TrainingSessionId(id), ct), read, http, ct);

    private static async Task<Results<Ok<EnrolmentResponse>, ProblemHttpResult>> EnrolAsync(Guid id, Enrol enrol, CancellationToken ct) =>
        Answer(await enrol.JoinAsync(new TrainingSessionId(id), ct));

    private static async Task<Results<Ok<EnrolmentResponse>, ProblemHttpResult>> WithdrawAsync(Guid id, Enrol enrol, CancellationToken ct) =>
        Answer(await enrol.WithdrawAsync(new TrainingSessionId(id), ct));

    private static async Task<Results<Ok<EnrolmentResponse>, ProblemHttpResult>> EnrolMemberAsync(Guid id, Guid member, Enrol enrol, CancellationToken ct) =>
        Answer(await enrol.EnrolMemberAsync(new TrainingSessionId(id), new MemberId(member), ct));

    private static async Task<Results<Ok<EnrolmentResponse>, ProblemHttpResult>> RemoveMemberAsync(Guid id, Guid member, Enrol enrol, CancellationToken ct) =>
        Answer(await enrol.RemoveMemberAsync(new TrainingSessionId(id), new MemberId(member), ct));

    private static async Task<Results<Ok<IReadOnlyList<EnrolmentResponse>>, ProblemHttpResult>> EnrolmentsAsync(
        Guid id, ReadSessions read, ReadCourses courses, SessionStaff staff, CancellationToken ct)
    {
        if (await read.OneAsync(new TrainingSessionId(id), ct) is not { } view)
        {
            return new NoSuchThing("training-session").ToProblem();
        }

        return staff.May(Right.MarkAttendance, view.Row, (await courses.OneAsync(view.Row.Course, ct))!)
            ? TypedResults.Ok<IReadOnlyList<EnrolmentResponse>>([.. (await read.EnrolledAsync(view.Row.Id, ct)).Select(one => EnrolmentResponse.From(one.Row, view.Row, one.Name))])
            : new NotAllowed().ToProblem();
    }

    private static async Task<Results<Ok<SessionResponse>, ProblemHttpResult>> AttendanceAsync(
        Guid id, AttendanceRequest request, TakeAttendance attendance, ReadSessions read, HttpResponse http, CancellationToken ct) =>
        await AnswerAsync(await attendance.ExecuteAsync(new TrainingSessionId(id), request, ct), read, http, ct);

    private static async Task<Results<Ok<SessionResponse>, ProblemHttpResult>> CorrectAsync(
        Guid id, Guid member, CorrectAttendanceRequest request, CorrectAttendance correct, ReadSessions read, HttpResponse http, CancellationToken ct) =>
        await AnswerAsync(await correct.ExecuteAsync(new TrainingSessionId(id), new MemberId(member), request, ct), read, http, ct);

    private static async Task<Results<Ok<SessionResponse>, ProblemHttpResult>> AnswerAsync(Result<TrainingSessionId> result, ReadSessions read, HttpResponse http, CancellationToken ct) =>
        result.TryGet(out var id, out var refusal) ? await AnswerAsync(id, read, http, ct) : refusal.ToProblem();

    private static async Task<Results<Ok<SessionResponse>, ProblemHttpResult>> AnswerAsync(TrainingSessionId id, ReadSessions read, HttpResponse http, CancellationToken ct)
    {
        if (await read.OneAsync(id, ct) is not { } view)
        {
            return new NoSuchThing("training-session").ToProblem();
        }

        http.Headers.ETag = VersionTag.Of(view.Row.Version);
        return TypedResults.Ok(SessionResponse.From(view));
    }

    private static Results<Ok<EnrolmentResponse>, ProblemHttpResult> Answer(Result<EnrolmentInSession> result) =>
        result.Match<Results<Ok<EnrolmentResponse>, ProblemHttpResult>>(one => TypedResults.Ok(EnrolmentResponse.From(one.Row, one.Session)), refusal => refusal.ToProblem());
}
