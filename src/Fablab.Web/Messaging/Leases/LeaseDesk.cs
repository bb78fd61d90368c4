using Fablab.Contracts;
using Fablab.Domain.Desks;
using Fablab.Domain.Machines;
using Fablab.Web.Data;
using Fablab.Web.Features.Desks;
using Fablab.Web.Hosting;

namespace Fablab.Web.Messaging.Leases;

/// <summary>Answers a bridge's wish to energise or start.</summary>
internal sealed class LeaseDesk(FablabDb db, DeskStore store, BridgeDisputes disputes, LabClock clock)
{
    public async Task<LeaseAnswer> AnswerAsync(MachineId machine, LeaseRequest request, CancellationToken ct)
    {
        if (disputes.IsDisputed(machine))
        {
            return Say(request, LeaseDecision.No("disputed"), null);
        }

        var desk = await store.LoadAsync(machine, clock.Now, ct);
        if (desk is null)
        {
            return Say(request, LeaseDecision.No("no-session"), desk);
        }

        var wish = new LeaseWish(new(request.Session), request.Generation, request.Job is { } job ? new(job) : null);
        var (decision, remembered) = LeaseRules.Answer(desk, wish, clock.Now);
        if (remembered == desk)
        {
            return Say(request, decision, desk);
        }

        // The first grant of a session is durable before it leaves: from then on only the bridge can close the session.
        await using var transaction = await LabTransaction.BeginAsync(db, machine, ct);
        desk = (await store.LoadAsync(machine, clock.Now, ct))!;
        (decision, remembered) = LeaseRules.Answer(desk, wish, clock.Now);
        if (remembered.Session is { } session && remembered != desk)
        {
            db.Update(session);
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }

        return Say(request, decision, desk);
    }

    private static LeaseAnswer Say(LeaseRequest request, LeaseDecision decision, MachineDesk? desk) => new()
    {
        Nonce = request.Nonce,
        Machine = request.Machine,
        Session = request.Session,
        Generation = request.Generation,
        Granted = decision.IsGranted,
        TtlMilliseconds = (long)decision.Ttl.TotalMilliseconds,
        Job = decision.Job is { } job
            ? new LeasedJob { Id = job.Value, Sha256 = desk!.Job!.Sha256, RunMilliseconds = (long)decision.Run.TotalMilliseconds }
            : null,
        Refusal = decision.Refusal,
    };
}
