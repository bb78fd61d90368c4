using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
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
internal sealed class TakeAttendance(FablabDb db, CompleteTraining complete, ReadCourses courses, CurrentMember me, AuditTrail audit, LabClock clock)
{
    /// <summary>Managers and the front desk of its site, whoever teaches the course and trains there, and its trainer while they teach the course, also away from the course's site.</summary>
    public bool MayTake(TrainingSessionRow session, CourseView course) =>
        me.May(Right.MarkAttendance, Subject.At(session.Site))
        || (course.Trainers.Contains(me.Id)
            && (me.May(Right.TrainMembers, Subject.At(session.Site)) || (session.Trainer == me.Id && me.May(Right.TrainMembers, Subject.At(course.Row.Site)))));

    public async Task<Result<TrainingSessionId>> ExecuteAsync(TrainingSessionId id, AttendanceRequest request, CancellationToken ct)
    {
        if (await db.TrainingSessions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, ct) is not { } found)
        {
            return new NoSuchThing("training-session");
        }

        var course = (await courses.OneAsync(found.Course, ct))!;
        if (!MayTake(found, course) || (request.Attended.Contains(me.Id.Value) && !await MayAttendAsync(found, course, ct)))
        {
            return new NotAllowed();
        }

        // With the course: whether it has a quiz must not change meanwhile.
        var refusal = await LabTransaction.RunHoldingAsync(
            db,
            [.. request.Attended, id.Value, found.Course.Value],
            async () => await WithinAsync(id, (await courses.OneAsync(found.Course, ct))!, request, ct),
            ct);
        db.ChangeTracker.Clear();
        return refusal is null ? id : refusal;
    }

    /// <summary>Whether one may say so of oneself: only managers of the session's site and of all machines that it authorises for.</summary>
    private async Task<bool> MayAttendAsync(TrainingSessionRow session, CourseView course, CancellationToken ct) =>
        (await complete.MachinesOfAsync(session, course, ct)).Select(machine => machine.Site).Append(session.Site).All(site => me.May(Right.AuthoriseFreely, Subject.At(site)));

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

        foreach (var member in request.Attended.Where(member => Move(enrolments[member], EnrolmentEvent.SeenThere) || course.Row.Quiz is null).ToList())
        {
            await complete.ExecuteWithinAsync(enrolments[member], session, course, me.Id, ct);
        }

        audit.Note("attendance-taken", $"training-session/{id}", site: session.Site);
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
