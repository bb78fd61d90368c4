using NodaTime.Text;

namespace Fablab.Domain.Reservations.Rules;

/// <summary>
/// <see cref="BookingProblem"/>s with opening hours, holidays, closures and blackouts. A change is judged only by the time that it adds,
/// so that a booking that a later closure hit can still be shortened.
/// </summary>
internal static class CalendarChecks
{
    public static void Check(BookingInCheck booking)
    {
        var rules = booking.Rules;
        if (rules.OpeningHours is null && rules.Holidays.Count == 0 && rules.ClosedDays.Count == 0
            && rules.ClosedTimes.Count == 0 && rules.Blackouts.Count == 0)
        {
            return;
        }

        List<Stretch> added = [];
        booking.AddNewTime(added);
        if (added.Count == 0)
        {
            return;
        }

        if ((rules.OpeningHours is not null || rules.Holidays.Count > 0) && !booking.IsRelaxed(OpeningHoursRule.Kind))
        {
            OpeningHours(booking, added);
        }

        Closures(booking, added);
        if (rules.Blackouts.Count > 0 && !booking.IsRelaxed(BlackoutRule.Kind))
        {
            Blackouts(booking, added);
        }
    }

    private static void OpeningHours(BookingInCheck booking, List<Stretch> added)
    {
        // A moment more at both ends, so that a closing right at the start or the end is seen as the border that it is.
        var around = new Stretch(booking.Slot.Start - Duration.Epsilon, booking.Slot.End + Duration.Epsilon);
        var open = OpeningCalendar.OpenWithin(booking.Rules, around, booking.Zone);
        List<Stretch> closed = [];
        foreach (var part in added)
        {
            Stretches.AddOutside(part, open, closed);
        }

        if (booking.Rules.OpeningHours?.Value is { MayCrossClosing: true })
        {
            // What lies between two openings is crossed; only a start or an end within a closing is refused.
            closed.RemoveAll(part => part.Start > booking.Slot.Start && part.End < booking.Slot.End);
        }

        foreach (var part in closed.Take(BookingInCheck.MostOfAKind))
        {
            Closed(booking, part);
        }
    }

    private static void Closed(BookingInCheck booking, Stretch part)
    {
        var hasUsualDay = false;
        var last = WallClock.DateOf(part.End - Duration.Epsilon, booking.Zone);
        for (var date = WallClock.DateOf(part.Start, booking.Zone); date <= last; date = date.PlusDays(1))
        {
            if (OpeningCalendar.HolidayOn(booking.Rules.Holidays, date) is { } holiday)
            {
                booking.Add(
                    "closed-for-holiday", ProblemSeverity.Soft, holiday.Rule,
                    ("date", LocalDatePattern.Iso.Format(date)), ("holiday", holiday.Name));
            }
            else
            {
                hasUsualDay = true;
            }
        }

        if (hasUsualDay)
        {
            booking.Add("outside-opening-hours", ProblemSeverity.Soft, booking.Rules.OpeningHours, ("start", part.Start), ("end", part.End));
        }
    }

    private static void Closures(BookingInCheck booking, List<Stretch> added)
    {
        foreach (var days in booking.Rules.ClosedDays)
        {
            // Told no wider than a year around the slot: a closure for ever may name years that the wall clock does not know.
            var (first, last) = (WallClock.DateOf(booking.Slot.Start, booking.Zone), WallClock.DateOf(booking.Slot.End, booking.Zone));
            if (days.First <= last && first <= days.Last)
            {
                Closed(booking, days, OpeningCalendar.WholeDays(LocalDate.Max(days.First, first.PlusYears(-1)), LocalDate.Min(days.Last, last.PlusYears(1)), booking.Zone), days.Reason, added);
            }
        }

        foreach (var closed in booking.Rules.ClosedTimes)
        {
            Closed(booking, closed, Stretch.Of(closed.Time), closed.Reason, added);
        }
    }

    private static void Closed(BookingInCheck booking, BookingRule rule, Stretch when, string? reason, List<Stretch> added)
    {
        if (Meets(when, added) && !booking.IsRelaxed(rule.Code))
        {
            booking.Add("closed", ProblemSeverity.Soft, rule, ("start", when.Start), ("end", when.End), ("reason", reason ?? ""));
        }
    }

    private static void Blackouts(BookingInCheck booking, List<Stretch> added)
    {
        foreach (var blackout in booking.Rules.Blackouts)
        {
            foreach (var window in OpeningCalendar.HoursOf(blackout, booking.Stretch, booking.Zone).Where(window => Meets(window, added)).Take(BookingInCheck.MostOfAKind))
            {
                booking.Add("blackout", ProblemSeverity.Soft, blackout, ("start", window.Start), ("end", window.End), ("reason", blackout.Reason ?? ""));
            }
        }
    }

    private static bool Meets(Stretch closed, List<Stretch> added)
    {
        foreach (var part in added)
        {
            if (part.Overlaps(closed))
            {
                return true;
            }
        }

        return false;
    }
}
