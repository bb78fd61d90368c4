namespace Fablab.Domain.Reservations.Waiting;

/// <summary>Hours used, of which the older count less: half after one half-life, a quarter after two.</summary>
public static class RecentHours
{
    /// <param name="used">Time used, in any order; what lies after now does not count.</param>
    /// <param name="now">Until when.</param>
    /// <param name="halfLife">After how long an hour counts half. The age of a use is that of its end.</param>
    public static double At(IEnumerable<TimeSlot> used, Instant now, Duration halfLife)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(halfLife, Duration.Zero);
        var hours = 0.0;
        foreach (var slot in used)
        {
            if (slot.Start < now)
            {
                var end = Instant.Min(slot.End, now);
                hours += (end - slot.Start).TotalHours * Math.Pow(0.5, (now - end) / halfLife);
            }
        }

        return hours;
    }
}
