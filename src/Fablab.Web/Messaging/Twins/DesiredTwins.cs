using Fablab.Contracts;
using Fablab.Domain.Desks;
using Fablab.ServerProtocol;
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
        var path = job is null ? null : $"/api/v1/bridges/{machine.Address!.Bridge}/jobs/{job.Id.Value}/file";
        return DesiredMessage.Of(machine.Code, desired, job, path);
    }
}
