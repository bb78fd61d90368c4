using Fablab.Domain.Reservations;

namespace Fablab.Domain.Tests;

/// <summary>The day on which these tests play: 23 November 2026, in UTC.</summary>
internal static class Monday
{
    public static Instant At(int hour, int minute = 0, int second = 0) => Instant.FromUtc(2026, 11, 23, hour, minute, second);

    public static TimeSlot Slot((int Hour, int Minute) from, (int Hour, int Minute) until) =>
        new(At(from.Hour, from.Minute), At(until.Hour, until.Minute));
}
