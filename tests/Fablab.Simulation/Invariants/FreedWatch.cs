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
        { TakesTheSlot: false } => old.Kept,
        _ when now.Kept.End < old.Kept.End => new TimeSlot(Instant.Max(now.Kept.End, old.Kept.Start), old.Kept.End),
        _ => null,
    };

    private void LookAt(TimeSlot freed, MachineRow machine)
    {
        // Whoever takes it needs the clean-up for themselves.
        if (Server is not { IsUp: true } server || freed.End <= world.Now || freed.Length <= machine.Policy.CleanUp
            || server.IsFree(machine.Code, new TimeSlot(freed.Start, freed.End - machine.Policy.CleanUp)))
        {
            return;
        }

        var mine = server.State.ReservationsOf[machine.Id.Value].Select(id => server.State.Reservations[id.Value]);
        if (!mine.Any(other => other.TakesTheSlot && other.Kept.Overlaps(freed)))
        {
            throw new InvariantBrokenException("I16", $"{freed} of {machine.Code} was given back, nobody took it, and it cannot be booked");
        }
    }
}
