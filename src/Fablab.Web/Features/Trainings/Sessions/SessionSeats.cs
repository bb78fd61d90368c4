using System.Globalization;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Notices;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Trainings.Sessions;

/// <summary>Seats of a training session within the caller's transaction, which must hold the session. Tracks what it changes; the caller saves.</summary>
internal sealed class SessionSeats(FablabDb db, LabClock clock)
{
    /// <summary>Free seats go to those in line, in the order of coming.</summary>
    /// <param name="enrolments">All of the session, tracked.</param>
    /// <returns>Who has a seat now and had none.</returns>
    public static IReadOnlyList<EnrolmentRow> Fill(TrainingSessionRow session, IReadOnlyList<EnrolmentRow> enrolments)
    {
        List<EnrolmentRow> seated = [];
        var taken = enrolments.Select(one => one.Seat).OfType<int>().ToHashSet();
        foreach (var next in enrolments.Where(one => one.State is EnrolmentState.Waiting).OrderBy(one => one.JoinedAt).ThenBy(one => one.Member.Value))
        {
            if (TrainingRules.FreeSeat(session.Seats, taken) is not { } seat)
            {
                break;
            }

            // What was owed for a seat given back pays for the new one.
            (next.State, next.Seat, next.Price, next.RefundDueAt) = (EnrolmentState.Enrolled, seat, session.Price, null);
            taken.Add(seat);
            seated.Add(next);
        }

        return seated;
    }

    public async Task CancelAsync(TrainingSessionRow session, IEnumerable<EnrolmentRow> enrolments, CancellationToken ct)
    {
        session.State = TrainingSessionState.Cancelled;
        session.DueAt = null;
        session.Version++;
        foreach (var one in enrolments)
        {
            if (EnrolmentLifecycle.Next(one.State, EnrolmentEvent.SessionCancelled) is { } cancelled)
            {
                GiveBack(one, isRefunded: true);
                one.State = cancelled;
                await TellAsync(session, one, "training-cancelled", ct);
            }
        }
    }

    /// <summary>Before its state changes. Who leaves the line had nothing to pay for, and keeps what is owed from before.</summary>
    public void GiveBack(EnrolmentRow one, bool isRefunded)
    {
        if (one.Seat is not null)
        {
            one.RefundDueAt = isRefunded && one.Price.Minor > 0 ? clock.Now : null;
            one.Seat = null;
        }
    }

    public async Task TellAsync(TrainingSessionRow session, EnrolmentRow one, string code, CancellationToken ct, string? link = null)
    {
        var course = await db.Courses.FindAsync([session.Course], ct);
        db.Tell(
            one.Member,
            code,
            new Dictionary<string, string>
            {
                ["course"] = course!.Name.In("fr"), ["courseEn"] = course.Name.In("en"), ["begins"] = session.Start.ToString(null, CultureInfo.InvariantCulture), ["link"] = link ?? $"/trainings/{session.Id}",
            },
            clock.Now);
    }
}
