using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Reservations.Rules;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Reading;

/// <summary>What a part of a machine's week is to the reader.</summary>
public enum PartKind
{
    Free,
    Taken,
    Mine,

    /// <summary>By opening hours, holidays, closures.</summary>
    Closed,

    /// <summary>Or with a fault, or maintenance that is due, that stops bookings.</summary>
    OutOfOrder,

    /// <summary>Free, and farther ahead than one may book.</summary>
    NotYet,
}

/// <param name="Reservation">Only of what the reader may see.</param>
/// <param name="Name">Of who booked it and lets other members read that.</param>
public sealed record WeekPart(PartKind Kind, TimeSlot Slot, ReservationId? Reservation = null, string? Name = null);

/// <summary>One machine through the days of the calendar page; the parts of a day are in order, and none reaches over its midnight.</summary>
public sealed record MachineWeek(MachineRow Machine, IReadOnlyList<IReadOnlyList<WeekPart>> Days);

/// <summary>Turns what is taken and what the rules say into what the reader sees.</summary>
/// <param name="SeesAll">May look at every reservation of the site.</param>
/// <param name="Stopped">Until when machines take no bookings, being out of order, with an open fault or with maintenance due.</param>
internal sealed record WeekReading(bool SeesAll, IReadOnlyDictionary<MachineId, Instant> Stopped, Instant Now)
{
    private const long StepSeconds = 300;

    /// <summary>Of those who let other members read them, by machine and beginning of what is kept.</summary>
    public IReadOnlyDictionary<(MachineId Machine, Instant KeptStart), string> Names { get; init; } = new Dictionary<(MachineId, Instant), string>();

    public MachineWeek Read(MachineRow machine, RulesAtHand atHand, IReadOnlyList<CalendarTime> taken, IReadOnlyList<TimeSlot> days)
    {
        var window = new TimeSlot(days[0].Start, days[^1].End);
        var open = OpeningCalendar.Open(atHand.Rules, window, atHand.Zone);
        List<WeekPart> parts =
        [
            .. Booked(machine.Id, taken),
            .. Closed(window, open, taken).Where(part => part.Slot.End > Now),
            .. OutOfOrder(machine.Id, open, taken),
            .. Free(machine, atHand, open, taken),
        ];
        var latest = Now + (atHand.Rules.Horizon?.Value ?? machine.Policy.Horizon);
        return new MachineWeek(machine, [.. days.Select(day => (IReadOnlyList<WeekPart>)
            [.. parts.Where(part => part.Slot.Overlaps(day)).OrderBy(part => part.Slot.Start).Select(part => OnDay(day, part, latest))])]);
    }

    private static WeekPart OnDay(TimeSlot day, WeekPart part, Instant latest)
    {
        var slot = new TimeSlot(Instant.Max(day.Start, part.Slot.Start), Instant.Min(day.End, part.Slot.End));
        return part with { Slot = slot, Kind = part.Kind is PartKind.Free && slot.Start > latest ? PartKind.NotYet : part.Kind };
    }

    /// <summary>
    /// What others have is told with its set-up and clean-up, and as one when it touches: whose it is, and how many, is nobody's business,
    /// unless its owner lets everybody read their name.
    /// </summary>
    private IEnumerable<WeekPart> Booked(MachineId machine, IReadOnlyList<CalendarTime> taken)
    {
        WeekPart? others = null;
        foreach (var one in taken)
        {
            if (one.IsMine)
            {
                yield return new WeekPart(PartKind.Mine, one.Slot, one.Reservation);
            }
            else if (SeesAll || Names.ContainsKey((machine, one.Kept.Start)))
            {
                yield return new WeekPart(PartKind.Taken, one.Kept, one.Reservation, Names.GetValueOrDefault((machine, one.Kept.Start)));
            }
            else if (others is not null && others.Slot.End >= one.Kept.Start)
            {
                others = others with { Slot = new TimeSlot(others.Slot.Start, one.Kept.End) };
            }
            else
            {
                if (others is not null)
                {
                    yield return others;
                }

                others = new WeekPart(PartKind.Taken, one.Kept);
            }
        }

        if (others is not null)
        {
            yield return others;
        }
    }

    private static IEnumerable<WeekPart> Closed(TimeSlot window, IReadOnlyList<TimeSlot> open, IReadOnlyList<CalendarTime> taken) =>
        Openings.Find(window, open, Duration.Epsilon)
            .SelectMany(closed => Openings.Find(closed, taken.Select(one => one.Kept).Where(closed.Overlaps), Duration.Epsilon))
            .Select(closed => new WeekPart(PartKind.Closed, closed));

    private IEnumerable<WeekPart> OutOfOrder(MachineId machine, IReadOnlyList<TimeSlot> open, IReadOnlyList<CalendarTime> taken) =>
        !Stopped.TryGetValue(machine, out var until) ? [] : open.SelectMany(FromNowOn)
            .Where(part => part.Start < until)
            .Select(part => new TimeSlot(part.Start, Instant.Min(part.End, until)))
            .SelectMany(part => Openings.Find(part, taken.Select(one => one.Kept).Where(part.Overlaps), Duration.Epsilon))
            .Select(part => new WeekPart(PartKind.OutOfOrder, part));

    /// <summary>Whoever comes before must have cleaned up by the next one's set-up, and the other way round.</summary>
    private IEnumerable<WeekPart> Free(MachineRow machine, RulesAtHand atHand, IReadOnlyList<TimeSlot> open, IReadOnlyList<CalendarTime> taken)
    {
        var (setUp, cleanUp) = (atHand.SetUp(machine.Policy), atHand.CleanUp(machine.Policy));
        var kept = taken.Select(one => new TimeSlot(one.Kept.Start - cleanUp, one.Kept.End + setUp)).ToList();
        var shortest = atHand.Rules.MinimumLength?.Value ?? machine.Policy.MinimumLength;
        var back = Stopped.GetValueOrDefault(machine.Id, Instant.MinValue);
        return open.SelectMany(FromNowOn)
            .Where(part => part.End > back)
            .Select(part => part.StartingAt(Instant.Max(part.Start, back)))
            .SelectMany(part => Openings.Find(part, kept.Where(part.Overlaps), shortest))
            .Select(free => new WeekPart(PartKind.Free, free));
    }

    /// <summary>What is past cannot be booked, and the booking form begins at the next five minutes.</summary>
    private IEnumerable<TimeSlot> FromNowOn(TimeSlot open)
    {
        var next = Instant.FromUnixTimeSeconds((Now.ToUnixTimeSeconds() + StepSeconds - 1) / StepSeconds * StepSeconds);
        return open.End <= next ? [] : [open.StartingAt(Instant.Max(open.Start, next))];
    }
}
