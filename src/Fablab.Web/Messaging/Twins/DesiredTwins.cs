using Fablab.Contracts;
using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Messaging.Twins;

/// <summary>Makes the twin that is published from what is committed. The same row always gives the same twin.</summary>
internal sealed class DesiredTwins(FablabDb db)
{
    public async Task<DesiredTwin> OfAsync(MachineAddress machine, CancellationToken ct)
    {
        var row = await db.Desks.AsNoTracking().SingleOrDefaultAsync(desk => desk.Machine == machine.Id, ct);
        var desired = row?.Desired ?? DesiredState.Initial;
        var jobId = desired.Job;
        var job = jobId is null ? null : await db.MachineJobs.AsNoTracking().SingleAsync(j => j.Id == jobId, ct);
        return new DesiredTwin
        {
            Version = desired.Version,
            Machine = machine.Code,
            Mode = desired.Mode switch
            {
                DeskMode.InSession => MachineMode.InSession,
                DeskMode.OutOfOrder => MachineMode.OutOfOrder,
                _ => MachineMode.Available,
            },
            Session = desired.Session is { } session
                ? new DesiredSession { Id = session.Value, Generation = desired.Generation!.Value, Until = desired.Until?.ToDateTimeOffset() }
                : null,
            Job = job is null ? null : new DesiredJob
            {
                Id = job.Id.Value,
                Sha256 = job.Sha256,
                Bytes = job.Bytes,
                Path = $"/api/v1/bridges/{machine.Address!.Bridge}/jobs/{job.Id.Value}/file",
                EstimateMilliseconds = (long?)job.Estimate?.TotalMilliseconds,
                Wish = desired.JobIntent switch
                {
                    JobIntent.Pause => JobWish.Pause,
                    JobIntent.Cancel => JobWish.Cancel,
                    _ => JobWish.Run,
                },
            },
        };
    }
}
