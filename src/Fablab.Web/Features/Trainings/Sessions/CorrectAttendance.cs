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

namespace Fablab.Web.Features.Trainings.Sessions;

/// <summary>
/// Staff put right what was said of one who was there, or was not. Who was not there after all loses what followed from it: the certificate is
/// withdrawn, and the authorisations are as if that training had not been.
/// </summary>
internal sealed class CorrectAttendance(
    FablabDb db, SessionStaff staff, TakeAttendance take, CompleteTraining complete, WithdrawTraining withdraw, SessionSeats seats, ReadCourses courses, CurrentMember me, AuditTrail audit, LabClock clock)
{
    public async Task<bool> MayAsync(TrainingSessionId id, CancellationToken ct) =>
        await db.TrainingSessions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, ct) is { } found
        && await courses.OneAsync(found.Course, ct) is { } course && staff.May(Right.MarkAttendance, found, course);

    public async Task<Result<TrainingSessionId>> ExecuteAsync(TrainingSessionId id, MemberId member, CorrectAttendanceRequest request, CancellationToken ct)
    {
        // Whoever may not know who was enrolled is told of nobody.
        if (await db.TrainingSessions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, ct) is not { } found
            || await courses.OneAsync(found.Course, ct) is not { } course || !staff.May(Right.MarkAttendance, found, course))
        {
            return new NoSuchThing("enrolment");
        }

        if (member == me.Id && !await take.MayAttendAsync(found, course, ct))
        {
            return new NotAllowed();
        }

        // With the course: whether it has a quiz must not change meanwhile.
        var refusal = await LabTransaction.RunHoldingAsync(
            db,
            [member.Value, id.Value, found.Course.Value],
            async () => await WithinAsync(id, member, (await courses.OneAsync(found.Course, ct))!, request, ct),
            ct);
        db.ChangeTracker.Clear();
        return refusal is null ? id : refusal;
    }

    private async Task<Refusal?> WithinAsync(TrainingSessionId id, MemberId member, CourseView course, CorrectAttendanceRequest request, CancellationToken ct)
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

        if (await db.Enrolments.SingleOrDefaultAsync(row => row.Session == id && row.Member == member && row.Seat != null, ct) is not { } enrolment)
        {
            return new NoSuchThing("enrolment");
        }

        if (EnrolmentLifecycle.Next(enrolment.State, request.WasThere ? EnrolmentEvent.FoundThere : EnrolmentEvent.FoundAbsent) is not { } state)
        {
            return null;
        }

        var (before, reason) = (enrolment.State, StorableText.Of(request.Reason.Trim()));
        enrolment.State = state;
        audit.Note("attendance-corrected", $"training-session/{id}", site: session.Site, concerns: member, before: FactsOf(before), after: FactsOf(state));
        if (request.WasThere)
        {
            await complete.ExecuteWithinAsync(enrolment, session, course, me.Id, ct);
            await seats.TellAsync(session, enrolment, "attendance-corrected", ct, reason: reason);
        }
        else
        {
            var wasCompleted = enrolment.CompletedAt is not null;
            await withdraw.ExecuteWithinAsync(enrolment, session, reason, ct);
            await seats.TellAsync(session, enrolment, wasCompleted ? "certificate-withdrawn" : "attendance-withdrawn", ct, reason: reason);
        }

        await db.SaveChangesAsync(ct);
        return null;
    }

    private static Dictionary<string, string> FactsOf(EnrolmentState state) => new() { ["attendance"] = state.ToString() };
}
