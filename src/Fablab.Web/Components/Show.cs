using System.Globalization;
using Fablab.Domain.Billing;
using NodaTime;

namespace Fablab.Web.Components;

/// <summary>How values are written on pages: by the reader's culture, times on the wall clock of the site, 24 hours.</summary>
internal static class Show
{
    private const string NoBreak = "\u00a0";

    private static readonly Duration Minute = Duration.FromMinutes(1);

    private static CultureInfo Culture => CultureInfo.CurrentCulture;

    public static string Time(Instant instant, DateTimeZone zone) => Time(instant.InZone(zone).TimeOfDay);

    public static string Time(LocalTime time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>With seconds, for what happened to a machine.</summary>
    public static string ExactTime(Instant instant, DateTimeZone zone) => instant.InZone(zone).TimeOfDay.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary><c>Tuesday 24 November</c></summary>
    public static string Day(LocalDate date) => Capital(DayWithin(date));

    /// <summary>French weekdays are small within a line.</summary>
    public static string DayWithin(LocalDate date) => date.ToDateOnly().ToString("dddd d MMMM", Culture);

    /// <summary><c>Tue 24 Nov</c></summary>
    public static string ShortDay(LocalDate date) => date.ToDateOnly().ToString("ddd d MMM", Culture);

    /// <summary><c>Tue</c></summary>
    public static string Weekday(LocalDate date) => date.ToDateOnly().ToString("ddd", Culture);

    /// <summary>At the beginning of a line; French months are small within one.</summary>
    public static string Month(LocalDate month) => Capital(MonthWithin(month));

    public static string MonthWithin(LocalDate month) => month.ToDateOnly().ToString("MMMM yyyy", Culture);

    public static string Date(LocalDate date) => date.ToDateOnly().ToString("d", Culture);

    /// <summary>The time alone today, with the day on other days.</summary>
    public static string When(Instant instant, DateTimeZone zone, Instant now)
    {
        var there = instant.InZone(zone);
        return there.Date == now.InZone(zone).Date ? Time(there.TimeOfDay) : $"{ShortDay(there.Date)}, {Time(there.TimeOfDay)}";
    }

    public static string DayAndTime(Instant instant, DateTimeZone zone) => $"{ShortDay(instant.InZone(zone).Date)}, {Time(instant, zone)}";

    /// <summary><c>Tue 24 Nov, 14:00–15:30</c>; the second day is named when it is another one.</summary>
    public static string Slot(Instant start, Instant end, DateTimeZone zone) =>
        start.InZone(zone).Date == end.InZone(zone).Date
            ? $"{DayAndTime(start, zone)}–{Time(end, zone)}"
            : $"{DayAndTime(start, zone)} – {DayAndTime(end, zone)}";

    /// <summary><c>2 h 15 min</c>; seconds only below two minutes.</summary>
    public static string Length(Duration length)
    {
        if (length < Minute * 2)
        {
            return $"{Math.Max(0, (long)length.TotalSeconds)}{NoBreak}s";
        }

        var minutes = (long)Math.Floor(length.TotalMinutes);
        var (days, hours) = (minutes / 1440, minutes / 60 % 24);
        List<string> parts = [];
        Add(days, Language.Current == "fr" ? "j" : "d");
        Add(hours, "h");
        Add(minutes % 60, "min");
        return string.Join(NoBreak, parts);

        void Add(long value, string unit)
        {
            if (value > 0)
            {
                parts.Add($"{value}{NoBreak}{unit}");
            }
        }
    }

    /// <summary>To the second, for what is charged: <c>1 h 02 min 07 s</c>.</summary>
    public static string ExactLength(long seconds)
    {
        var (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        return (hours, minutes) switch
        {
            (0, 0) => $"{rest}{NoBreak}s",
            (0, _) => rest == 0 ? $"{minutes}{NoBreak}min" : $"{minutes}{NoBreak}min{NoBreak}{rest:00}{NoBreak}s",
            _ when rest == 0 && minutes == 0 => $"{hours}{NoBreak}h",
            _ when rest == 0 => $"{hours}{NoBreak}h{NoBreak}{minutes:00}{NoBreak}min",
            _ => $"{hours}{NoBreak}h{NoBreak}{minutes:00}{NoBreak}min{NoBreak}{rest:00}{NoBreak}s",
        };
    }

    public static string Money(Money money) => Amount(money.Major.ToString("N2", Culture), money.Currency);

    /// <summary>A price finer than a cent keeps its decimals.</summary>
    public static string Price(long micros, string currency) => Amount((micros / 1_000_000m).ToString("#,0.00####", Culture), currency);

    public static string Percent(double share) => Math.Floor(share * 100).ToString("0", Culture) + (Language.Current == "fr" ? NoBreak : "") + "%";

    public static string VatRate(int basisPoints) => (basisPoints / 100m).ToString("0.##", Culture) + (Language.Current == "fr" ? NoBreak : "") + "%";

    public static string Number(double value, string format = "#,0.#") => value.ToString(format, Culture);

    public static string Celsius(double value) => value.ToString("0", Culture) + NoBreak + "°C";

    private static string Amount(string number, string currency) => (Language.Current, currency) switch
    {
        ("fr", "EUR") => $"{number}{NoBreak}€",
        (_, "EUR") => $"€{number}",
        _ => $"{number}{NoBreak}{currency}",
    };

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpper(text[0], Culture) + text[1..];
}
