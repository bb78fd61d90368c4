using Fablab.Domain.Machines;
using Fablab.Domain.Reservations.Pools;

namespace Fablab.Domain.Reservations.Finding;

/// <summary>Whether a pool has room for one more: on a free unit, or on one that its bookings leave when they are seated anew.</summary>
/// <param name="units">Those in order.</param>
/// <param name="pinned">What cannot be moved.</param>
/// <param name="flexible">What can.</param>
public sealed class PoolRoom(IReadOnlyList<MachineId> units, IReadOnlyList<PinnedTime> pinned, IReadOnlyList<FlexibleBooking> flexible)
{
    /// <summary>So often at most the pool is seated anew to find room; then only a free unit will do.</summary>
    public const int MostSeatings = 12;

    /// <summary>Seats tried in each; a booking made later may search longer.</summary>
    public const int MostSteps = 10_000;

    private static readonly ReservationId Wanted = new(Guid.Empty);

    private readonly IReadOnlyList<PinnedTime> pinned = [.. pinned.Where(time => units.Contains(time.Unit))];
    private int seatings;

    /// <summary>When no seating has room.</summary>
    public IReadOnlyList<TimeSlot> Full() => PoolLoad.Full(units.Count, pinned.Select(time => time.Kept).Concat(flexible.Select(booking => booking.Kept)));

    public bool Has(TimeSlot kept) => units.Any(unit => IsFree(unit, kept)) || SeatAnew(new FlexibleBooking(Wanted, kept)) is not null;

    /// <returns>The room that is left with one more; <see langword="null"/> when there is none for it. It may be seated anew as often as before.</returns>
    public PoolRoom? With(ReservationId id, TimeSlot kept)
    {
        foreach (var unit in units)
        {
            if (IsFree(unit, kept))
            {
                return new PoolRoom(units, pinned, [.. flexible, new FlexibleBooking(id, kept, unit)]) { seatings = seatings };
            }
        }

        return SeatAnew(new FlexibleBooking(id, kept)) is { } fits
            ? new PoolRoom(units, pinned, [.. flexible.Append(new FlexibleBooking(id, kept)).Select(booking => booking with { Present = fits.Seats[booking.Id] })]) { seatings = seatings }
            : null;
    }

    private bool IsFree(MachineId unit, TimeSlot kept) =>
        !pinned.Any(time => time.Unit == unit && time.Kept.Overlaps(kept)) && !flexible.Any(booking => booking.Present == unit && booking.Kept.Overlaps(kept));

    private Seating.Fits? SeatAnew(FlexibleBooking one) =>
        flexible.Count > 0 && seatings++ < MostSeatings ? PoolSeating.Seat(units, pinned, [.. flexible, one], MostSteps) as Seating.Fits : null;
}
