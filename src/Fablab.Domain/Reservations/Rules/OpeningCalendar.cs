namespace Fablab.Domain.Reservations.Rules;

/// <summary>What a holiday rule says of one date.</summary>
internal readonly record struct Holiday(string Name, HolidayRule Rule);

/// <summary>When a place is open: weekly hours, with holidays in their place.</summary>
public static class OpeningCalendar
{
    private static readonly WeeklyWindows Always = WeeklyWindows.EveryDay(LocalTime.Midnight, LocalTime.Midnight);

    /// <summary>Open stretches within a window, in order; the window itself when no rule says when it is open.</summary>
    public static IReadOnlyList<TimeSlot> Open(EffectiveRules rules, TimeSlot within, DateTimeZone zone) =>
        [.. OpenWithin(rules, Stretch.Of(within), zone).Select(open => new TimeSlot(open.Start, open.End))];

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
