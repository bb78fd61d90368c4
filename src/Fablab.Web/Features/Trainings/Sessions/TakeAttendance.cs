using Fablab.Domain;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Trainings.Certifying;
using Fablab.Web.Features.Trainings.Courses;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Trainings.Sessions;

/// <summary>Nobody was there yet.</summary>
public sealed record TrainingNotBegun(Instant Start) : Refusal("training-not-begun")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["start"] = Start };
}

/// <summary>The trainer says who was there, which completes the training unless a quiz is left to pass. Trainers say nothing of themselves.</summary>
internal sealed class TakeAttendance(FablabDb db, CompleteTraining complete, ReadCourses courses, CurrentMember me, LabClock clock)
{
    /// <summary>Its trainer, whoever teaches the course at its site, and managers there.</summary>
    public bool MayTake(TrainingSessionRow session, CourseView course) =>
        me.May(Right.AuthoriseFreely, Subject.At(session.Site))
        || (me.May(Right.TrainMembers, Subject.At(session.Site)) && (session.Trainer == me.Id || course.Trainers.Contains(me.Id)));

    public async Task<Result<TrainingSessionId>> ExecuteAsync(TrainingSessionId id, AttendanceRequest request, CancellationToken ct)
    {
        if (await db.TrainingSessions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, ct) is not { } found)
        {
            return new NoSuchThing("training-session");
        }

        var course = (await courses.OneAsync(found.Course, ct))!;
        var isOwn = request.Attended.Contains(me.Id.Value) && !me.May(Right.AuthoriseFreely, Subject.At(found.Site));
        if (!MayTake(found, course) || isOwn)
        {
            return new NotAllowed();
        }

        var refusal = await LabTransaction.RunHoldingAsync(
            db, request.Attended.Append(id.Value), () => WithinAsync(id, course, request, ct), ct);
        db.ChangeTracker.Clear();
        return refusal is null ? id : refusal;
    }

    private async Task<Refusal?> WithinAsync(TrainingSessionId id, CourseView course, AttendanceRequest request, CancellationToken ct)
    {
        var session = await db.TrainingSessions.SingleAsync(row => row.Id == id, ct);
        if (session.State is TrainingSessionState.Cancelled)
        {
            return new TrainingClosed(session.State, session.Start);
        }

        if (clock.Now < session.Start)
        {
            return new TrainingNotBegun(session.Start);
        }

        var enrolments = await db.Enrolments.Where(row => row.Session == id && row.Seat != null).ToDictionaryAsync(row => row.Member.Value, ct);
        if (request.Attended.Concat(request.Missed).Any(member => !enrolments.ContainsKey(member)))
        {
            return new NoSuchThing("enrolment");
        }

        foreach (var member in request.Missed)
        {
            Move(enrolments[member], EnrolmentEvent.NotSeen);
        }

        foreach (var member in request.Attended.Where(member => Move(enrolments[member], EnrolmentEvent.SeenThere)).ToList())
        {
            await complete.ExecuteWithinAsync(enrolments[member], session, course, me.Id, ct);
        }

        db.Add(new AuditRow { Id = Guid.CreateVersion7(), At = clock.Now, Actor = me.Id, Action = "attendance-taken", Subject = $"training-session/{id}" });
        await db.SaveChangesAsync(ct);
        return null;
    }

    /// <returns>Whether that is new.</returns>
    private static bool Move(EnrolmentRow enrolment, EnrolmentEvent on)
    {
        var next = EnrolmentLifecycle.Next(enrolment.State, on);
        enrolment.State = next ?? enrolment.State;
        return next is not null;
    }
}
