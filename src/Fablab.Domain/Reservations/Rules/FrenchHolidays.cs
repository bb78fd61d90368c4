namespace Fablab.Domain.Reservations.Rules;

/// <summary>The public holidays of France (Code du travail, L3133-1), and the two more of Alsace-Moselle (L3134-13).</summary>
public static class FrenchHolidays
{
    /// <returns>A stable name, or <see langword="null"/> on any other day.</returns>
    public static string? NameOf(LocalDate date, PublicHolidays which) => which is PublicHolidays.None ? null : (date.Month, date.Day) switch
    {
        (1, 1) => "new-year",
        (5, 1) => "labour-day",
        (5, 8) => "victory-1945",
        (7, 14) => "national-day",
        (8, 15) => "assumption",
        (11, 1) => "all-saints",
        (11, 11) => "armistice-1918",
        (12, 25) => "christmas",
        (12, 26) when which is PublicHolidays.AlsaceMoselle => "second-christmas-day",
        _ => ByEaster(date, which),
    };

    /// <summary>Sunday of Easter in the Gregorian calendar, by Oudin's form of the computus.</summary>
    public static LocalDate Easter(int year)
    {
        var (golden, century) = (year % 19, year / 100);
        var correction = (century - (century / 4) - (((8 * century) + 13) / 25) + (19 * golden) + 15) % 30;
        var moon = correction - (correction / 28 * (1 - (correction / 28 * (29 / (correction + 1)) * ((21 - golden) / 11))));
        var weekday = (year + (year / 4) + moon + 2 - century + (century / 4)) % 7;
        var offset = moon - weekday;
        var month = 3 + ((offset + 40) / 44);
        return new LocalDate(year, month, offset + 28 - (31 * (month / 4)));
    }

    private static string? ByEaster(LocalDate date, PublicHolidays which)
    {
        // Easter is between 22 March and 25 April, so nothing hangs on it outside of March to June.
        if (date.Month is < 3 or > 6)
        {
            return null;
        }

        return Period.DaysBetween(Easter(date.Year), date) switch
        {
            -2 when which is PublicHolidays.AlsaceMoselle => "good-friday",
            1 => "easter-monday",
            39 => "ascension",
            50 => "whit-monday",
            _ => null,
        };
    }
}
