namespace Fablab.Domain.Reservations.Rules;

/// <summary>A part of a day by the wall clock. When it ends at or before its start, it ends on the next day; both equal is a whole day.</summary>
public readonly record struct DailyWindow(LocalTime From, LocalTime To)
{
    public static readonly DailyWindow WholeDay = new(LocalTime.Midnight, LocalTime.Midnight);

    /// <summary>
    /// The window that begins on a date. A time that the clock skips is the moment of the skip; of a doubled hour both belong to the
    /// window. <see langword="null"/> when the clock skips all of it.
    /// </summary>
    public (Instant Start, Instant End)? On(LocalDate date, DateTimeZone zone)
    {
        var start = WallClock.First(date + From, zone);
        var end = WallClock.Last((To <= From ? date.PlusDays(1) : date) + To, zone);
        return start < end ? (start, end) : null;
    }

    /// <returns>When the window that an instant lies in ends; <see langword="null"/> when it lies in none.</returns>
    public Instant? EndAround(Instant instant, DateTimeZone zone)
    {
        // One that goes over midnight began the day before.
        var today = WallClock.DateOf(instant, zone);
        return EndOf(On(today.PlusDays(-1), zone)) ?? EndOf(On(today, zone));

        Instant? EndOf((Instant Start, Instant End)? window) => window is var (start, end) && start <= instant && instant < end ? end : null;
    }
}

/// <summary>A window on one day of the week.</summary>
public readonly record struct WeeklyWindow(IsoDayOfWeek Day, DailyWindow Window);

/// <summary>Times of the week by the site's clock.</summary>
public sealed record WeeklyWindows
{
    private static readonly DailyWindow[] Nothing = [];
    private readonly DailyWindow[][] byDay;

    public WeeklyWindows(IReadOnlyList<WeeklyWindow> windows)
    {
        All = windows;
        byDay = new DailyWindow[8][];
        for (var day = 1; day <= 7; day++)
        {
            DailyWindow[] ofDay = [.. windows.Where(w => (int)w.Day == day).Select(w => w.Window).OrderBy(w => w.From)];
            byDay[day] = ofDay.Length == 0 ? Nothing : ofDay;
        }
    }

    public IReadOnlyList<WeeklyWindow> All { get; }

    /// <summary>The same window on several days.</summary>
    public static WeeklyWindows On(LocalTime from, LocalTime to, params IsoDayOfWeek[] days) =>
        new([.. days.Select(day => new WeeklyWindow(day, new DailyWindow(from, to)))]);

    public static WeeklyWindows EveryDay(LocalTime from, LocalTime to) => On(
        from, to, IsoDayOfWeek.Monday, IsoDayOfWeek.Tuesday, IsoDayOfWeek.Wednesday, IsoDayOfWeek.Thursday, IsoDayOfWeek.Friday, IsoDayOfWeek.Saturday, IsoDayOfWeek.Sunday);

    /// <summary>The windows that begin on a date, in order of their start.</summary>
    public IReadOnlyList<DailyWindow> BeginningOn(LocalDate date) => byDay[(int)date.DayOfWeek];

    /// <summary>How long the windows are in a usual week; overlapping ones count twice.</summary>
    public Duration PerWeek()
    {
        var ticks = 0L;
        foreach (var weekly in All)
        {
            var (from, to) = (weekly.Window.From.TickOfDay, weekly.Window.To.TickOfDay);
            ticks += to > from ? to - from : NodaConstants.TicksPerDay - from + to;
        }

        return Duration.FromTicks(ticks);
    }

    public bool Equals(WeeklyWindows? other) => other is not null && All.SequenceEqual(other.All);

    public override int GetHashCode() => All.Count;
}

/// <summary>Wall-clock times as instants, also in the nights when the clock changes.</summary>
internal static class WallClock
{
    private static readonly NodaTime.TimeZones.ZoneLocalMappingResolver Earlier = NodaTime.TimeZones.Resolvers.CreateMappingResolver(
        NodaTime.TimeZones.Resolvers.ReturnEarlier, NodaTime.TimeZones.Resolvers.ReturnStartOfIntervalAfter);

    private static readonly NodaTime.TimeZones.ZoneLocalMappingResolver Later = NodaTime.TimeZones.Resolvers.CreateMappingResolver(
        NodaTime.TimeZones.Resolvers.ReturnLater, NodaTime.TimeZones.Resolvers.ReturnStartOfIntervalAfter);

    /// <summary>The first time that the clock shows this, or jumps over it.</summary>
    public static Instant First(LocalDateTime local, DateTimeZone zone) => zone.ResolveLocal(local, Earlier).ToInstant();

    /// <summary>The last time that the clock shows this, or jumps over it.</summary>
    public static Instant Last(LocalDateTime local, DateTimeZone zone) => zone.ResolveLocal(local, Later).ToInstant();

    public static Instant StartOf(LocalDate date, DateTimeZone zone) => zone.AtStartOfDay(date).ToInstant();

    public static LocalDate DateOf(Instant instant, DateTimeZone zone) => instant.InZone(zone).Date;
}
