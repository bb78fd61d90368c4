using Fablab.Domain.Machines;

namespace Fablab.Domain.Reservations.Pools;

/// <summary>A booking of a pool that has not begun: any unit will do, and it may still be moved to another.</summary>
/// <param name="Kept">What is kept free for it, set-up and clean-up included.</param>
/// <param name="Present">The unit it sits on now; <see langword="null"/> when it is new.</param>
/// <param name="StaysWith">
/// The booking of the same person that it touches, without set-up or clean-up in between: both need the same unit.
/// Means nothing when the two do not touch.
/// </param>
public sealed record FlexibleBooking(ReservationId Id, TimeSlot Kept, MachineId? Present = null, ReservationId? StaysWith = null);

/// <summary>Time of one unit that cannot be given to another: a booking that began or is tied to it, or the unit being out of order.</summary>
/// <param name="By">The booking, if it is one.</param>
public sealed record PinnedTime(MachineId Unit, TimeSlot Kept, ReservationId? By = null)
{
    /// <summary>The unit is not to be had from then on.</summary>
    public static PinnedTime From(MachineId unit, Instant from) => new(unit, new TimeSlot(from, Instant.MaxValue));
}
