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
        var old = files.KeptBefore((clock.Now - keptFor).ToDateTimeOffset());
        if (old.Count == 0)
        {
            return;
        }

        foreach (var sha256 in old.Except(await WaitedForAsync(ct)))
        {
            files.Delete(sha256);
        }
    }

    /// <summary>No more than there are open reservations.</summary>
    private async Task<HashSet<string>> WaitedForAsync(CancellationToken ct) => await (
        from job in db.MachineJobs
        join reservation in db.Reservations on job.Id equals reservation.Job
        where reservation.State == ReservationState.Requested || reservation.State == ReservationState.Confirmed || reservation.State == ReservationState.Active
        select job.Sha256).ToHashSetAsync(ct);
}
