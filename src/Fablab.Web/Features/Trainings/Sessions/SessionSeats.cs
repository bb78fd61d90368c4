using System.Globalization;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Trainings.Sessions;

/// <summary>Seats of a training session within the caller's transaction, which must hold the session. Tracks what it changes; the caller saves.</summary>
internal sealed class SessionSeats(FablabDb db, LabClock clock)
{
    /// <summary>
    /// Free seats go to those in line, in the order of coming. Whoever could not enrol now, because they are suspended or lack what the site asks of them, is
    /// passed over and keeps their place.
    /// </summary>
    /// <param name="enrolments">All of the session, tracked.</param>
    /// <param name="asking">Who asks for a seat in this moment, if they do.</param>
    /// <returns>Who has a seat now and had none.</returns>
    public async Task<IReadOnlyList<EnrolmentRow>> FillAsync(TrainingSessionRow session, IReadOnlyList<EnrolmentRow> enrolments, MemberId? asking, CancellationToken ct)
    {
        List<EnrolmentRow> seated = [];
        var taken = enrolments.Select(one => one.Seat).OfType<int>().ToHashSet();
        foreach (var next in enrolments.Where(one => one.State is EnrolmentState.Waiting).OrderBy(one => one.JoinedAt).ThenBy(one => one.Member.Value))
        {
            if (TrainingRules.FreeSeat(session.Seats, taken) is not { } seat)
            {
                break;
            }

            if ((await AgainstAsync(session, next.Member, ct)).Count > 0)
            {
                continue;
            }

            // What was owed for a seat given back pays for the new one.
            (next.State, next.Seat, next.Price, next.RefundDueAt) = (EnrolmentState.Enrolled, seat, session.Price, null);
            next.GivenAt = next.Member == asking ? null : clock.Now;
            var (id, member) = (session.Id, next.Member);
            db.RemoveRange(await db.TrainingRefunds.Where(row => row.Session == id && row.Member == member && row.RefundedAt == null).ToListAsync(ct));
            taken.Add(seat);
            seated.Add(next);
        }

        return seated;
    }

    /// <returns>Codes of all that keeps a member from the session, as it would keep them from booking at its site.</returns>
    public async Task<IReadOnlyList<string>> AgainstAsync(TrainingSessionRow session, MemberId member, CancellationToken ct) =>
        [.. (await db.StandingsAsync(member, [session.Site], clock.Now, ct))[session.Site].Against().Select(problem => problem.Code)];

    /// <param name="cause">Why who has a seat has the price back.</param>
    public async Task CancelAsync(TrainingSessionRow session, IEnumerable<EnrolmentRow> enrolments, RefundCause cause, CancellationToken ct)
    {
        session.State = TrainingSessionState.Cancelled;
        session.DueAt = null;
        session.Version++;
        foreach (var one in enrolments)
        {
            if (EnrolmentLifecycle.Next(one.State, EnrolmentEvent.SessionCancelled) is { } cancelled)
            {
                GiveBack(one, cause);
                one.State = cancelled;
                await TellAsync(session, one, "training-cancelled", ct);
            }
        }
    }

    /// <summary>Before its state changes. Who leaves the line had nothing to pay for, and keeps what is owed from before.</summary>
    /// <param name="cause">Why the price is owed to them; <see langword="null"/> when it is not.</param>
    public void GiveBack(EnrolmentRow one, RefundCause? cause)
    {
        if (one.Seat is null)
        {
            return;
        }

        (one.Seat, one.GivenAt, one.RefundDueAt) = (null, null, null);
        if (cause is { } why && one.Price.Minor > 0)
        {
            one.RefundDueAt = clock.Now;
            db.Add(new TrainingRefundRow
            {
                Id = new TrainingRefundId(Guid.CreateVersion7()), Session = one.Session, Member = one.Member, Amount = one.Price, Cause = why, DueAt = clock.Now,
            });
        }
    }

    /// <summary>Tells those who moved up, with until when they may give the seat back for nothing where it costs something.</summary>
    public async Task TellSeatedAsync(TrainingSessionRow session, IEnumerable<EnrolmentRow> seated, CancellationToken ct)
    {
        foreach (var one in seated)
        {
            await TellAsync(session, one, one.Price.Minor > 0 ? "training-seat-yours-until" : "training-seat-yours", ct);
        }
    }

    public async Task TellAsync(TrainingSessionRow session, EnrolmentRow one, string code, CancellationToken ct, string? link = null, string? reason = null)
    {
        var course = await db.Courses.FindAsync([session.Course], ct);
        var facts = new Dictionary<string, string>
        {
            ["course"] = course!.Name.In("fr"), ["courseEn"] = course.Name.In("en"), ["begins"] = session.Start.ToString(null, CultureInfo.InvariantCulture), ["link"] = link ?? $"/trainings/{session.Id}",
        };
        if (one.Seat is not null)
        {
            facts["freeUntil"] = TrainingRules.FreeUntil(session.Deadline, one.GivenAt, session.Start).ToString(null, CultureInfo.InvariantCulture);
        }

        if (reason is not null)
        {
            facts["reason"] = reason;
        }

        db.Tell(one.Member, code, facts, clock.Now);
    }
}
