using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Trainings.Authorising;
using Fablab.Web.Features.Trainings.Courses;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Trainings.Sessions;

/// <summary>Somebody has a seat beyond the number wanted.</summary>
public sealed record SeatsInUse(int Seat) : Refusal("seats-in-use")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["seat"] = Seat };
}

/// <summary>Managers plan, change and cancel the training sessions of their sites; too few people cancel one by themselves.</summary>
internal sealed class PlanSessions(FablabDb db, SessionSeats seats, ReadCourses courses, ReadSessions read, CurrentMember me, IdempotentRequest idempotent, AuditTrail audit, LabClock clock)
{
    public async Task<Result<TrainingSessionId>> PlanAsync(PlanSessionRequest request, CancellationToken ct)
    {
        var code = StorableText.Of(request.Site);
        var site = await db.Sites.Where(row => row.Code == code).Select(row => (SiteId?)row.Id).SingleOrDefaultAsync(ct);
        if (site is not { } there || await courses.OneAsync(new CourseId(request.CourseId), ct) is not { } course || !course.Sites.Contains(there))
        {
            return new NoSuchThing(site is null ? "site" : "course");
        }

        if (!me.May(Right.EditCourses, Subject.At(there)))
        {
            return new NotAllowed();
        }

        if (!course.Trainers.Contains(new MemberId(request.TrainerId)))
        {
            return new NoSuchThing("trainer");
        }

        var row = new TrainingSessionRow
        {
            Id = new TrainingSessionId(Guid.CreateVersion7()), Course = course.Row.Id, Site = there, Trainer = new MemberId(request.TrainerId), Start = request.Start, End = request.End,
            Seats = request.Seats, MinimumAttendance = request.MinimumAttendance, Deadline = request.DeadlineOrDayBefore, Price = request.Price,
        };
        row.DueAt = DueAt(row);
        await LabTransaction.RunHoldingAsync(
            db,
            [row.Id.Value],
            async () =>
            {
                db.Add(row);
                audit.Note("training-planned", $"training-session/{row.Id}", site: row.Site, after: TrainingFacts.Of(row));
                await db.SaveChangesAsync(ct);
                idempotent.Keep(StatusCodes.Status201Created, SessionEndpoints.LocationOf(row.Id), SessionResponse.From((await read.OneAsync(row.Id, ct))!));
                return await db.SaveChangesAsync(ct);
            },
            ct);
        db.ChangeTracker.Clear();
        return row.Id;
    }

    public Task<Result<TrainingSessionId>> EditAsync(TrainingSessionId id, EditSessionRequest request, string? ifMatch, CancellationToken ct) =>
        ActAsync(id, "training-changed", ifMatch, async (session, enrolments) =>
        {
            var trainer = new MemberId(request.TrainerId);
            if (trainer != session.Trainer && !await db.CourseTrainers.AnyAsync(one => one.Course == session.Course && one.Trainer == trainer, ct))
            {
                return new NoSuchThing("trainer");
            }

            if (enrolments.Max(one => one.Seat) is { } last && last > request.Seats)
            {
                return new SeatsInUse(last);
            }

            var isMoved = session.Start != request.Start || session.End != request.End;
            (session.Start, session.End, session.Trainer) = (request.Start, request.End, trainer);
            (session.Seats, session.MinimumAttendance, session.Deadline, session.Price) = (request.Seats, request.MinimumAttendance, request.DeadlineOrDayBefore, request.Price);
            session.DueAt = DueAt(session);
            session.Version++;
            await db.SaveChangesAsync(ct);
            var seated = await seats.FillAsync(session, enrolments, null, ct);
            await seats.TellSeatedAsync(session, seated, ct);
            foreach (var one in enrolments.Where(one => isMoved && one.State is EnrolmentState.Enrolled or EnrolmentState.Waiting).Except(seated))
            {
                await seats.TellAsync(session, one, "training-moved", ct);
            }

            return null;
        }, ct);

    public Task<Result<TrainingSessionId>> CancelAsync(TrainingSessionId id, CancellationToken ct) => ActAsync(id, "training-cancelled", null, async (session, enrolments) =>
    {
        await seats.CancelAsync(session, enrolments, RefundCause.SessionCancelled, ct);
        return null;
    }, ct);

    public Task<List<TrainingSessionRow>> DueAsync(int most, CancellationToken ct)
    {
        var now = clock.Now;
        return db.TrainingSessions.AsNoTracking().Where(row => row.DueAt != null && row.DueAt <= now).OrderBy(row => row.DueAt).Take(most).ToListAsync(ct);
    }

    /// <summary>Decides once whether enough people came together.</summary>
    public Task DecideAsync(TrainingSessionRow due, CancellationToken ct) => LabTransaction.RunHoldingAsync(
        db,
        [due.Id.Value],
        async () =>
        {
            var id = due.Id;
            var session = await db.TrainingSessions.SingleAsync(row => row.Id == id, ct);
            if (session.DueAt is not { } at || at > clock.Now)
            {
                return 0;
            }

            session.DueAt = null;
            var enrolments = await db.Enrolments.Where(row => row.Session == id).ToListAsync(ct);
            if (TrainingRules.IsCancelledFor(enrolments.Count(one => one.State is EnrolmentState.Enrolled), session.MinimumAttendance, session.Start, clock.Now))
            {
                await seats.CancelAsync(session, enrolments, RefundCause.TooFew, ct);
            }

            return await db.SaveChangesAsync(ct);
        },
        ct);

    private async Task<Result<TrainingSessionId>> ActAsync(
        TrainingSessionId id, string action, string? ifMatch, Func<TrainingSessionRow, List<EnrolmentRow>, Task<Refusal?>> act, CancellationToken ct)
    {
        if (await db.TrainingSessions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, ct) is not { } found)
        {
            return new NoSuchThing("training-session");
        }

        if (!me.May(Right.EditCourses, Subject.At(found.Site)))
        {
            return new NotAllowed();
        }

        var refusal = await LabTransaction.RunHoldingAsync<Refusal?>(
            db,
            [id.Value],
            async () =>
            {
                var session = await db.TrainingSessions.SingleAsync(row => row.Id == id, ct);
                if (!VersionTag.Fits(VersionTag.Of(session.Version), ifMatch))
                {
                    return new StaleVersion();
                }

                if (session.State is TrainingSessionState.Cancelled || clock.Now >= session.Start)
                {
                    return new TrainingClosed(session.State, session.Start);
                }

                var before = TrainingFacts.Of(session);
                if (await act(session, await db.Enrolments.Where(row => row.Session == id).ToListAsync(ct)) is { } against)
                {
                    return against;
                }

                audit.Note(action, $"training-session/{id}", site: session.Site, before: before, after: TrainingFacts.Of(session));
                await db.SaveChangesAsync(ct);
                return null;
            },
            ct);
        db.ChangeTracker.Clear();
        return refusal is null ? id : refusal;
    }

    /// <summary>What is past is not decided anew.</summary>
    private Instant? DueAt(TrainingSessionRow session) => session.MinimumAttendance > 0 && session.Deadline > clock.Now ? session.Deadline : null;
}
