using Fablab.Domain.Reservations;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Finding;
using Fablab.Web.Hosting;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Reading;

/// <summary>When a machine or pool is taken, by whom is nobody's business, and when it is free for the asker.</summary>
/// <param name="Taken">Within the window; of a pool, when no unit is left.</param>
internal sealed record BookableAvailability(BookableTime Bookable, TimeSlot Window, IReadOnlyList<TimeSlot> Taken, IReadOnlyList<TimeSlot> Openings);

/// <summary>Answers "when is it free" for one machine or pool.</summary>
internal sealed class Availability(ReadBookableTimes times, CurrentMember me, LabClock clock)
{
    public static readonly Duration LongestWindow = Duration.FromDays(62);

    /// <summary>Starts are proposed on this grid, since people think in quarter hours.</summary>
    public static readonly Duration Grid = Duration.FromMinutes(15);

    /// <param name="code">Of a machine or a pool.</param>
    /// <param name="changing">A reservation that would leave its time for another one: what it takes is free for its member.</param>
    public async Task<BookableAvailability?> OfAsync(string code, TimeSlot window, CancellationToken ct, Reservation? changing = null)
    {
        var found = await times.InAsync(new BookableFilter { Code = code }, window, changing?.Member ?? me.Id, poolsAsOne: true, ct);
        if (found is not [var all])
        {
            return null;
        }

        var bookable = changing is null ? all : all.Without(changing);

        var taken = bookable.Taken(clock.Now);
        return new BookableAvailability(
            bookable,
            window,
            [.. taken.Where(window.Overlaps).Select(slot => Within(window, slot))],
            !bookable.TakesBookings ? [] : [.. Free(bookable, window, [.. taken.Select(slot => ToOthers(slot, bookable))])]);
    }

    /// <summary>Whoever comes before must have cleaned up by its start, and whoever comes behind sets up after its end.</summary>
    private static TimeSlot ToOthers(TimeSlot kept, BookableTime bookable) => new(kept.Start - bookable.CleanUp, kept.End + bookable.SetUp);

    private static TimeSlot Within(TimeSlot window, TimeSlot slot) => new(Instant.Max(window.Start, slot.Start), Instant.Min(window.End, slot.End));

    // What is past or closed cannot be booked, so it is not offered.
    private IEnumerable<TimeSlot> Free(BookableTime bookable, TimeSlot window, IReadOnlyList<TimeSlot> taken) => window.End <= clock.Now
        ? []
        : bookable.Open(new TimeSlot(Instant.Max(window.Start, clock.Now), window.End))
            .SelectMany(open => Openings.Find(open, taken.Where(open.Overlaps), bookable.MinimumLength));
}
