using System.Collections.Immutable;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;

namespace Fablab.Simulation.Bridges;

/// <summary>
/// The bridge's database file: one transaction a save, all or nothing, on the platter when <see cref="Save"/> returns. The
/// flaws let a planted bug break one of these promises.
/// </summary>
internal sealed class SimulatedDisk(Guid spoolId, DiskFlaw flaw)
{
    private DiskState state = new();
    private DiskState durable = new();

    public Guid SpoolId => spoolId;

    public long Epoch => state.Epoch;

    public DiskState State => state;

    /// <summary>A new boot: the epoch is on disk before the first record of it.</summary>
    public void Boot()
    {
        state = durable with { Epoch = durable.Epoch + 1 };
        Flush();
    }

    public MachineMemory Memory(string machine) => state.Memories.GetValueOrDefault(machine) ?? MachineMemory.Empty;

    public ImmutableArray<JobRun> Runs(string machine) => [.. state.Runs.Values.Where(run => run.Machine == machine).Select(run => run.Run)];

    /// <returns>The sequence number of the last record of this epoch.</returns>
    public long Save(string machine, SupervisorEffect.Save save)
    {
        state = Saved(machine, save);
        if (flaw is not DiskFlaw.SaysSavedTooEarly)
        {
            Flush();
        }

        return state.Journal.GetValueOrDefault(state.Epoch)?.Count ?? 0;
    }

    /// <summary>The power fails in the middle of the write.</summary>
    public void TearSave(string machine, SupervisorEffect.Save save)
    {
        if (flaw is DiskFlaw.AcceptsTornTail && save.Records.Length > 0)
        {
            // The first bytes of the records made it, the memory that belongs to them did not.
            state = Saved(machine, save with { Memory = null, Runs = [] });
            Flush();
        }
    }

    public void Acknowledge(long epoch, long upTo)
    {
        state = state with { Acknowledged = state.Acknowledged.SetItem(epoch, upTo) };
        Flush();
    }

    /// <summary>What the operating system does by itself now and then.</summary>
    public void Flush() => durable = state;

    /// <summary>The power failed: what was not on the platter never was.</summary>
    public void LosePower() => state = durable;

    public IReadOnlyList<HeldRecords> Held() => [.. state.Journal
        .Where(pair => pair.Value.Count > 0)
        .Select(pair => new HeldRecords(pair.Key, 1, pair.Value.Count, state.Acknowledged.GetValueOrDefault(pair.Key)))];

    private DiskState Saved(string machine, SupervisorEffect.Save save)
    {
        var (journal, hash) = (state.Journal.GetValueOrDefault(state.Epoch, []), state.LastHash);
        foreach (var content in save.Records)
        {
            var text = ContractsJson.WriteText(content);
            var record = new JournalRecord(journal.Count + 1, text, hash, JournalHash.Of(hash, spoolId, state.Epoch, journal.Count + 1, text));
            (journal, hash) = (journal.Add(record), record.Hash);
        }

        return state with
        {
            Memories = save.Memory is { } memory ? state.Memories.SetItem(machine, memory) : state.Memories,
            Runs = state.Runs.SetItems(save.Runs.Select(run => KeyValuePair.Create(run.Job, new StoredRun(machine, run)))),
            Journal = save.Records.Length == 0 ? state.Journal : state.Journal.SetItem(state.Epoch, journal),
            LastHash = hash,
        };
    }
}

internal sealed record DiskState
{
    public long Epoch { get; init; }

    public ImmutableSortedDictionary<string, MachineMemory> Memories { get; init; } = ImmutableSortedDictionary.Create<string, MachineMemory>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<Guid, StoredRun> Runs { get; init; } = ImmutableSortedDictionary<Guid, StoredRun>.Empty;

    /// <summary>Records by epoch; the sequence number is the place.</summary>
    public ImmutableSortedDictionary<long, ImmutableList<JournalRecord>> Journal { get; init; } = ImmutableSortedDictionary<long, ImmutableList<JournalRecord>>.Empty;

    public ImmutableSortedDictionary<long, long> Acknowledged { get; init; } = ImmutableSortedDictionary<long, long>.Empty;

    public string LastHash { get; init; } = JournalHash.Start;
}

internal sealed record StoredRun(string Machine, JobRun Run);

/// <summary>How a disk may lie; only planted bugs use it.</summary>
internal enum DiskFlaw
{
    None,
    SaysSavedTooEarly,
    AcceptsTornTail,
}
