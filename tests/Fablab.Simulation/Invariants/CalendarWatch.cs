using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;
using Fablab.Simulation.Server;

namespace Fablab.Simulation.Invariants;

/// <summary>I1 no overlap, I5 one open session a machine, I17 what is over stays as it is.</summary>
internal static class CalendarWatch
{
    public static void Committed(DatabaseState before, ServerTransaction transaction)
    {
        foreach (var id in transaction.WrittenReservations)
        {
            CheckReservation(before.Reservations.GetValueOrDefault(id), transaction.State.Reservations[id], transaction);
        }

        foreach (var id in transaction.WrittenSessions)
        {
            CheckSession(before.Sessions.GetValueOrDefault(id), transaction.State.Sessions[id], transaction.State);
        }

        foreach (var id in transaction.WrittenJobs)
        {
            if (before.Jobs.GetValueOrDefault(id) is { IsOver: true } old && transaction.State.Jobs[id].State != old.State)
            {
                throw new InvariantBrokenException("I17", $"job {id} was {old.State} and became {transaction.State.Jobs[id].State}");
            }
        }
    }

    private static void CheckReservation(Reservation? old, Reservation now, ServerTransaction transaction)
    {
        if (old is { IsOver: true } && now.State != old.State)
        {
            throw new InvariantBrokenException("I17", $"reservation {now.Id} was {old.State} and became {now.State}");
        }

        if (!now.TakesTheSlot)
        {
            return;
        }

        foreach (var other in transaction.Taken(now.Machine.Value))
        {
            if (other.Id != now.Id && other.Kept.Overlaps(now.Kept))
            {
                throw new InvariantBrokenException("I1", $"{now.State} {now.Kept} overlaps {other.State} {other.Kept}");
            }
        }
    }

    private static void CheckSession(UsageSession? old, UsageSession now, DatabaseState state)
    {
        if (old is { IsOpen: false } && now != old)
        {
            throw new InvariantBrokenException("I17", $"session {now.Id} was {old.State} and changed");
        }

        var machine = state.Machines.Values.First(row => row.Id == now.Machine);
        if (now.IsOpen && machine.Session != now.Id)
        {
            throw new InvariantBrokenException("I5", $"session {now.Id} is open beside {machine.Session} on {machine.Code}");
        }
    }
}
