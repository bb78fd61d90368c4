using System.Collections.Immutable;
using Fablab.Contracts;
using Fablab.Domain.Billing;
using Fablab.Domain.Desks;
using Fablab.Domain.Journals;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.UsageSessions;

namespace Fablab.Simulation.Server;

/// <summary>Takes the bridges' journals, one transaction a batch, acknowledges after the commit, charges what is closed.</summary>
internal sealed partial class SimulatedServer
{
    private const double MostDrift = 0.05;

    private void TakeHello(BridgeAddress bridge, Hello hello)
    {
        cores.SaidHello(bridge, hello, Now);
        foreach (var held in hello.Held)
        {
            var mark = Mark(database.State, hello.SpoolId, held.Epoch);
            Acknowledge(bridge, mark);
            if (held.AcknowledgedUpTo > mark.UpTo)
            {
                AskAgain(bridge, mark, mark.UpTo + 1);
            }
        }

        foreach (var machine in database.State.Machines.Values.Where(machine => machine.Bridge == bridge))
        {
            PublishDesired(machine);
        }
    }

    private void TakeReported(BridgeAddress bridge, ReportedTwin reported)
    {
        if (!database.State.Machines.TryGetValue(reported.Machine, out var machine) || machine.Bridge != bridge
            || !cores.IsNewer(reported, database.State.Reported.GetValueOrDefault(reported.Machine)))
        {
            return;
        }

        var transaction = database.Begin();
        transaction.State = transaction.State with { Reported = transaction.State.Reported.SetItem(reported.Machine, reported) };
        Commit(transaction, "reported");
    }

    private void TakeJournal(BridgeAddress bridge, JournalBatch batch)
    {
        var transaction = database.Begin();
        var mark = Mark(transaction.State, batch.SpoolId, cores.EpochOf(batch));
        var arrived = batch.Records.Select(record => new ArrivedRecord(
            record.Sequence, record.Content, record.PreviousHash, record.Hash, JournalHash.IsRight(record, batch.SpoolId, batch.Epoch))).ToList();
        var decision = cores.Ingest(mark, arrived, StoredHashes(transaction.State, batch));
        if (cores.AcknowledgesBeforeCommit)
        {
            Acknowledge(bridge, decision.Mark);
            MayCrash("between acknowledgement and commit");
        }

        var clock = ReadClock(transaction, batch);
        foreach (var record in decision.Accepted)
        {
            Take(transaction, bridge, batch, record, clock);
        }

        if (cores.RatesRepeats)
        {
            RateAgain(transaction, batch, mark);
        }

        transaction.State = transaction.State with
        {
            Marks = decision.Mark == mark ? transaction.State.Marks : transaction.State.Marks.SetItem((batch.SpoolId, decision.Mark.Epoch), decision.Mark),
            Quarantine = decision.Quarantined.Count == 0 ? transaction.State.Quarantine : transaction.State.Quarantine.AddRange(decision.Quarantined),
        };
        Commit(transaction, "journal");
        Acknowledge(bridge, decision.Mark with { Epoch = batch.Epoch, UpTo = cores.AcknowledgeUpTo(decision.Mark, arrived) });
        if (decision.ReplayFrom is { } from)
        {
            AskAgain(bridge, decision.Mark, from);
        }
    }

    private void Take(ServerTransaction transaction, BridgeAddress bridge, JournalBatch batch, ArrivedRecord record, ClockReading clock)
    {
        if (!ContractsJson.TryRead<JournalContent>(record.Content, out var content, out _))
        {
            return;
        }

        transaction.Save((batch.SpoolId, batch.Epoch, record.Sequence), new JournalRow(record.Hash, content));
        if (transaction.State.Machines.TryGetValue(content.Machine, out var machine) && machine.Bridge == bridge
            && DeskEventOf(content, cores.HappenedAt(bridge, content, HappenedAt(clock, content), Now)) is { } happened)
        {
            HandleDesk(transaction, content.Machine, happened);
        }
    }

    /// <summary>
    /// Reads the bridge's monotonic clock off the newest record. The record came later than it was made, so an older reading
    /// that travelled faster may be nearer to the truth, less what the clock can have drifted since.
    /// </summary>
    private ClockReading ReadClock(ServerTransaction transaction, JournalBatch batch)
    {
        var key = (batch.SpoolId, batch.Epoch);
        var known = transaction.State.Clocks.GetValueOrDefault(key);
        if (!ContractsJson.TryRead<JournalContent>(batch.Records[^1].Content, out var newest, out _))
        {
            return known ?? new ClockReading(Duration.Zero, Now);
        }

        var reading = new ClockReading(Duration.FromMilliseconds(newest.MonotonicMilliseconds), Now);
        if (known is not null && reading.Monotonic >= known.Monotonic)
        {
            var latest = known.At + ((reading.Monotonic - known.Monotonic) / (1 - MostDrift));
            reading = reading with { At = Instant.Min(Now, latest) };
        }
        else if (known is not null)
        {
            return known;
        }

        transaction.State = transaction.State with { Clocks = transaction.State.Clocks.SetItem(key, reading) };
        return reading;
    }

