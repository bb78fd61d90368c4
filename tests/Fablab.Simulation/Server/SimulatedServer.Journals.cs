using System.Collections.Immutable;
using Fablab.Contracts;
using Fablab.Domain.Billing;
using Fablab.Domain.Bridges;
using Fablab.Domain.Journals;
using Fablab.Domain.UsageSessions;
using Fablab.ServerProtocol;
using Fablab.Simulation.Invariants;

namespace Fablab.Simulation.Server;

/// <summary>Takes the bridges' journals, one transaction a batch, acknowledges after the commit, charges what is closed.</summary>
internal sealed partial class SimulatedServer
{
    /// <summary>Machines that get no lease, and spools that wait, until their bridge's next hello. In memory, as the web has them.</summary>
    private readonly SortedSet<string> disputed = new(StringComparer.Ordinal);
    private readonly HashSet<Guid> copied = [];

    /// <summary>A person looks at what the server complains about.</summary>
    public bool IsDisputing(BridgeAddress bridge) => disputed.Any(machine => database.State.Machines[machine].Bridge == bridge);

    private void TakeHello(BridgeAddress bridge, Hello hello)
    {
        cores.SaidHello(bridge, hello, Now);
        var said = HelloFacts.Of(hello, settings.BridgeIds[bridge.Bridge]);
        var transaction = database.Begin();
        var decision = cores.Greet(said, EpochsOf(transaction.State, hello.SpoolId), Now);
        if (decision.Dispute is null)
        {
            transaction.ReadClocks.Add((hello.SpoolId, hello.Epoch, hello.MonotonicMilliseconds));
        }

        foreach (var epoch in decision.Changed)
        {
            transaction.Save(epoch);
        }

        foreach (var reason in decision.PutAside)
        {
            transaction.PutAside(reason);
        }

        Commit(transaction, "hello");
        Settle(bridge, said, decision);
        HelloTaken?.Invoke(bridge, hello);
        foreach (var mark in decision.Acknowledged)
        {
            Acknowledge(bridge, mark);
        }

        foreach (var mark in decision.AskedAgain)
        {
            AskAgain(bridge, mark);
        }

        foreach (var machine in database.State.Machines.Values.Where(machine => machine.Bridge == bridge))
        {
            PublishDesired(machine);
        }
    }

    private void Settle(BridgeAddress bridge, BridgeHello said, HelloDecision decision)
    {
        if (decision.SpoolIsCopied is { } isCopied && (isCopied ? copied.Add(said.SpoolId) : copied.Remove(said.SpoolId)))
        {
            world.Note("server", $"spool of {bridge.Bridge} {(isCopied ? "is" : "is no longer")} claimed by two boots");
        }

        var ours = database.State.Machines.Values.Where(machine => machine.Bridge == bridge)
            .Select(machine => new KnownMachine(machine.Id, machine.Code, machine.Policy.HazardClass)).ToList();
        foreach (var (machine, reason) in HelloRules.Compare(said, decision.Dispute, ours))
        {
            _ = reason is null ? disputed.Remove(machine.Code) : disputed.Add(machine.Code);
        }
    }

    private void TakeReported(BridgeAddress bridge, ReportedTwin reported)
    {
        var known = database.State.Reported.GetValueOrDefault(reported.Machine);
        if (!database.State.Machines.TryGetValue(reported.Machine, out var machine) || machine.Bridge != bridge
            || !cores.IsNewer(HelloFacts.Number(reported), known is null ? null : HelloFacts.Number(known)))
        {
            return;
        }

        var transaction = database.Begin();
        transaction.State = transaction.State with { Reported = transaction.State.Reported.SetItem(reported.Machine, reported) };
        Commit(transaction, "reported");
    }

