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

/// <summary>Something else was said of somebody already; that is corrected one by one, with a reason.</summary>
public sealed record AttendanceTaken(MemberId Of) : Refusal("attendance-taken")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["member"] = Of.Value };
}

/// <summary>The trainer says who was there, which completes the training unless a quiz is left to pass. Trainers say nothing of themselves.</summary>
internal sealed class TakeAttendance(FablabDb db, CompleteTraining complete, SessionStaff staff, ReadCourses courses, CurrentMember me, AuditTrail audit, LabClock clock)
{
    public async Task<Result<TrainingSessionId>> ExecuteAsync(TrainingSessionId id, AttendanceRequest request, CancellationToken ct)
    {
        if (await db.TrainingSessions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, ct) is not { } found)
        {
            return new NoSuchThing("training-session");
        }

        var course = (await courses.OneAsync(found.Course, ct))!;
        if (!staff.May(Right.MarkAttendance, found, course) || (request.Attended.Contains(me.Id.Value) && !await MayAttendAsync(found, course, ct)))
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
    public async Task<bool> MayAttendAsync(TrainingSessionRow session, CourseView course, CancellationToken ct) =>
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

        foreach (var (member, other) in request.Attended.Select(one => (one, EnrolmentState.Missed)).Concat(request.Missed.Select(one => (one, EnrolmentState.Attended))))
        {
            if (enrolments[member].State == other)
            {
                return new AttendanceTaken(new MemberId(member));
            }
        }

        var counts = CountsOf(enrolments.Values);
        foreach (var member in request.Missed)
        {
            Move(enrolments[member], EnrolmentEvent.NotSeen);
        }

        foreach (var member in request.Attended.Where(member => Move(enrolments[member], EnrolmentEvent.SeenThere) || course.Row.Quiz is null).ToList())
        {
            await complete.ExecuteWithinAsync(enrolments[member], session, course, me.Id, ct);
        }

        audit.Note(
            "attendance-taken", $"training-session/{id}", site: session.Site,
            before: counts, after: CountsOf(enrolments.Values));
        await db.SaveChangesAsync(ct);
        return null;
    }

    /// <summary>How many have a seat, were there, were not.</summary>
    private static Dictionary<string, string> CountsOf(IReadOnlyCollection<EnrolmentRow> enrolments) => enrolments.GroupBy(one => one.State).ToDictionary(group => $"{group.Key}", group => $"{group.Count()}");

    /// <returns>Whether that is new.</returns>
    private static bool Move(EnrolmentRow enrolment, EnrolmentEvent on)
    {
        var next = EnrolmentLifecycle.Next(enrolment.State, on);
        enrolment.State = next ?? enrolment.State;
        return next is not null;
    }
}
