using Fablab.Contracts;
using Fablab.Domain;
using Fablab.Domain.Reservations;
using Fablab.Simulation.Broker;
using Fablab.Simulation.Machines;
using Fablab.Simulation.Server;
using Fablab.Simulation.World;

namespace Fablab.Simulation.Invariants;

/// <summary>
/// Somebody who sees everything with true clocks and believes nobody: every commit, every frame, every relay. Each check
/// is a promise of <c>README.md</c>; its arithmetic is its own, so that a bug of the cores is not repeated here.
/// </summary>
internal sealed class Observer(VirtualWorld world, IReadOnlyList<Workplace> workplaces)
{
    private readonly SortedDictionary<Guid, BookingWish> acknowledged = [];
    private readonly HashSet<Guid> booked = [];
    private readonly SortedDictionary<(Guid Spool, long Epoch), long> ackedUpTo = [];

    public MoneyWatch Money { get; } = new();

    public RelayWatch Relays { get; } = new(world, workplaces);

    public JobWatch Jobs { get; } = new(world);

    public VersionWatch Versions { get; } = new();

    public ClockWatch Clocks { get; } = new(world);

    public CopyWatch Copies { get; } = new();

    public FreedWatch Freed { get; } = new(world);

    /// <summary>How many facts were checked, so that a run in which nothing happened is seen.</summary>
    public RunFigures Figures { get; } = new();

    public SimulatedDatabase Database { get; private set; } = null!;

    public void Watch(SimulatedDatabase database, SimulatedBroker broker, Action<Frame> others)
    {
        Database = database;
        database.Committed = Committed;
        broker.Seen = frame =>
        {
            FrameSeen(frame);
            others(frame);
        };
    }

    public void LeaseGranted(LeaseAnswer answer)
    {
        Figures.Leases++;
        Copies.LeaseGranted(Database.State.Machines[answer.Machine].Bridge, answer);
        LeaseWatch.Granted(Database.State, answer, world.Now);
        Relays.LeaseGranted(answer);
        Jobs.LeaseGranted(answer);
    }

    public void BookingAcknowledged(BookingWish wish)
    {
        Figures.Bookings++;
        acknowledged[wish.Id.Value] = wish;
        CheckAcknowledged();
    }

    /// <summary>I15: who asks again with the same words gets the same answer, whatever happened to the first one's.</summary>
    public void BookingAnswered(BookingWish wish, Refusal? refusal)
    {
        if (refusal is null)
        {
            booked.Add(wish.Id.Value);
        }
        else if (booked.Contains(wish.Id.Value))
        {
            throw new InvariantBrokenException("I15", $"booking {wish.Id} was taken and, asked again, refused: {refusal.Code}");
        }
    }

    /// <summary>A refusal names the clash; one that does not clash would keep people from booking what is free.</summary>
    public void BookingRefused(BookingWish wish, BookingRefused refused)
    {
        Figures.RefusedBookings++;
        foreach (var problem in refused.Problems.Where(problem => problem.Code == "slot-taken"))
        {
            var (start, end) = ((Instant)problem.Facts["start"], (Instant)problem.Facts["end"]);
            var kept = SimulatedServer.KeptFor(Database.State.Machines[wish.Machine], wish.Slot);
            if (end <= kept.Start || start >= kept.End)
            {
                throw new InvariantBrokenException("I1", $"{kept} was refused because of {start}/{end}, which only touches it");
            }
        }
    }

    /// <summary>Everything that anybody was told is done must still be there; asked after every restart.</summary>
    public void CheckAcknowledged()
    {
        foreach (var id in acknowledged.Keys)
        {
            if (!Database.State.Reservations.ContainsKey(id))
            {
                throw new InvariantBrokenException("I20", $"acknowledged booking {id} is gone");
            }
        }
    }

    private void Committed(DatabaseState before, ServerTransaction transaction)
    {
        Figures.Commits++;
        CalendarWatch.Committed(before, transaction);
        VersionWatch.Committed(before, transaction.State);
        Clocks.Committed(transaction);
        Freed.Committed(before, transaction);
        Money.Committed(before, transaction, Figures, world.Now);
        Relays.Committed(before, transaction);
    }

    private void FrameSeen(Frame frame)
    {
        Figures.Frames++;
        if (frame.Topic.EndsWith("/down/journal-ack", StringComparison.Ordinal) && ContractsJson.TryRead<JournalAck>(frame.Payload, out var ack, out _))
        {
            CheckAck(ack);
        }
    }

    /// <summary>An acknowledged record may be deleted on the bridge, so it must be committed before the frame leaves.</summary>
    private void CheckAck(JournalAck ack)
    {
        var known = ackedUpTo.GetValueOrDefault((ack.SpoolId, ack.Epoch));
        for (var sequence = known + 1; sequence <= ack.UpTo; sequence++)
        {
            if (!Database.State.Journal.ContainsKey((ack.SpoolId, ack.Epoch, sequence)))
            {
                throw new InvariantBrokenException("I20", $"record {ack.Epoch}/{sequence} was acknowledged and is not committed");
            }
        }

        ackedUpTo[(ack.SpoolId, ack.Epoch)] = Math.Max(known, ack.UpTo);
    }
}

/// <summary>What a run did, to see that it did something.</summary>
internal sealed class RunFigures
{
    public long Bookings { get; set; }

    public long RefusedBookings { get; set; }

    public long Commits { get; set; }

    public long Frames { get; set; }

    public long Leases { get; set; }

    public long JobStarts { get; set; }

    public long ClosedSessions { get; set; }

    public long ReviewedSessions { get; set; }

    public long Charges { get; set; }

    public long Records { get; set; }

    public long BridgeSteps { get; set; }

    public override string ToString() =>
        $"{Bookings} bookings, {RefusedBookings} refused, {Leases} leases, {JobStarts} job starts, {ClosedSessions} sessions closed, {Charges} charges, "
        + $"{Records} records, {Commits} commits, {Frames} frames, {BridgeSteps} bridge steps";

    public void Add(RunFigures other)
    {
        Bookings += other.Bookings;
        RefusedBookings += other.RefusedBookings;
        Commits += other.Commits;
        Frames += other.Frames;
        Leases += other.Leases;
        JobStarts += other.JobStarts;
        ClosedSessions += other.ClosedSessions;
        ReviewedSessions += other.ReviewedSessions;
        Charges += other.Charges;
        Records += other.Records;
        BridgeSteps += other.BridgeSteps;
    }
}
