using System.Data.Common;
using Fablab.Contracts;
using Fablab.Domain.Bridges;
using Fablab.Domain.Journals;
using Fablab.Domain.Machines;
using Fablab.Domain.UsageSessions;
using Fablab.ServerProtocol;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Desks;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Messaging.Journals;

/// <summary>What to answer a bridge after its batch is committed.</summary>
/// <param name="Ack"><see langword="null"/> while the bridge's spool contradicts what is known: what it holds instead was not taken.</param>
internal sealed record JournalAnswer(JournalAck? Ack, ReplayRequest? Replay);

/// <summary>
/// Takes a batch of journal records: the records and all that follows from them are one transaction, keyed so that a repeat
/// is harmless. The acknowledgement is made of what was committed, never of what was received.
/// </summary>
internal sealed partial class JournalInbox(FablabDb db, DeskWork desks, DeskNews news, MachineDirectory machines, BridgeDisputes disputes, AuditTrail audit, LabClock clock, ILogger<JournalInbox> log)
{
    /// <summary>A batch that cannot be taken as a whole is taken record by record, so that one that does harm stops no other.</summary>
    public async Task<JournalAnswer> TakeAsync(BridgeRow bridge, JournalBatch batch, CancellationToken ct)
    {
        if (disputes.IsCopied(batch.SpoolId))
        {
            // A batch does not say which boot it is of, and the copy's records in the places of the original's would lose those.
            LogCopied(bridge.Code, batch.SpoolId);
            return new JournalAnswer(null, null);
        }

        try
        {
            return await TakeTogetherAsync(bridge, batch, true, ct);
        }
        catch (Exception error) when (IsOfContent(error))
        {
            LogOneByOne(bridge.Code, batch.Epoch, batch.Records[0].Sequence, error);
            return await TakeOneByOneAsync(bridge, batch, ct);
        }
    }

    private async Task<JournalAnswer> TakeOneByOneAsync(BridgeRow bridge, JournalBatch batch, CancellationToken ct)
    {
        var answer = new JournalAnswer(null, null);
        foreach (var record in batch.Records)
        {
            db.ChangeTracker.Clear();
            var alone = batch with { Records = [record] };
            try
            {
                answer = await TakeTogetherAsync(bridge, alone, true, ct);
            }
            catch (Exception error) when (IsOfContent(error))
            {
                LogHarmful(bridge.Code, batch.Epoch, record.Sequence, error);
                db.ChangeTracker.Clear();
                answer = await TakeTogetherAsync(bridge, alone, false, ct);
            }

            if (answer.Ack is null || answer.Replay is not null)
            {
                break;
            }
        }

        return answer;
    }

    /// <param name="applies">Or the records are only kept, for a person to look at.</param>
    private async Task<JournalAnswer> TakeTogetherAsync(BridgeRow bridge, JournalBatch batch, bool applies, CancellationToken ct)
    {
        var arrived = batch.Records.Select(record => JournalFacts.Arrived(record, batch)).ToList();
        var contents = applies ? await ReadAsync(bridge, arrived, ct) : [];

        // The spool is held too: two batches of one bridge never overtake each other, on whichever node they arrive.
        var touched = contents.Values.Select(c => c.Machine).Distinct().ToList();
        var held = touched.Select(machine => machine.Value).Append(batch.SpoolId);
        var decision = await LabTransaction.RunHoldingAsync(db, held, () => TakeWithinAsync(bridge, batch, arrived, contents, ct), ct);
        foreach (var machine in touched)
        {
            news.Changed(machine);
        }

        return decision is null or { IsContradicted: true }
            ? new JournalAnswer(null, null)
            : new JournalAnswer(HelloFacts.Ack(decision.Mark), decision.ReplayFrom is null ? null : HelloFacts.AskAgain(decision.Mark));
    }

    /// <returns>What was decided; <see langword="null"/> when the spool is another bridge's.</returns>
    private async Task<IngestDecision?> TakeWithinAsync(
        BridgeRow bridge, JournalBatch batch, List<ArrivedRecord> arrived, Dictionary<long, MachineContent> contents, CancellationToken ct)
    {
        var rows = await db.SpoolMarks.Where(mark => mark.SpoolId == batch.SpoolId).ToListAsync(ct);
        if (HelloRules.IsOfAnotherBridge(bridge.Id, rows.Select(mark => mark.Known).ToList()))
        {
            await QuarantineOnceAsync(bridge, $"spool {batch.SpoolId} belongs to another bridge", batch.Records[0], ct);
            await db.SaveChangesAsync(ct);
            return null;
        }

        var row = rows.Find(mark => mark.Epoch == batch.Epoch);
        if (row is null)
        {
            row = SpoolMarkRow.Of(SpoolEpoch.Unheard(batch.SpoolId, batch.Epoch, bridge.Id));
            db.Add(row);
        }

        var decision = JournalIngest.Decide(row.Known.Mark, arrived, await StoredHashesAsync(batch, row.UpTo, ct));
        var epoch = row.Known with { Mark = decision.Mark };
        if (decision.Accepted.LastOrDefault(record => contents.ContainsKey(record.Sequence)) is { } newest)
        {
            epoch = epoch.ReadClock(contents[newest.Sequence].Content.MonotonicMilliseconds, clock.Now);
        }

        foreach (var record in decision.Accepted)
        {
            db.Add(new JournalEntryRow
            {
                SpoolId = batch.SpoolId,
                Epoch = batch.Epoch,
                Sequence = record.Sequence,
                Bridge = bridge.Id,
                Content = StorableText.Of(record.Content),
                Hash = record.Hash,
                ReceivedAt = clock.Now,
            });
        }

        foreach (var record in decision.Quarantined)
        {
            var reason = $"record {batch.Epoch}/{record.Sequence} of spool {batch.SpoolId} contradicts what is stored ({record.Hash[..Math.Min(8, record.Hash.Length)]})";
            await QuarantineOnceAsync(bridge, reason, batch.Records.First(sent => sent.Sequence == record.Sequence && sent.Hash == record.Hash), ct);
        }

        row.Take(epoch);
        await db.SaveChangesAsync(ct);
        db.ChangeTracker.Clear();

        foreach (var record in decision.Accepted)
        {
            await ApplyAsync(bridge, record, contents.GetValueOrDefault(record.Sequence), epoch.Clock, ct);
        }

        return decision;
    }

