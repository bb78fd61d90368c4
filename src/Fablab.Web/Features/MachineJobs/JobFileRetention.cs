using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.MachineJobs;

/// <summary>Deletes job files that were sent long ago and wait for no reservation; what is known of the jobs stays.</summary>
internal sealed class JobFileRetention(FablabDb db, JobFiles files, LabClock clock)
{
    /// <summary>No upload takes that long.</summary>
    private static readonly Duration UnfinishedFor = Duration.FromDays(1);

    public async Task RunAsync(Duration keptFor, CancellationToken ct)
    {
        files.DeleteUnfinishedBefore((clock.Now - UnfinishedFor).ToDateTimeOffset());
        foreach (var sha256 in files.KeptBefore((clock.Now - keptFor).ToDateTimeOffset()))
        {
            if (!await IsWaitedForAsync(sha256, ct))
            {
                files.Delete(sha256);
            }
        }
    }

    private Task<bool> IsWaitedForAsync(string sha256, CancellationToken ct) => (
        from job in db.MachineJobs
        join reservation in db.Reservations on job.Id equals reservation.Job
        where job.Sha256 == sha256
            && (reservation.State == ReservationState.Requested || reservation.State == ReservationState.Confirmed || reservation.State == ReservationState.Active)
        select job.Id).AnyAsync(ct);
}
