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
internal sealed partial class BridgeGreeting(FablabDb db, LabClock clock, ILogger<BridgeGreeting> log)
{
    public async Task<Greeting> AnswerAsync(BridgeRow bridge, Hello hello, CancellationToken ct)
    {
        if (hello.ProtocolMin > Hello.ProtocolVersion || hello.ProtocolMax < Hello.ProtocolVersion)
        {
            LogWrongProtocol(bridge.Code, hello.ProtocolMin, hello.ProtocolMax, Hello.ProtocolVersion);
            return new Greeting([], []);
        }

        await using var transaction = await LabTransaction.BeginAsync(db, ct);
        var marks = await db.SpoolMarks.Where(mark => mark.SpoolId == hello.SpoolId).ToDictionaryAsync(mark => mark.Epoch, ct);
        if (!marks.TryGetValue(hello.Epoch, out var present))
        {
            present = new SpoolMarkRow { SpoolId = hello.SpoolId, Epoch = hello.Epoch, Bridge = bridge.Id, UpTo = 0 };
            db.Add(present);
            marks[hello.Epoch] = present;
        }

        if (present.BootId is { } known && known != hello.BootId)
        {
            LogClonedSpool(bridge.Code, hello.Epoch);
            db.Add(new QuarantinedRow
            {
                Id = Guid.CreateVersion7(),
                Bridge = bridge.Id,
                Reason = $"epoch {hello.Epoch} of the spool was already begun by another boot: the spool was copied",
                Content = ContractsJson.WriteText(hello),
                ReceivedAt = clock.Now,
            });
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            return new Greeting([], []);
        }

        present.BootId = hello.BootId;
        present.ClockMonotonicMilliseconds = hello.MonotonicMilliseconds;
        present.ClockAt = clock.Now;
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(hello, marks);
    }

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

    [LoggerMessage(Level = LogLevel.Critical, Message = "Bridge {Bridge} says hello for epoch {Epoch} from a second boot: its spool was copied. Delete the copy and let it make a new spool")]
    private partial void LogClonedSpool(string bridge, long epoch);
}
