using Fablab.Contracts;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Messaging;

/// <summary>What a bridge is told after its hello.</summary>
internal sealed record Greeting(IReadOnlyList<JournalAck> Acks, IReadOnlyList<ReplayRequest> Replays);

/// <summary>
/// Answers a hello: repeats the acknowledgements, asks for what is missing here (this side was restored from a backup), and
/// notices a spool that two boots claim.
/// </summary>
internal sealed partial class BridgeGreeting(FablabDb db, BridgeDisputes disputes, LabClock clock, ILogger<BridgeGreeting> log)
{
    public async Task<Greeting> AnswerAsync(BridgeRow bridge, Hello hello, CancellationToken ct)
    {
        if (hello.ProtocolMin > Hello.ProtocolVersion || hello.ProtocolMax < Hello.ProtocolVersion)
        {
            LogWrongProtocol(bridge.Code, hello.ProtocolMin, hello.ProtocolMax, Hello.ProtocolVersion);
            await CompareMachinesAsync(bridge, hello, "another protocol", ct);
            return new Greeting([], []);
        }

        // The journal's worker may be making the same marks.
        var (marks, dispute) = await LabTransaction.RunHoldingAsync(db, [hello.SpoolId], () => NoteAsync(bridge, hello, ct), ct);
        await CompareMachinesAsync(bridge, hello, dispute, ct);
        return dispute is null ? Answer(hello, marks) : new Greeting([], []);
    }

    private async Task<(Dictionary<long, SpoolMarkRow> Marks, string? Dispute)> NoteAsync(BridgeRow bridge, Hello hello, CancellationToken ct)
    {
        var marks = await db.SpoolMarks.Where(mark => mark.SpoolId == hello.SpoolId).ToDictionaryAsync(mark => mark.Epoch, ct);
        if (!marks.TryGetValue(hello.Epoch, out var present))
        {
            present = new SpoolMarkRow { SpoolId = hello.SpoolId, Epoch = hello.Epoch, Bridge = bridge.Id, UpTo = 0 };
            db.Add(present);
            marks[hello.Epoch] = present;
        }

        if (marks.Values.Any(mark => mark.Bridge != bridge.Id))
        {
            Quarantine(bridge, $"spool {hello.SpoolId} belongs to another bridge", hello);
            await db.SaveChangesAsync(ct);
            return (marks, "another bridge's spool");
        }

        if (present.BootId is { } known && known != hello.BootId)
        {
            LogClonedSpool(bridge.Code, hello.Epoch);
            Quarantine(bridge, $"epoch {hello.Epoch} of the spool was already begun by another boot: the spool was copied", hello);
            await db.SaveChangesAsync(ct);
            return (marks, "a copied spool");
        }

        present.BootId = hello.BootId;
        present.ClockMonotonicMilliseconds = hello.MonotonicMilliseconds;
        present.ClockAt = clock.Now;
        SkipForgottenHeads(bridge, hello, marks);
        await db.SaveChangesAsync(ct);
        return (marks, null);
    }

    /// <summary>Records that the bridge acknowledged once and no longer has never come again: a person is told, and what is left is taken.</summary>
    private void SkipForgottenHeads(BridgeRow bridge, Hello hello, Dictionary<long, SpoolMarkRow> marks)
    {
        foreach (var held in hello.Held)
        {
            var mark = marks.GetValueOrDefault(held.Epoch);
            if (held.FirstSequence <= (mark?.UpTo ?? 0) + 1)
            {
                continue;
            }

            Quarantine(bridge, $"records {(mark?.UpTo ?? 0) + 1} to {held.FirstSequence - 1} of epoch {held.Epoch} are gone from the bridge", hello);
            if (mark is null)
            {
                mark = new SpoolMarkRow { SpoolId = hello.SpoolId, Epoch = held.Epoch, Bridge = bridge.Id, UpTo = 0 };
                marks[held.Epoch] = mark;
                db.Add(mark);
            }

            mark.UpTo = held.FirstSequence - 1;
            mark.LastHash = null;
        }
    }

    /// <summary>A bridge that thinks a machine less dangerous than we do would keep it running without leases.</summary>
    private async Task CompareMachinesAsync(BridgeRow bridge, Hello hello, string? disputed, CancellationToken ct)
    {
        var ours = await db.Machines.AsNoTracking().Where(machine => machine.Bridge == bridge.Id).ToListAsync(ct);
        foreach (var machine in ours)
        {
            var said = hello.Machines.FirstOrDefault(m => m.Machine == machine.Code);
            var reason = disputed ?? (said is not null && said.HazardClass.ToString() != machine.Policy.HazardClass.ToString()
                ? $"class {said.HazardClass} at the bridge and {machine.Policy.HazardClass} here"
                : null);
            disputes.Settle(machine.Id, reason);
            if (reason is not null)
            {
                LogDisputed(machine.Code, bridge.Code, reason);
            }
        }

        foreach (var stranger in hello.Machines.Where(said => ours.All(machine => machine.Code != said.Machine)))
        {
            LogStranger(bridge.Code, stranger.Machine);
        }
    }

    private void Quarantine(BridgeRow bridge, string reason, Hello hello) => db.Add(new QuarantinedRow
    {
        Id = Guid.CreateVersion7(),
        Bridge = bridge.Id,
        Reason = reason,
        Content = ContractsJson.WriteText(hello),
        ReceivedAt = clock.Now,
    });

    private static Greeting Answer(Hello hello, Dictionary<long, SpoolMarkRow> marks)
    {
        var acks = new List<JournalAck>();
        var replays = new List<ReplayRequest>();
        foreach (var held in hello.Held)
        {
            var upTo = marks.TryGetValue(held.Epoch, out var mark) ? mark.UpTo : 0;
            if (upTo > 0)
            {
                acks.Add(new JournalAck { SpoolId = hello.SpoolId, Epoch = held.Epoch, UpTo = upTo });
            }

            if (held.AcknowledgedUpTo > upTo)
            {
                replays.Add(new ReplayRequest { SpoolId = hello.SpoolId, Epoch = held.Epoch, FromSequence = upTo + 1 });
            }
        }

        return new Greeting(acks, replays);
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
