using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Trainings.Sessions;

/// <summary>Seats that stayed free because all in line were passed over go to them once nothing stands against them any more.</summary>
internal sealed class FillSeats(FablabDb db, SessionSeats seats, LabClock clock)
{
    public Task<List<TrainingSessionRow>> DueAsync(int most, CancellationToken ct)
    {
        var now = clock.Now;
        return db.TrainingSessions.AsNoTracking()
            .Where(row => row.Start > now && row.State == TrainingSessionState.Planned
                && db.Enrolments.Any(one => one.Session == row.Id && one.State == EnrolmentState.Waiting)
                && db.Enrolments.Count(one => one.Session == row.Id && one.Seat != null) < row.Seats)
            .OrderBy(row => row.Start).Take(most).ToListAsync(ct);
    }

    public Task ExecuteAsync(TrainingSessionRow due, CancellationToken ct) => LabTransaction.RunHoldingAsync(
        db,
        [due.Id.Value],
        async () =>
        {
            var id = due.Id;
            var session = await db.TrainingSessions.SingleAsync(row => row.Id == id, ct);
            if (session.State is TrainingSessionState.Cancelled || clock.Now >= session.Start)
            {
                return 0;
            }

            await seats.TellSeatedAsync(session, await seats.FillAsync(session, await db.Enrolments.Where(row => row.Session == id).ToListAsync(ct), null, ct), ct);
            return await db.SaveChangesAsync(ct);
        },
        ct);
}
