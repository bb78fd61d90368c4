using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Trainings.Authorising;
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

/// <summary>The trainer says who was there, and they are authorised as the course says, from the day of the training on.</summary>
internal sealed class TakeAttendance(FablabDb db, WriteAuthorisation write, ReadCourses courses, CurrentMember me, LabClock clock)
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
        if (!MayTake(found, course))
        {
            return new NotAllowed();
        }

        var refusal = await LabTransaction.RunHoldingAsync(
            db, request.Attended.Append(id.Value), () => WithinAsync(id, course.Course, request, ct), ct);
        db.ChangeTracker.Clear();
        return refusal is null ? id : refusal;
    }

    private async Task<Refusal?> WithinAsync(TrainingSessionId id, Course course, AttendanceRequest request, CancellationToken ct)
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
            await AuthoriseAsync(new MemberId(member), course, Instant.Min(clock.Now, session.End), ct);
        }

        db.Add(new AuditRow { Id = Guid.CreateVersion7(), At = clock.Now, Actor = me.Id, Action = "attendance-taken", Subject = $"training-session/{id}" });
        await db.SaveChangesAsync(ct);
        return null;
    }

    private async Task AuthoriseAsync(MemberId member, Course course, Instant at, CancellationToken ct)
    {
        foreach (var machine in await courses.MachinesOfAsync(course, ct))
        {
            await write.ExecuteWithinAsync(
                member, machine.Id, (state, _) => course.Attended(state, at) is { } fact ? new Word(fact, me.Id, course.Id) : null, ct);
        }
    }

    /// <returns>Whether that is new.</returns>
    private static bool Move(EnrolmentRow enrolment, EnrolmentEvent on)
    {
        var next = EnrolmentLifecycle.Next(enrolment.State, on);
        enrolment.State = next ?? enrolment.State;
        return next is not null;
    }
}
