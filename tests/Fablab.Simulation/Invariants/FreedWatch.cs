using Fablab.Domain.Reservations;
using Fablab.Simulation.Server;
using Fablab.Simulation.World;

namespace Fablab.Simulation.Invariants;

/// <summary>I16: time that a commit gave back can be booked five seconds later, unless somebody else was faster.</summary>
internal sealed class FreedWatch(VirtualWorld world)
{
    private const long Soon = 5_000;

    public SimulatedServer? Server { get; set; }

    public void Committed(DatabaseState before, ServerTransaction transaction)
    {
        foreach (var id in transaction.WrittenReservations)
        {
            if (before.Reservations.TryGetValue(id, out var old) && old.TakesTheSlot && Freed(old, transaction.State.Reservations[id]) is { } freed)
            {
                world.After(Soon, () => LookAt(freed, transaction.State.Machines.Values.First(machine => machine.Id == old.Machine)));
            }
        }
    }

    private static TimeSlot? Freed(Reservation old, Reservation now) => now switch
    {
        { TakesTheSlot: false } => old.Slot,
        _ when now.Slot.End < old.Slot.End => new TimeSlot(Instant.Max(now.Slot.End, old.Slot.Start), old.Slot.End),
        _ => null,
    };

    private void LookAt(TimeSlot freed, MachineRow machine)
    {
        if (Server is not { IsUp: true } server || freed.End <= world.Now || server.IsFree(machine.Code, freed))
        {
            return;
        }

        var mine = server.State.ReservationsOf[machine.Id.Value].Select(id => server.State.Reservations[id.Value]);
        if (!mine.Any(other => other.TakesTheSlot && other.Slot.Start < freed.End && freed.Start < other.Slot.End))
        {
            throw new InvariantBrokenException("I16", $"{freed} of {machine.Code} was given back, nobody took it, and it cannot be booked");
        }
    }
}
