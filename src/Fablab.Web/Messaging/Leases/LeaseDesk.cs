using Fablab.Contracts;
using Fablab.Domain.Desks;
using Fablab.Domain.Machines;
using Fablab.ServerProtocol;
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
            return LeaseMessage.Answer(request, LeaseDecision.No("disputed"), null);
        }

        var desk = await store.LoadAsync(machine, clock.Now, ct);
        if (desk is null)
        {
            return LeaseMessage.Answer(request, LeaseDecision.No("no-session"), null);
        }

        var wish = LeaseMessage.Wish(request);
        var (decision, remembered) = LeaseRules.Answer(desk, wish, clock.Now);
        if (remembered == desk)
        {
            return LeaseMessage.Answer(request, decision, desk.Job);
        }

        // The first grant of a session is durable before it leaves: from then on only the bridge can close the session.
        return await LabTransaction.RunAsync(db, machine, () => RememberAsync(machine, request, wish, ct), ct);
    }

    private async Task<LeaseAnswer> RememberAsync(MachineId machine, LeaseRequest request, LeaseWish wish, CancellationToken ct)
    {
        var desk = (await store.LoadAsync(machine, clock.Now, ct))!;
        var (decision, remembered) = LeaseRules.Answer(desk, wish, clock.Now);
        if (remembered.Session is { } session && remembered != desk)
        {
            db.Update(session);
            await db.SaveChangesAsync(ct);
        }

        return LeaseMessage.Answer(request, decision, desk.Job);
    }
}
