using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Web.Features.Reservations.Finding;
using Fablab.Web.Hosting;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Reading;

/// <summary>When a machine or pool is taken and when it is free; by whom is nobody's business.</summary>
/// <param name="Taken">Within the window; of a pool, when no unit is left.</param>
internal sealed record BookableAvailability(BookableTime Bookable, TimeSlot Window, IReadOnlyList<TimeSlot> Taken, IReadOnlyList<TimeSlot> Openings);

/// <summary>Answers "when is it free" for one machine or pool.</summary>
internal sealed class Availability(ReadBookableTimes times, LabClock clock)
{
    public static readonly Duration LongestWindow = Duration.FromDays(62);

    /// <summary>Starts are proposed on this grid, since people think in quarter hours.</summary>
    public static readonly Duration Grid = Duration.FromMinutes(15);

    /// <param name="code">Of a machine or a pool.</param>
    public async Task<BookableAvailability?> OfAsync(string code, TimeSlot window, CancellationToken ct)
    {
        var found = await times.InAsync(new BookableFilter { Code = code }, window, null, poolsAsOne: true, ct);
        if (found is not [var bookable])
        {
            return null;
        }

        var (taken, policy) = (bookable.Taken(clock.Now), bookable.Policy);
        return new BookableAvailability(
            bookable,
            window,
            [.. taken.Where(window.Overlaps).Select(slot => Within(window, slot))],
            bookable.IsOutOfOrder ? [] : [.. Free(window, taken.Select(slot => ToOthers(slot, policy)), policy.MinimumLength)]);
    }

    /// <summary>Whoever comes before must have cleaned up by its start, and whoever comes behind sets up after its end.</summary>
    private static TimeSlot ToOthers(TimeSlot kept, MachinePolicy policy) => new(kept.Start - policy.CleanUp, kept.End + policy.SetUp);

    private static TimeSlot Within(TimeSlot window, TimeSlot slot) => new(Instant.Max(window.Start, slot.Start), Instant.Min(window.End, slot.End));

    // What is past cannot be booked, so it is not offered.
    private IEnumerable<TimeSlot> Free(TimeSlot window, IEnumerable<TimeSlot> taken, Duration minimum) => window.End <= clock.Now
        ? []
        : Openings.Find(new TimeSlot(Instant.Max(window.Start, clock.Now), window.End), taken.Where(slot => slot.End > clock.Now), minimum);
}
