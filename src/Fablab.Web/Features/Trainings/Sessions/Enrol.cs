using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Trainings.Courses;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Trainings.Sessions;

/// <summary>It was cancelled, has begun, or its course is not taught any more.</summary>
public sealed record TrainingClosed(TrainingSessionState State, Instant Start) : Refusal("training-closed")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["state"] = State, ["start"] = Start };
}

/// <summary>What keeps the member from booking at the site keeps them from its trainings too.</summary>
/// <param name="Reasons">Codes of <see cref="MemberStanding.Against"/>.</param>
public sealed record EnrolmentRefused(IReadOnlyList<string> Reasons) : Refusal("enrolment-refused")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["reasons"] = Reasons };
}

/// <summary>What somebody is to a training session now.</summary>
internal sealed record EnrolmentInSession(EnrolmentRow Row, TrainingSessionRow Session);

/// <summary>
/// A member takes a seat, or stands in line for one, and gives it back; or staff of the session do so for them, by the same rules. Whoever is next in
/// line has a seat that is given back.
/// </summary>
internal sealed class Enrol(FablabDb db, SessionSeats seats, SessionStaff staff, ReadCourses courses, CurrentMember me, AuditTrail audit, LabClock clock)
{
    /// <returns>Their enrolment: with a seat, or in line. Asked again it is the same.</returns>
    public Task<Result<EnrolmentInSession>> JoinAsync(TrainingSessionId id, CancellationToken ct) => JoinAsync(id, me.Id, ct);

    /// <summary>Free up to the deadline, and for a day after one was given the seat without asking; later the price stays due.</summary>
    public Task<Result<EnrolmentInSession>> WithdrawAsync(TrainingSessionId id, CancellationToken ct) => WithdrawAsync(id, me.Id, ct);

    /// <summary>Staff enrol somebody, who may decline for nothing as who moves up from the line may.</summary>
    public async Task<Result<EnrolmentInSession>> EnrolMemberAsync(TrainingSessionId id, MemberId member, CancellationToken ct)
    {
        if (!await MayEnrolAsync(id, ct))
        {
            return new NoSuchThing("enrolment");
        }

        var account = member.Value;
        return await db.Users.AnyAsync(one => one.Id == account && one.ErasedAt == null, ct) ? await JoinAsync(id, member, ct) : new NoSuchThing("member");
    }

    /// <summary>Staff take a seat, or a place in line, back: free of charge, unless it is their own.</summary>
    public async Task<Result<EnrolmentInSession>> RemoveMemberAsync(TrainingSessionId id, MemberId member, CancellationToken ct) =>
        await MayEnrolAsync(id, ct) ? await WithdrawAsync(id, member, ct) : new NoSuchThing("enrolment");

    private async Task<bool> MayEnrolAsync(TrainingSessionId id, CancellationToken ct) =>
        await db.TrainingSessions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, ct) is { } session
        && await courses.OneAsync(session.Course, ct) is { } course && staff.May(Right.EnrolMembers, session, course);

    private Task<Result<EnrolmentInSession>> JoinAsync(TrainingSessionId id, MemberId member, CancellationToken ct) => WithSessionAsync(id, async (session, enrolments) =>
    {
        var isClosed = await db.Courses.Where(row => row.Id == session.Course).Select(row => row.IsClosed).SingleAsync(ct);
        if (isClosed || session.State is TrainingSessionState.Cancelled || clock.Now >= session.Start)
        {
            return new TrainingClosed(session.State, session.Start);
        }

        var theirs = enrolments.Find(one => one.Member == member);
        if (theirs is not null && EnrolmentLifecycle.Next(theirs.State, EnrolmentEvent.Join) is null)
        {
            return theirs;
        }

        if (await seats.AgainstAsync(session, member, ct) is { Count: > 0 } reasons)
        {
            return new EnrolmentRefused(reasons);
        }

        if (theirs is null)
        {
            theirs = new EnrolmentRow { Session = id, Member = member, State = EnrolmentState.Waiting, JoinedAt = clock.Now, Price = session.Price };
            db.Add(theirs);
            enrolments.Add(theirs);
        }
        else
        {
            (theirs.State, theirs.JoinedAt) = (EnrolmentState.Waiting, clock.Now);
        }

        audit.Note(member == me.Id ? "training-joined" : "training-member-enrolled", $"training-session/{id}", site: session.Site, concerns: member);

        // Others may stand in line who were passed over before.
        var seated = await seats.FillAsync(session, enrolments, member == me.Id ? member : null, ct);
        await seats.TellSeatedAsync(session, seated.Where(one => one != theirs), ct);
        if (member != me.Id)
        {
            await seats.TellAsync(
                session, theirs, theirs.State is EnrolmentState.Waiting ? "training-in-line" : theirs.Price.Minor > 0 ? "training-enrolled-until" : "training-enrolled", ct);
        }

        return theirs;
    }, ct);

    private Task<Result<EnrolmentInSession>> WithdrawAsync(TrainingSessionId id, MemberId member, CancellationToken ct) => WithSessionAsync(id, async (session, enrolments) =>
    {
        if (enrolments.Find(one => one.Member == member) is not { } theirs)
        {
            return new NoSuchThing("enrolment");
        }

        if (theirs.State is EnrolmentState.Withdrawn)
        {
            return theirs;
        }

        if (clock.Now >= session.Start || EnrolmentLifecycle.Next(theirs.State, EnrolmentEvent.Withdraw) is not { } withdrawn)
        {
            return new TrainingClosed(session.State, session.Start);
        }

        seats.GiveBack(theirs, CauseOf(session, theirs));
        theirs.State = withdrawn;
        audit.Note(member == me.Id ? "training-left" : "training-member-removed", $"training-session/{id}", site: session.Site, concerns: member);
        if (member != me.Id)
        {
            await seats.TellAsync(session, theirs, "training-removed", ct);
        }

        // The seat must be free in the database before somebody else has it.
        await db.SaveChangesAsync(ct);
        await seats.TellSeatedAsync(session, await seats.FillAsync(session, enrolments, null, ct), ct);
        return theirs;
    }, ct);

    private RefundCause? CauseOf(TrainingSessionRow session, EnrolmentRow theirs) =>
        theirs.Member != me.Id ? RefundCause.RemovedByStaff
        : clock.Now <= TrainingRules.FreeUntil(session.Deadline, theirs.GivenAt, session.Start) ? RefundCause.WithdrawnInTime
        : null;

    private async Task<Result<EnrolmentInSession>> WithSessionAsync(
        TrainingSessionId id, Func<TrainingSessionRow, List<EnrolmentRow>, Task<Result<EnrolmentRow>>> work, CancellationToken ct)
    {
        var result = await LabTransaction.RunHoldingAsync(
            db,
            [id.Value],
            async () =>
            {
                if (await db.TrainingSessions.SingleOrDefaultAsync(row => row.Id == id, ct) is not { } session)
                {
                    return new NoSuchThing("training-session");
                }

                if (!(await work(session, await db.Enrolments.Where(row => row.Session == id).ToListAsync(ct))).TryGet(out var row, out var refusal))
                {
                    return refusal;
                }

                await db.SaveChangesAsync(ct);
                return (Result<EnrolmentInSession>)new EnrolmentInSession(row, session);
            },
            ct);
        db.ChangeTracker.Clear();
        return result;
    }
}
