using Fablab.Contracts;
using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;

namespace Fablab.ServerProtocol;

/// <summary>The desired state of the domain as the wire says it.</summary>
public static class DesiredMessage
{
    /// <param name="job">The job that the state names; <see langword="null"/> when it names none.</param>
    /// <param name="path">Where the bridge gets the job's file.</param>
    public static DesiredTwin Of(string machine, DesiredState desired, MachineJob? job, string? path) => new()
    {
        Version = desired.Version,
        Machine = machine,
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
            Path = path!,
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
