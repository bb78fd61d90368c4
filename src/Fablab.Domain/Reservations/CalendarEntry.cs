using Fablab.Domain.Machines;
using Fablab.Domain.Members;

namespace Fablab.Domain.Reservations;

/// <summary>A reservation as calendars know it.</summary>
/// <param name="Sequence">Higher with each change, so that calendar programs take the newer one (RFC 5545, 3.8.7.4).</param>
public sealed record CalendarEntry(MemberId Member, MachineId Machine, Instant Start, Instant End, bool IsCancelled, int Sequence)
{
    /// <param name="known">What calendars were told before; <see langword="null"/> for nothing.</param>
    /// <returns>What they should be told now, and who should hear what.</returns>
    public static CalendarUpdate Update(CalendarEntry? known, Reservation reservation)
    {
        if (!reservation.MattersToCalendars)
        {
            return CalendarUpdate.None;
        }

        if (reservation.IsOver)
        {
            // What was never in a calendar need not leave it.
            return known is null or { IsCancelled: true }
                ? CalendarUpdate.None
                : new CalendarUpdate(known with { IsCancelled = true, Sequence = known.Sequence + 1 }, Cancelled: known.Member, Confirmed: null, Moved: null);
        }

        var now = new CalendarEntry(reservation.Member, reservation.Machine, reservation.Slot.Start, reservation.Slot.End, IsCancelled: false, known?.Sequence ?? 0);
        if (known == now)
        {
            return CalendarUpdate.None;
        }

        var next = known is null ? now : now with { Sequence = known.Sequence + 1 };
        return known switch
        {
            null or { IsCancelled: true } => new CalendarUpdate(next, null, Confirmed: next.Member, null),
            _ when known.Member != next.Member => new CalendarUpdate(next, Cancelled: known.Member, Confirmed: next.Member, null),
            _ => new CalendarUpdate(next, null, null, Moved: next.Member),
        };
    }
}

/// <summary>What changes in calendars.</summary>
/// <param name="Entry"><see langword="null"/> for nothing.</param>
/// <param name="Cancelled">Out of whose calendar it goes; with another member's confirmation it was handed over.</param>
public sealed record CalendarUpdate(CalendarEntry? Entry, MemberId? Cancelled, MemberId? Confirmed, MemberId? Moved)
{
    public static CalendarUpdate None { get; } = new(null, null, null, null);
}
