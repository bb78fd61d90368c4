using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Booking;
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

/// <summary>A member takes a seat, or stands in line for one, and gives it back. Whoever is next in line has it then.</summary>
internal sealed class Enrol(FablabDb db, SessionSeats seats, CurrentMember me, AuditTrail audit, LabClock clock)
{
    /// <returns>Their enrolment: with a seat, or in line. Asked again it is the same.</returns>
    public Task<Result<EnrolmentRow>> JoinAsync(TrainingSessionId id, CancellationToken ct) => WithSessionAsync(id, async (session, enrolments) =>
    {
        var isClosed = await db.Courses.Where(row => row.Id == session.Course).Select(row => row.IsClosed).SingleAsync(ct);
        if (isClosed || session.State is TrainingSessionState.Cancelled || clock.Now >= session.Start)
        {
            return new TrainingClosed(session.State, session.Start);
        }

        var mine = enrolments.Find(one => one.Member == me.Id);
        var isNew = mine is null || EnrolmentLifecycle.Next(mine.State, EnrolmentEvent.Join) is not null;
        var standings = await db.StandingsAsync(me.Id, [session.Site], clock.Now, ct);
        if (isNew && standings[session.Site].Against().Select(problem => problem.Code).ToList() is { Count: > 0 } reasons)
        {
            return new EnrolmentRefused(reasons);
        }

        if (mine is null)
        {
            mine = new EnrolmentRow { Session = id, Member = me.Id, State = EnrolmentState.Waiting, JoinedAt = clock.Now, Price = session.Price };
            db.Add(mine);
            enrolments.Add(mine);
        }
        else if (EnrolmentLifecycle.Next(mine.State, EnrolmentEvent.Join) is { } again)
        {
            (mine.State, mine.JoinedAt) = (again, clock.Now);
        }

        audit.Note("training-joined", $"training-session/{id}", site: session.Site, concerns: me.Id);
        SessionSeats.Fill(session, enrolments);
        return mine;
    }, ct);

    /// <summary>Free up to the deadline; later the price stays due.</summary>
    public Task<Result<EnrolmentRow>> WithdrawAsync(TrainingSessionId id, CancellationToken ct) => WithSessionAsync(id, async (session, enrolments) =>
    {
        if (enrolments.Find(one => one.Member == me.Id) is not { } mine)
        {
            return new NoSuchThing("enrolment");
        }

        if (mine.State is EnrolmentState.Withdrawn)
        {
            return mine;
        }

        if (clock.Now >= session.Start || EnrolmentLifecycle.Next(mine.State, EnrolmentEvent.Withdraw) is not { } withdrawn)
        {
            return new TrainingClosed(session.State, session.Start);
        }

        seats.GiveBack(mine, TrainingRules.IsRefunded(session.Deadline, clock.Now));
        mine.State = withdrawn;
        audit.Note("training-left", $"training-session/{id}", site: session.Site, concerns: me.Id);

        // The seat must be free in the database before somebody else has it.
        await db.SaveChangesAsync(ct);
        foreach (var next in SessionSeats.Fill(session, enrolments))
        {
            await seats.TellAsync(session, next, "training-seat-yours", ct);
        }

        return mine;
    }, ct);

    private async Task<Result<EnrolmentRow>> WithSessionAsync(
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

                var done = await work(session, await db.Enrolments.Where(row => row.Session == id).ToListAsync(ct));
                await (done.Refusal is null ? db.SaveChangesAsync(ct) : Task.CompletedTask);
                return done;
            },
            ct);
        db.ChangeTracker.Clear();
        return result;
    }
}