    /// <summary>When it happened by the server's clock. The bridge's own wall clock may be days off, so it is not asked.</summary>
    private Instant HappenedAt(ClockReading clock, JournalContent content) =>
        Instant.Min(Now, clock.At - (clock.Monotonic - Duration.FromMilliseconds(content.MonotonicMilliseconds)));

    private static DeskEvent? DeskEventOf(JournalContent content, Instant at) => content switch
    {
        { Meter: { } meter } => new DeskEvent.SessionMetered(new(meter.Session), new MeterRead(
            at,
            Duration.FromMilliseconds(meter.DeltaMilliseconds),
            Duration.FromMilliseconds(meter.TotalMilliseconds),
            Duration.FromMilliseconds(meter.ActiveMilliseconds),
            meter.State is MeterState.Active,
            meter.Source is MeterSource.Recovered,
            meter.WattSeconds,
            meter.FilamentMillimetres)),
        { Session: { Turn: SessionTurn.Armed } armed } => new DeskEvent.SessionArmed(new(armed.Session), at),
        { Session: { Turn: SessionTurn.Closed } closed } => new DeskEvent.SessionClosed(
            new(closed.Session), at, Duration.FromMilliseconds(closed.TotalMilliseconds), closed.Reason ?? "ended"),
        { Job: { } job } => new DeskEvent.JobMoved(new(job.Job), at, StateOf(job.State), job.Reason),
        _ => null,
    };

    private static MachineJobState StateOf(JobState state) => Enum.Parse<MachineJobState>(state.ToString());

    private void Charge(ServerTransaction transaction, UsageSession session)
    {
        if (session.State is not UsageSessionState.Closed)
        {
            return;
        }

        var reservation = transaction.State.Reservations[session.Reservation.Value];
        var key = cores.ChargeKey(session);
        var charge = Charging.Charge(session, reservation, SimulatedPrices.Tariff, SimulatedPrices.Zone, key, Now);
        if (charge is not null && !transaction.State.Charges.ContainsKey(key.Value))
        {
            transaction.Add(charge);
        }
    }

    /// <summary>What a planted bug does: it takes a repeated last record for a new one.</summary>
    private void RateAgain(ServerTransaction transaction, JournalBatch batch, SpoolMark mark)
    {
        foreach (var record in batch.Records.Where(record => record.Sequence <= mark.UpTo))
        {
            if (transaction.State.Journal.GetValueOrDefault((batch.SpoolId, batch.Epoch, record.Sequence))?.Content.Session is { Turn: SessionTurn.Closed } closed
                && transaction.State.Sessions.TryGetValue(closed.Session, out var session))
            {
                Charge(transaction, session);
            }
        }
    }

    private void IssueInvoices()
    {
        var transaction = database.Begin();
        var state = transaction.State;
        foreach (var charges in state.Uninvoiced.Select(id => state.Charges[id]).GroupBy(charge => charge.Member).OrderBy(group => group.Key.Value))
        {
            var totals = InvoiceTotals.Of(charges.ToList());
            var number = transaction.State.InvoiceCounter + 1;
            transaction.State = transaction.State with
            {
                InvoiceCounter = number,
                Invoices = transaction.State.Invoices.Add(new InvoiceRow(number, totals, charges.Select(charge => charge.Id).ToImmutableList())),
                Ledger = transaction.State.Ledger.AddRange(LedgerEntry.ForInvoice(totals)),
            };
        }

        transaction.State = transaction.State with { Uninvoiced = [] };
        Commit(transaction, "invoices");
    }

    private void Acknowledge(BridgeAddress bridge, SpoolMark mark)
    {
        var ack = new JournalAck { SpoolId = mark.SpoolId, Epoch = mark.Epoch, UpTo = mark.UpTo };
        broker.Publish(link, Topics.JournalAck(bridge), ContractsJson.Write(ack), isRetained: false);
    }

    private void AskAgain(BridgeAddress bridge, SpoolMark mark, long from)
    {
        var request = new ReplayRequest { SpoolId = mark.SpoolId, Epoch = mark.Epoch, FromSequence = from };
        broker.Publish(link, Topics.Replay(bridge), ContractsJson.Write(request), isRetained: false);
    }

    private static SpoolMark Mark(DatabaseState state, Guid spool, long epoch) =>
        state.Marks.GetValueOrDefault((spool, epoch)) ?? new SpoolMark(spool, epoch, 0, null);

    private static Dictionary<long, string> StoredHashes(DatabaseState state, JournalBatch batch)
    {
        var hashes = new Dictionary<long, string>();
        foreach (var record in batch.Records)
        {
            if (state.Journal.TryGetValue((batch.SpoolId, batch.Epoch, record.Sequence), out var row))
            {
                hashes[record.Sequence] = row.Hash;
            }
        }

        return hashes;
    }
}
