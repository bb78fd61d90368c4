namespace Fablab.Domain.Reservations.Rules;

/// <summary>What a holiday rule says of one date.</summary>
internal readonly record struct Holiday(string Name, HolidayRule Rule);

/// <summary>When a place is open: weekly hours, with holidays in their place, less what is closed.</summary>
public static class OpeningCalendar
{
    private static readonly WeeklyWindows Always = WeeklyWindows.EveryDay(LocalTime.Midnight, LocalTime.Midnight);

    /// <summary>
    /// Where in a window slots may lie, in order; all of it when no rule says otherwise. Where a slot may cross closing time, the night
    /// counts as open.
    /// </summary>
    public static IReadOnlyList<TimeSlot> Open(EffectiveRules rules, TimeSlot within, DateTimeZone zone)
    {
        var window = Stretch.Of(within);
        var closed = ClosedWithin(rules, window, zone);
        List<Stretch> open = [];
        foreach (var part in rules.OpeningHours?.Value is { MayCrossClosing: true } ? [window] : OpenWithin(rules, window, zone))
        {
            Stretches.AddOutside(part, closed, open);
        }

        return [.. open.Select(part => new TimeSlot(part.Start, part.End))];
    }

    /// <summary>All of the days by the wall clock.</summary>
    internal static Stretch WholeDays(LocalDate first, LocalDate last, DateTimeZone zone) =>
        new(WallClock.StartOf(first, zone), WallClock.StartOf(last.PlusDays(1), zone));

    /// <summary>The hours of a blackout that meet a stretch of time, in order of their days.</summary>
    internal static List<Stretch> HoursOf(BlackoutRule blackout, Stretch within, DateTimeZone zone)
    {
        var (first, last) = (WallClock.DateOf(within.Start, zone).PlusDays(-1), WallClock.DateOf(within.End, zone));
        List<Stretch> hours = [];
        blackout.Windows.AddTo(
            hours,
            blackout.First is { } begins && begins > first ? begins : first,
            blackout.Last is { } ends && ends < last ? ends : last,
            within,
            zone);
        return hours;
    }

    private static List<Stretch> ClosedWithin(EffectiveRules rules, Stretch within, DateTimeZone zone)
    {
        var (first, last) = (WallClock.DateOf(within.Start, zone), WallClock.DateOf(within.End, zone));
        List<Stretch> closed = [.. rules.ClosedTimes.Select(rule => Stretch.Of(rule.Time))];
        foreach (var days in rules.ClosedDays)
        {
            if (days.First <= last && first <= days.Last)
            {
                closed.Add(WholeDays(LocalDate.Max(days.First, first), LocalDate.Min(days.Last, last), zone));
            }
        }

        foreach (var blackout in rules.Blackouts)
        {
            closed.AddRange(HoursOf(blackout, within, zone));
        }

        Stretches.Merge(closed);
        return closed;
    }

    internal static List<Stretch> OpenWithin(EffectiveRules rules, Stretch within, DateTimeZone zone)
    {
        if (rules.OpeningHours is null && rules.Holidays.Count == 0)
        {
            return [within];
        }

        List<Stretch> open = [];
        var usual = rules.OpeningHours?.Value.Windows ?? Always;
        var last = WallClock.DateOf(within.End, zone);
        for (var date = WallClock.DateOf(within.Start, zone).PlusDays(-1); date <= last; date = date.PlusDays(1))
        {
            open.Add(HolidayOn(rules.Holidays, date) is { } holiday ? holiday.Rule.Hours : usual.BeginningOn(date), date, within, zone);
        }

        Stretches.Merge(open);
        return open;
    }

    /// <summary>
    /// Why the usual hours do not apply on a date. Of several rules that name it the most specific decides, of equal ones that which leaves
    /// the least open. An exception says for its rule alone that the day is as always.
    /// </summary>
    internal static Holiday? HolidayOn(IReadOnlyList<HolidayRule> rules, LocalDate date)
    {
        Holiday? best = null;
        foreach (var rule in rules)
        {
            if (!rule.Exceptions.Contains(date) && NameOf(rule, date) is { } name && (best is not { } other || Beats(rule, other.Rule)))
            {
                best = new Holiday(name, rule);
            }
        }

        return best;
    }

    private static bool Beats(HolidayRule rule, HolidayRule other) => rule.Scope.Rank != other.Scope.Rank
        ? rule.Scope.Rank > other.Scope.Rank
        : Minutes(rule) < Minutes(other);

    private static long Minutes(HolidayRule rule)
    {
        var minutes = 0L;
        foreach (var (from, to) in rule.Hours)
        {
            minutes += ((to.TickOfDay - from.TickOfDay) / NodaConstants.TicksPerMinute) + (to <= from ? NodaConstants.MinutesPerDay : 0);
        }

        return minutes;
    }

    private static string? NameOf(HolidayRule rule, LocalDate date)
    {
        if (FrenchHolidays.NameOf(date, rule.Public) is { } name)
        {
            return name;
        }

        foreach (var days in rule.Named)
        {
            if (days.First <= date && date <= days.Last)
            {
                return days.Name;
            }
        }

        return null;
    }
}