    private void TakeJournal(BridgeAddress bridge, JournalBatch batch)
    {
        var (transaction, sender) = (database.Begin(), settings.BridgeIds[bridge.Bridge]);
        if (copied.Contains(batch.SpoolId) || HelloRules.IsOfAnotherBridge(sender, EpochsOf(transaction.State, batch.SpoolId)))
        {
            return;
        }

        var known = transaction.State.Epochs.GetValueOrDefault((batch.SpoolId, cores.EpochOf(batch))) ?? SpoolEpoch.Unheard(batch.SpoolId, cores.EpochOf(batch), sender);
        var arrived = batch.Records.Select(record => JournalFacts.Arrived(record, batch)).ToList();
        var decision = cores.Ingest(known.Mark, arrived, StoredHashes(transaction.State, batch));
        if (cores.AcknowledgesBeforeCommit)
        {
            Acknowledge(bridge, decision.Mark);
            MayCrash("between acknowledgement and commit");
        }

        var epoch = ReadClock(transaction, batch, known with { Mark = decision.Mark }, decision.Accepted);
        foreach (var record in decision.Accepted)
        {
            Take(transaction, bridge, batch, record, epoch.Clock);
        }

        if (cores.RatesRepeats)
        {
            RateAgain(transaction, batch, known.Mark);
        }

        foreach (var record in decision.Quarantined)
        {
            transaction.PutAside($"record {batch.Epoch}/{record.Sequence} of spool {batch.SpoolId} contradicts what is stored ({record.Hash})");
        }

        transaction.Save(epoch);
        Commit(transaction, "journal");
        if (!decision.IsContradicted)
        {
            Acknowledge(bridge, decision.Mark with { Epoch = batch.Epoch, UpTo = cores.AcknowledgeUpTo(decision.Mark, arrived) });
        }

        if (decision.ReplayFrom is not null && !decision.IsContradicted)
        {
            AskAgain(bridge, decision.Mark);
        }
    }

    private SpoolEpoch ReadClock(ServerTransaction transaction, JournalBatch batch, SpoolEpoch epoch, IReadOnlyList<ArrivedRecord> accepted)
    {
        for (var i = accepted.Count - 1; i >= 0; i--)
        {
            if (JournalFacts.TryRead(accepted[i].Content, out var content))
            {
                transaction.ReadClocks.Add((batch.SpoolId, batch.Epoch, content.MonotonicMilliseconds));
                return cores.ReadClock(epoch, content.MonotonicMilliseconds, Now);
            }
        }

        return epoch;
    }

    private void Take(ServerTransaction transaction, BridgeAddress bridge, JournalBatch batch, ArrivedRecord record, BridgeClock? clock)
    {
        // What is not understood is kept as text by the web; here every record is.
        if (!JournalFacts.TryRead(record.Content, out var content))
        {
            throw new InvariantBrokenException("I20", $"record {batch.Epoch}/{record.Sequence} of {bridge.Bridge} is not understood: {record.Content}");
        }

        var at = cores.HappenedAt(bridge, content, clock!.HappenedAt(content.MonotonicMilliseconds, Now), Now);
        transaction.Save((batch.SpoolId, batch.Epoch, record.Sequence), new JournalRow(record.Hash, content, at));
        var isOurs = transaction.State.Machines.TryGetValue(content.Machine, out var machine) && machine.Bridge == bridge;
        var fate = cores.FateOf(isOurs, isOurs ? JournalFacts.Named(content, StateOf(transaction.State, content, machine!)) : null);
        if (RecordRules.ReasonToPutAside(fate) is { } reason)
        {
            transaction.PutAside($"record {batch.Epoch}/{record.Sequence} of spool {batch.SpoolId}: {reason}");
        }

        if (fate is RecordFate.Applied && JournalFacts.ToDeskEvent(content, at) is { } happened)
        {
            HandleDesk(transaction, content.Machine, happened);
        }
    }

    private static UsageSessionState? StateOf(DatabaseState state, JournalContent content, MachineRow machine) =>
        JournalFacts.SessionOf(content) is { } id && state.Sessions.TryGetValue(id.Value, out var session) && session.Machine == machine.Id ? session.State : null;

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

    private void Acknowledge(BridgeAddress bridge, SpoolMark mark) =>
        broker.Publish(link, Topics.JournalAck(bridge), ContractsJson.Write(HelloFacts.Ack(mark)), isRetained: false);

    private void AskAgain(BridgeAddress bridge, SpoolMark mark) =>
        broker.Publish(link, Topics.Replay(bridge), ContractsJson.Write(HelloFacts.AskAgain(mark)), isRetained: false);

    private static List<SpoolEpoch> EpochsOf(DatabaseState state, Guid spool) =>
        state.Epochs.Where(pair => pair.Key.Spool == spool).Select(pair => pair.Value).ToList();

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