    /// <summary>Contents that are understood and whose machine this bridge serves. The others are stored, quarantined and have no effect.</summary>
    private async Task<Dictionary<long, MachineContent>> ReadAsync(BridgeRow bridge, List<ArrivedRecord> arrived, CancellationToken ct)
    {
        var contents = new Dictionary<long, MachineContent>();
        foreach (var record in arrived)
        {
            if (record.HashIsRight
                && JournalFacts.TryRead(record.Content, out var content)
                && await machines.FindAsync(content.Machine, ct) is { } machine
                && machine.Bridge == bridge.Id)
            {
                // Of two sound records at one place the first is taken.
                contents.TryAdd(record.Sequence, new MachineContent(machine.Id, content));
            }
        }

        return contents;
    }

    /// <param name="read">What the record says; <see langword="null"/> when it is not understood.</param>
    /// <param name="bridgeClock">Read from this very batch at the latest, so it is there when anything is understood.</param>
    private async Task ApplyAsync(BridgeRow bridge, ArrivedRecord record, MachineContent? read, BridgeClock? bridgeClock, CancellationToken ct)
    {
        if (read?.Content.Safety is { } safety)
        {
            LogSafety(read.Content.Machine, safety.Event);
            audit.Note("safety-event", $"machine/{read.Machine}", read.Machine, after: new Dictionary<string, string> { ["event"] = safety.Event.ToString() });
            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear();
        }

        var fate = RecordRules.Decide(read is not null, read is null ? null : await NamedAsync(read, ct));
        if (RecordRules.ReasonToPutAside(fate) is { } reason)
        {
            LogPutAside(bridge.Code, record.Sequence, reason);
            db.PutAside(bridge, reason, record.Content, clock.Now);
            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear();
        }

        if (fate is RecordFate.Applied
            && JournalFacts.ToDeskEvent(read!.Content, bridgeClock!.HappenedAt(read.Content.MonotonicMilliseconds, clock.Now)) is { } fact)
        {
            await desks.HandleWithinAsync(read.Machine, fact, ct);
        }
    }

    private async Task<NamedSession?> NamedAsync(MachineContent read, CancellationToken ct) =>
        JournalFacts.SessionOf(read.Content) is { } session ? JournalFacts.Named(read.Content, await StateAsync(session, read.Machine, ct)) : null;

    private Task<UsageSessionState?> StateAsync(UsageSessionId id, MachineId machine, CancellationToken ct) => db.UsageSessions
        .Where(session => session.Id == id && session.Machine == machine)
        .Select(session => (UsageSessionState?)session.State)
        .SingleOrDefaultAsync(ct);

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

    private async Task QuarantineOnceAsync(BridgeRow bridge, string reason, JournalRecord record, CancellationToken ct)
    {
        if (await db.PutAsideOnceAsync(bridge, reason, record.Content, clock.Now, ct))
        {
            LogQuarantined(bridge.Code, record.Sequence, reason);
        }
    }

    /// <summary>The same records would fail again, unlike when the database is away, full or busy.</summary>
    private static bool IsOfContent(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is DbException database)
            {
                return DatabaseRefusals.IsOfContent(database);
            }
        }

        return error is not (OperationCanceledException or TimeoutException or ObjectDisposedException or IOException);
    }

    private sealed record MachineContent(MachineId Machine, JournalContent Content);

    [LoggerMessage(Level = LogLevel.Error, Message = "Record {Sequence} of bridge {Bridge} is quarantined: {Reason}")]
    private partial void LogQuarantined(string bridge, long sequence, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The batch of bridge {Bridge} from record {Epoch}/{Sequence} on could not be taken as a whole; taking it record by record")]
    private partial void LogOneByOne(string bridge, long epoch, long sequence, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Record {Epoch}/{Sequence} of bridge {Bridge} cannot be applied; it is stored and quarantined")]
    private partial void LogHarmful(string bridge, long epoch, long sequence, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Record {Sequence} of bridge {Bridge} is stored without effect and quarantined: {Reason}")]
    private partial void LogPutAside(string bridge, long sequence, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Records of bridge {Bridge} wait: two boots claim the spool {SpoolId}")]
    private partial void LogCopied(string bridge, Guid spoolId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Machine {Machine} reports {Event}")]
    private partial void LogSafety(string machine, string @event);
}
