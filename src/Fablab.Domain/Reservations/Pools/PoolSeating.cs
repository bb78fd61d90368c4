using Fablab.Domain.Machines;

namespace Fablab.Domain.Reservations.Pools;

/// <summary>
/// Gives every booking of a pool a unit. As long as nothing is tied to single units, as many bookings as units always fit: whoever comes
/// next in order of time finds one free. With tied time the question is hard in general, so it is searched within a bound.
/// </summary>
public static class PoolSeating
{
    /// <summary>Seats tried before a search is given up: some tenths of a second.</summary>
    public const int MostSteps = 200_000;

    /// <summary>The part of the steps that goes into moving as few as possible.</summary>
    private const int RepairShare = 10;

    /// <param name="units">The units of the pool; the first ones are taken first.</param>
    /// <param name="pinned">What cannot be moved: begun, tied to its unit, out of order. May overlap, since a broken unit may be in use.</param>
    /// <param name="flexible">What can; those that sit well stay if they can.</param>
    public static Seating Seat(
        IReadOnlyList<MachineId> units, IReadOnlyList<PinnedTime> pinned, IReadOnlyList<FlexibleBooking> flexible, int mostSteps = MostSteps)
    {
        if (!SeatingProblem.TryBuild(units, pinned, flexible, out var problem))
        {
            return new Seating.DoesNotFit(null);
        }

        if (problem.FindTooMany() is { } at)
        {
            return new Seating.DoesNotFit(at);
        }

        var repair = new SeatingRepair(problem, mostSteps / RepairShare);
        if (repair.Run())
        {
            return problem.Told(repair.Seats, repair.AreFewest);
        }

        var search = new SeatingSearch(problem, mostSteps - repair.Steps);
        return search.Run() switch
        {
            true => problem.Told(search.Seats, areFewest: false),
            false => new Seating.DoesNotFit(null),
            null => new Seating.GivenUp(mostSteps),
        };
    }

    /// <summary>
    /// Seats one more. Bookings whose own unit is gone, and which could not all be seated even without it, stay where they are as they do when their unit
    /// breaks; they keep nobody from time that is free.
    /// </summary>
    public static Seating SeatOneMore(
        IReadOnlyList<MachineId> units, IReadOnlyList<PinnedTime> pinned, IReadOnlyList<FlexibleBooking> flexible, FlexibleBooking wanted, int mostSteps = MostSteps)
    {
        var seating = Seat(units, pinned, [.. flexible, wanted], mostSteps);
        return seating is Seating.DoesNotFit && flexible.Any(IsStranded) && Seat(units, pinned, flexible, mostSteps) is not Seating.Fits
            ? Seat(units, pinned, [.. flexible.Where(booking => !IsStranded(booking)), wanted], mostSteps)
            : seating;

        bool IsStranded(FlexibleBooking booking) => booking.Present is { } unit && !units.Contains(unit);
    }
}
