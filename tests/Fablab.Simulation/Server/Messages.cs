using Fablab.Contracts;
using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;

namespace Fablab.Simulation.Server;

/// <summary>The desired state of the domain as the wire says it.</summary>
internal static class DesiredMessage
{
    public static DesiredTwin Of(MachineRow machine, DatabaseState state)
    {
        var desired = machine.Desired;
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
            Job = desired.Job is { } id ? Job(state.Jobs[id.Value], desired.JobIntent!.Value) : null,
        };
    }

    private static DesiredJob Job(MachineJob job, JobIntent intent) => new()
    {
        Id = job.Id.Value,
        Sha256 = job.Sha256,
        Bytes = job.Bytes,
        Path = $"/bridge/files/{job.Id.Value:N}",
        EstimateMilliseconds = (long?)job.Estimate?.TotalMilliseconds,
        Wish = intent switch
        {
            JobIntent.Pause => JobWish.Pause,
            JobIntent.Cancel => JobWish.Cancel,
            _ => JobWish.Run,
        },
    };
}

internal static class LeaseMessage
{
    public static LeaseAnswer Of(LeaseRequest request, LeaseDecision decision, MachineJob? job) => new()
    {
        Nonce = request.Nonce,
        Machine = request.Machine,
        Session = request.Session,
        Generation = request.Generation,
        Granted = decision.IsGranted,
        TtlMilliseconds = (long)decision.Ttl.TotalMilliseconds,
        Job = decision.Job is { } id
            ? new LeasedJob { Id = id.Value, Sha256 = job!.Sha256, RunMilliseconds = (long)decision.Run.TotalMilliseconds }
            : null,
        Refusal = decision.Refusal,
    };
}
