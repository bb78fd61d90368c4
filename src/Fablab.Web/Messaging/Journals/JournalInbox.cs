using Fablab.Contracts;
using Fablab.Domain.Journals;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Desks;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Messaging.Journals;

/// <summary>What to answer a bridge after its batch is committed.</summary>
/// <param name="Ack"><see langword="null"/> while the bridge's spool contradicts what is stored: what it holds instead was not taken.</param>
internal sealed record JournalAnswer(JournalAck? Ack, ReplayRequest? Replay);

/// <summary>
/// Takes a batch of journal records: the records and all that follows from them are one transaction, keyed so that a repeat
/// is harmless. The acknowledgement is made of what was committed, never of what was received.
/// </summary>
internal sealed partial class JournalInbox(FablabDb db, DeskWork desks, DeskNews news, MachineDirectory machines, LabClock clock, ILogger<JournalInbox> log)
{
    public async Task<JournalAnswer> TakeAsync(BridgeRow bridge, JournalBatch batch, CancellationToken ct)
    {
        var arrived = batch.Records
            .Select(r => new ArrivedRecord(r.Sequence, r.Content, r.PreviousHash, r.Hash, JournalHash.IsRight(r, batch.SpoolId, batch.Epoch)))
            .ToList();
        var contents = await ReadAsync(bridge, arrived, ct);

        // The spool is held too: two batches of one bridge never overtake each other, on whichever node they arrive.
        var touched = contents.Values.Select(c => c.Machine).Distinct().ToList();
        var held = touched.Select(machine => machine.Value).Append(batch.SpoolId);
        var decision = await LabTransaction.RunHoldingAsync(db, held, () => TakeWithinAsync(bridge, batch, arrived, contents, ct), ct);
        foreach (var machine in touched)
        {
            news.Changed(machine);
        }

        if (decision.Quarantined.Any(record => record.HashIsRight))
        {
            // Sound records that contradict ours: an old image or a copy of the spool. Neither side may go on as if they agreed.
            return new JournalAnswer(null, null);
        }

        return new JournalAnswer(
            new JournalAck { SpoolId = batch.SpoolId, Epoch = batch.Epoch, UpTo = decision.Mark.UpTo },
            decision.ReplayFrom is { } from ? new ReplayRequest { SpoolId = batch.SpoolId, Epoch = batch.Epoch, FromSequence = from } : null);
    }

    private async Task<IngestDecision> TakeWithinAsync(
        BridgeRow bridge, JournalBatch batch, List<ArrivedRecord> arrived, Dictionary<long, MachineContent> contents, CancellationToken ct)
    {
        var row = await MarkAsync(bridge, batch, ct);
        var decision = JournalIngest.Decide(
            new SpoolMark(row.SpoolId, row.Epoch, row.UpTo, row.LastHash),
            arrived,
            await StoredHashesAsync(batch, row.UpTo, ct));

        foreach (var record in decision.Accepted)
        {
            db.Add(new JournalEntryRow
            {
                SpoolId = batch.SpoolId,
                Epoch = batch.Epoch,
                Sequence = record.Sequence,
                Bridge = bridge.Id,
                Content = record.Content,
                Hash = record.Hash,
                ReceivedAt = clock.Now,
            });
        }

        foreach (var record in decision.Quarantined)
        {
            var reason = $"record {batch.Epoch}/{record.Sequence} of spool {batch.SpoolId} contradicts what is stored ({record.Hash[..Math.Min(8, record.Hash.Length)]})";
            if (!await db.Quarantined.AnyAsync(row => row.Bridge == bridge.Id && row.Reason == reason, ct))
            {
                // Once, however often the bridge repeats it.
                LogQuarantined(bridge.Code, batch.Epoch, record.Sequence);
                Quarantine(bridge, reason, record.Content);
            }
        }

        row.UpTo = decision.Mark.UpTo;
        row.LastHash = decision.Mark.LastHash;
        await db.SaveChangesAsync(ct);
        db.ChangeTracker.Clear();

        foreach (var record in decision.Accepted)
        {
            await ApplyAsync(bridge, record, contents, row.Clock, ct);
        }

        return decision;
    }

