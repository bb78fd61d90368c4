using Fablab.Contracts;
using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;

namespace Fablab.ServerProtocol;

/// <summary>A bridge's wish for a lease in the domain's words, and the answer in the wire's.</summary>
public static class LeaseMessage
{
    public static LeaseWish Wish(LeaseRequest request) => new(new(request.Session), request.Generation, request.Job is { } job ? new(job) : null);

    /// <param name="job">The job of the desk that decided.</param>
    public static LeaseAnswer Answer(LeaseRequest request, LeaseDecision decision, MachineJob? job) => new()
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
