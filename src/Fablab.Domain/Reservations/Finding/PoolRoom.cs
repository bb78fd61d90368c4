using Fablab.Domain.Machines;
using Fablab.Domain.Reservations.Pools;

namespace Fablab.Domain.Reservations.Finding;

/// <summary>Whether a pool has room for one more: on a free unit, or on one that its bookings leave when they are seated anew.</summary>
/// <param name="units">Those in order.</param>
/// <param name="pinned">What cannot be moved.</param>
/// <param name="flexible">What can.</param>
public sealed class PoolRoom(IReadOnlyList<MachineId> units, IReadOnlyList<PinnedTime> pinned, IReadOnlyList<FlexibleBooking> flexible)
{
    /// <summary>So often at most the pool is seated anew to look for room here and there (<see cref="Has"/>); then only a free unit will do.</summary>
    public const int MostSeatings = 12;

    /// <summary>Seats tried in each; a booking made later may search longer.</summary>
    public const int MostSteps = 10_000;

    private static readonly ReservationId Wanted = new(Guid.Empty);

    private readonly IReadOnlyList<PinnedTime> pinned = [.. pinned.Where(time => units.Contains(time.Unit))];
    private int seatings;

    /// <summary>When no seating has room.</summary>
    public IReadOnlyList<TimeSlot> Full() => PoolLoad.Full(units.Count, TakenOfUnits().Concat(flexible.Select(booking => booking.Kept)));

    public bool Has(TimeSlot kept) =>
        units.Any(unit => IsFree(unit, kept)) || (seatings++ < MostSeatings && SeatAnew(new FlexibleBooking(Wanted, kept)) is not null);

    /// <summary>The pool is seated anew once at most, as it is when that one is booked.</summary>
    /// <returns>The room that is left with one more; <see langword="null"/> when there is none for it.</returns>
    public PoolRoom? With(ReservationId id, TimeSlot kept)
    {
        foreach (var unit in units)
        {
            if (IsFree(unit, kept))
            {
                return new PoolRoom(units, pinned, [.. flexible, new FlexibleBooking(id, kept, unit)]);
            }
        }

        return SeatAnew(new FlexibleBooking(id, kept)) is { } fits
            ? new PoolRoom(units, pinned, [.. flexible.Append(new FlexibleBooking(id, kept)).Select(booking => booking with { Present = fits.Seats.TryGetValue(booking.Id, out var seat) ? seat : booking.Present })])
            : null;
    }

    /// <summary>What lies over each other on one unit, as a booking in the time that it is out of order, takes that unit once.</summary>
    private IEnumerable<TimeSlot> TakenOfUnits() =>
        pinned.GroupBy(time => time.Unit).SelectMany(own => new PinnedLine(own.Select(time => time.Kept)).Pins).Select(pin => new TimeSlot(pin.Start, pin.End));

    private bool IsFree(MachineId unit, TimeSlot kept) =>
        !pinned.Any(time => time.Unit == unit && time.Kept.Overlaps(kept)) && !flexible.Any(booking => booking.Present == unit && booking.Kept.Overlaps(kept));

    private Seating.Fits? SeatAnew(FlexibleBooking one) =>
        flexible.Count > 0 ? PoolSeating.SeatOneMore(units, pinned, flexible, one, MostSteps) as Seating.Fits : null;
}
