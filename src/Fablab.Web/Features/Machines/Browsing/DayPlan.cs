using Fablab.Domain.Reservations;
using Fablab.Web.Components;
using NodaTime;

namespace Fablab.Web.Features.Machines.Browsing;

/// <summary>A stretch of a day on its own axis.</summary>
/// <param name="From">Share of the day, 0 to 1.</param>
/// <param name="To">Share of the day, 0 to 1.</param>
public sealed record DayBlock(double From, double To);

/// <summary>One day of a machine by the site's wall clock. A day is as long as it is: 23, 24 or 25 hours.</summary>
/// <param name="Openings">Bookable stretches; one that goes on past midnight is cut at the day's end.</param>
public sealed record DayPlan(
    LocalDate Date, DateTimeZone Zone, IReadOnlyList<TimeSlot> Openings, IReadOnlyList<DayBlock> Taken, IReadOnlyList<(int Hour, double At)> Marks, double? Now)
{
    private const int HoursBetweenMarks = 4;

    public static DayPlan Of(LocalDate date, DateTimeZone zone, IEnumerable<TimeSlot> openings, IEnumerable<TimeSlot> taken, Instant now)
    {
        var day = new TimeSlot(zone.AtStartOfDay(date).ToInstant(), zone.AtStartOfDay(date.PlusDays(1)).ToInstant());
        return new DayPlan(
            date,
            zone,
            [.. openings.Select(OnSteps).OfType<TimeSlot>().Where(day.Overlaps).Select(slot => new TimeSlot(Instant.Max(slot.Start, day.Start), Instant.Min(slot.End, day.End)))],
            [.. taken.Where(day.Overlaps).Select(slot => new DayBlock(Share(day, slot.Start), Share(day, slot.End)))],
            [.. Enumerable.Range(1, (24 / HoursBetweenMarks) - 1).Select(i => i * HoursBetweenMarks)
                .Select(hour => (hour, Share(day, zone.AtLeniently(date.At(new LocalTime(hour, 0))).ToInstant())))],
            day.Contains(now) ? Share(day, now) : null);
    }

    /// <summary>Midnight at the end of the day reads 24:00; 00:00 would be taken for its beginning.</summary>
    public string EndOf(TimeSlot opening) => opening.End.InZone(Zone).Date > Date ? "24:00" : Show.Time(opening.End, Zone);

    /// <summary>What is free from now on begins at the next five minutes, as the booking form does; what is left of less is no opening.</summary>
    private static TimeSlot? OnSteps(TimeSlot slot)
    {
        const long step = 300;
        var start = Instant.FromUnixTimeSeconds((slot.Start.ToUnixTimeSeconds() + step - 1) / step * step);
        return start < slot.End ? slot.StartingAt(start) : null;
    }

    private static double Share(TimeSlot day, Instant instant) => Math.Clamp((instant - day.Start) / day.Length, 0, 1);
}
