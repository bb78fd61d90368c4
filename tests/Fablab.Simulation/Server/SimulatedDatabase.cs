using Fablab.Domain.Billing;
using Fablab.Domain.Journals;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;

namespace Fablab.Simulation.Server;

/// <summary>A database in memory: a transaction works on its own copy, and what is not committed is gone with the process.</summary>
internal sealed class SimulatedDatabase(DatabaseState initial)
{
    public DatabaseState State { get; private set; } = initial;

    /// <summary>Sees every commit: what was before, and the transaction.</summary>
    public Action<DatabaseState, ServerTransaction>? Committed { get; set; }

    public ServerTransaction Begin() => new(this);

    internal void Commit(ServerTransaction transaction)
    {
        var before = State;
        State = transaction.State;
        Committed?.Invoke(before, transaction);
    }
}

/// <summary>A copy to work on, and which rows were written, so that checks need not search for them.</summary>
internal sealed class ServerTransaction(SimulatedDatabase database)
{
    public DatabaseState State { get; set; } = database.State;

    public bool HasChanges => State != database.State;

    public HashSet<Guid> WrittenReservations { get; } = [];

    public HashSet<Guid> WrittenSessions { get; } = [];

    public HashSet<Guid> WrittenJobs { get; } = [];

    public HashSet<Guid> WrittenCharges { get; } = [];

    public List<(Guid Spool, long Epoch, long Sequence)> WrittenRecords { get; } = [];

    /// <summary>Readings of bridges' clocks that came in with this transaction.</summary>
    public List<(Guid Spool, long Epoch, long MonotonicMilliseconds)> ReadClocks { get; } = [];

    public IEnumerable<Reservation> Taken(Guid machine) => ReservationsOf(machine).Where(reservation => reservation.TakesTheSlot);

    public IEnumerable<Reservation> ReservationsOf(Guid machine)
    {
        foreach (var id in State.ReservationsOf.GetValueOrDefault(machine, []))
        {
            yield return State.Reservations[id.Value];
        }
    }

    public void Save(Reservation reservation)
    {
        var isNew = !State.Reservations.ContainsKey(reservation.Id.Value);
        WrittenReservations.Add(reservation.Id.Value);
        State = State with { Reservations = State.Reservations.SetItem(reservation.Id.Value, reservation) };
        if (isNew)
        {
            var ids = State.ReservationsOf.GetValueOrDefault(reservation.Machine.Value, []);
            State = State with { ReservationsOf = State.ReservationsOf.SetItem(reservation.Machine.Value, ids.Add(reservation.Id)) };
        }
    }

    public void Save(UsageSession session)
    {
        WrittenSessions.Add(session.Id.Value);
        State = State with { Sessions = State.Sessions.SetItem(session.Id.Value, session) };
    }

    public void Save(MachineJob job)
    {
        WrittenJobs.Add(job.Id.Value);
        State = State with { Jobs = State.Jobs.SetItem(job.Id.Value, job) };
    }

    public void Save(MachineRow machine) => State = State with { Machines = State.Machines.SetItem(machine.Code, machine) };

    public void Add(Charge charge)
    {
        WrittenCharges.Add(charge.Id.Value);
        State = State with
        {
            Charges = State.Charges.Add(charge.Id.Value, charge),
            Uninvoiced = State.Uninvoiced.Add(charge.Id.Value),
        };
    }

    public void Save((Guid Spool, long Epoch, long Sequence) key, JournalRow row)
    {
        WrittenRecords.Add(key);
        State = State with { Journal = State.Journal.SetItem(key, row) };
    }

    public void Save(SpoolEpoch epoch)
    {
        var key = (epoch.Mark.SpoolId, epoch.Mark.Epoch);
        if (State.Epochs.GetValueOrDefault(key) != epoch)
        {
            State = State with { Epochs = State.Epochs.SetItem(key, epoch) };
        }
    }

    public void PutAside(string reason) => State = State with { PutAside = State.PutAside.Add(reason) };

    public void Commit() => database.Commit(this);
}
