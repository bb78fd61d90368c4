using Fablab.Contracts;
using Fablab.Domain.Bridges;
using Fablab.Domain.Journals;
using Fablab.ServerProtocol;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Messaging;

/// <summary>What a bridge is told after its hello.</summary>
internal sealed record Greeting(IReadOnlyList<JournalAck> Acks, IReadOnlyList<ReplayRequest> Replays);

/// <summary>Answers a hello as <see cref="HelloRules"/> decides: loads, saves and tells a person.</summary>
internal sealed partial class BridgeGreeting(FablabDb db, BridgeDisputes disputes, LabClock clock, ILogger<BridgeGreeting> log)
{
    public async Task<Greeting> AnswerAsync(BridgeRow bridge, Hello hello, CancellationToken ct)
    {
        var said = HelloFacts.Of(hello, bridge.Id);

        // The journal's worker may be making the same marks.
        var decision = await LabTransaction.RunHoldingAsync(db, [hello.SpoolId], () => NoteAsync(bridge, hello, said, ct), ct);
        if (decision.SpoolIsCopied is { } isCopied)
        {
            disputes.SettleSpool(hello.SpoolId, isCopied);
        }

        Tell(bridge, hello, decision);
        await CompareMachinesAsync(bridge, said, decision.Dispute, ct);
        return new Greeting(decision.Acknowledged.Select(HelloFacts.Ack).ToList(), decision.AskedAgain.Select(HelloFacts.AskAgain).ToList());
    }

    private async Task<HelloDecision> NoteAsync(BridgeRow bridge, Hello hello, BridgeHello said, CancellationToken ct)
    {
        var rows = await db.SpoolMarks.Where(mark => mark.SpoolId == hello.SpoolId).ToDictionaryAsync(mark => mark.Epoch, ct);
        var decision = HelloRules.Decide(said, rows.Values.Select(row => row.Known).ToList(), clock.Now);
        foreach (var epoch in decision.Changed)
        {
            if (rows.TryGetValue(epoch.Mark.Epoch, out var row))
            {
                row.Take(epoch);
            }
            else
            {
                db.Add(SpoolMarkRow.Of(epoch));
            }
        }

        foreach (var reason in decision.PutAside)
        {
            await db.PutAsideOnceAsync(bridge, reason, ContractsJson.WriteText(hello), clock.Now, ct);
        }

        await db.SaveChangesAsync(ct);
        return decision;
    }

    private void Tell(BridgeRow bridge, Hello hello, HelloDecision decision)
    {
        if (decision.Dispute is HelloDispute.OtherProtocol)
        {
            LogWrongProtocol(bridge.Code, hello.ProtocolMin, hello.ProtocolMax, Hello.ProtocolVersion);
        }
        else if (decision.Dispute is HelloDispute.CopiedSpool)
        {
            LogClonedSpool(bridge.Code, hello.Epoch);
        }
    }

    private async Task CompareMachinesAsync(BridgeRow bridge, BridgeHello said, HelloDispute? dispute, CancellationToken ct)
    {
        var ours = (await db.Machines.AsNoTracking().Where(machine => machine.Bridge == bridge.Id).ToListAsync(ct))
            .Select(machine => new KnownMachine(machine.Id, machine.Code, machine.Policy.HazardClass)).ToList();
        foreach (var (machine, reason) in HelloRules.Compare(said, dispute, ours))
        {
            disputes.Settle(machine.Id, reason);
            if (reason is not null)
            {
                LogDisputed(machine.Code, bridge.Code, reason);
            }
        }

        foreach (var stranger in said.Machines.Where(machine => ours.All(known => known.Code != machine.Code)))
        {
            LogStranger(bridge.Code, stranger.Code);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Bridge {Bridge} speaks protocol {Min} to {Max}; this program speaks {Ours}. Update the older one")]
    private partial void LogWrongProtocol(string bridge, int min, int max, int ours);

    [LoggerMessage(Level = LogLevel.Error, Message = "Machine {Machine} of bridge {Bridge} gets no lease: {Reason}")]
    private partial void LogDisputed(string machine, string bridge, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bridge {Bridge} has a machine {Machine} that is not registered for it here; add it or correct the bridge's settings")]
    private partial void LogStranger(string bridge, string machine);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Bridge {Bridge} says hello for epoch {Epoch} from a second boot: its spool was copied. Delete the copy and let it make a new spool")]
    private partial void LogClonedSpool(string bridge, long epoch);
}