    /// <summary>Contents that are understood and whose machine this bridge serves. The others are stored, quarantined and have no effect.</summary>
    private async Task<Dictionary<long, MachineContent>> ReadAsync(BridgeRow bridge, List<ArrivedRecord> arrived, CancellationToken ct)
    {
        var contents = new Dictionary<long, MachineContent>();
        foreach (var record in arrived)
        {
            if (ContractsJson.TryRead<JournalContent>(record.Content, out var content, out _)
                && await machines.FindAsync(content.Machine, ct) is { } machine
                && machine.Bridge == bridge.Id)
            {
                contents[record.Sequence] = new MachineContent(machine.Id, content);
            }
        }

        return contents;
    }

    private async Task ApplyAsync(BridgeRow bridge, ArrivedRecord record, Dictionary<long, MachineContent> contents, BridgeClock? bridgeClock, CancellationToken ct)
    {
        if (!contents.TryGetValue(record.Sequence, out var read))
        {
            LogNotUnderstood(bridge.Code, record.Sequence);
            Quarantine(bridge, "content is not understood or not of this bridge", record.Content);
            await db.SaveChangesAsync(ct);
            return;
        }

        if (read.Content.Safety is { } safety)
        {
            LogSafety(read.Content.Machine, safety.Event);
            db.Add(new AuditRow { Id = Guid.CreateVersion7(), At = clock.Now, Action = $"safety:{safety.Event}", Subject = $"machine/{read.Content.Machine}" });
            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear();
        }

        if (SessionOf(read.Content) is { } session && !await IsOpenAsync(session, ct))
        {
            // Money was or will be made of what is known; a person must see what came after it.
            Quarantine(bridge, "metered for a session that is not open", record.Content);
            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear();
            return;
        }

        // Without a reading of the epoch's clock the bridge's wall clock is all there is.
        var at = bridgeClock?.HappenedAt(read.Content.MonotonicMilliseconds, clock.Now)
            ?? Instant.Min(Instant.FromDateTimeOffset(read.Content.At), clock.Now);
        if (JournalFacts.ToDeskEvent(read.Content, at) is { } fact)
        {
            await desks.HandleWithinAsync(read.Machine, fact, ct);
        }
    }

    private static UsageSessionId? SessionOf(JournalContent content) =>
        (content.Meter?.Session ?? content.Session?.Session) is { } id ? new UsageSessionId(id) : null;

    private Task<bool> IsOpenAsync(UsageSessionId id, CancellationToken ct) => db.UsageSessions.AnyAsync(
        session => session.Id == id && session.State != UsageSessionState.Closed && session.State != UsageSessionState.Void, ct);

    private async Task<SpoolMarkRow> MarkAsync(BridgeRow bridge, JournalBatch batch, CancellationToken ct)
    {
        var row = await db.SpoolMarks.SingleOrDefaultAsync(mark => mark.SpoolId == batch.SpoolId && mark.Epoch == batch.Epoch, ct);
        if (row is not null)
        {
            return row;
        }

        row = new SpoolMarkRow { SpoolId = batch.SpoolId, Epoch = batch.Epoch, Bridge = bridge.Id, UpTo = 0 };
        db.Add(row);
        return row;
    }

    private async Task<Dictionary<long, string>> StoredHashesAsync(JournalBatch batch, long upTo, CancellationToken ct)
    {
        var repeated = batch.Records.Where(r => r.Sequence <= upTo).Select(r => r.Sequence).ToList();
        if (repeated.Count == 0)
        {
            return [];
        }

        var (first, last) = (repeated.Min(), repeated.Max());
        return await db.JournalEntries.AsNoTracking()
            .Where(e => e.SpoolId == batch.SpoolId && e.Epoch == batch.Epoch && e.Sequence >= first && e.Sequence <= last)
            .ToDictionaryAsync(e => e.Sequence, e => e.Hash, ct);
    }

    private void Quarantine(BridgeRow bridge, string reason, string content) => db.Add(new QuarantinedRow
    {
        Id = Guid.CreateVersion7(),
        Bridge = bridge.Id,
        Reason = reason,
        Content = content,
        ReceivedAt = clock.Now,
    });

    private sealed record MachineContent(Fablab.Domain.Machines.MachineId Machine, JournalContent Content);

    [LoggerMessage(Level = LogLevel.Error, Message = "Bridge {Bridge} sent record {Epoch}/{Sequence} that contradicts what is stored; it is quarantined")]
    private partial void LogQuarantined(string bridge, long epoch, long sequence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bridge {Bridge} sent record {Sequence} that is not understood; it is stored without effect")]
    private partial void LogNotUnderstood(string bridge, long sequence);

    [LoggerMessage(Level = LogLevel.Error, Message = "Machine {Machine} reports {Event}")]
    private partial void LogSafety(string machine, string @event);
}
