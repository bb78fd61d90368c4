namespace Fablab.Domain.Reservations;

/// <summary>Free stretches of a machine, from the taken slots of a window.</summary>
public static class Openings
{
    /// <param name="window">Where to look.</param>
    /// <param name="taken">Taken slots that overlap the window, in order of their start, none overlapping another.</param>
    /// <param name="minimum">Shorter gaps are left out.</param>
    public static IEnumerable<TimeSlot> Find(TimeSlot window, IEnumerable<TimeSlot> taken, Duration minimum)
    {
        var from = window.Start;
        foreach (var slot in taken)
        {
            if (slot.Start > from && slot.Start - from >= minimum)
            {
                yield return new TimeSlot(from, Instant.Min(slot.Start, window.End));
            }

            from = Instant.Max(from, slot.End);
        }

        if (window.End > from && window.End - from >= minimum)
        {
            yield return new TimeSlot(from, window.End);
        }
    }
}
