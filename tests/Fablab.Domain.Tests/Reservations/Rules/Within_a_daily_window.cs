using Fablab.Domain.Reservations.Rules;

namespace Fablab.Domain.Tests.Reservations.Rules;

/// <summary>Winter time begins in Paris on 25 October 2026 at 03:00, summer time on 28 March 2027 at 02:00.</summary>
public class Within_a_daily_window
{
    private static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];

    [TestCase("22:00", "07:00", "2026-11-30T20:59", null, TestName = "It is not yet a minute before")]
    [TestCase("22:00", "07:00", "2026-11-30T21:00", "2026-12-01T06:00", TestName = "It is on the minute, until the next morning")]
    [TestCase("22:00", "07:00", "2026-12-01T02:00", "2026-12-01T06:00", TestName = "It is still behind midnight")]
    [TestCase("22:00", "07:00", "2026-12-01T06:00", null, TestName = "It is no more on the minute of its end")]
    [TestCase("12:00", "14:00", "2026-11-30T12:00", "2026-11-30T13:00", TestName = "It may be within a day")]
    [TestCase("00:00", "00:00", "2026-11-30T12:00", "2026-11-30T23:00", TestName = "It is always when it lasts all day")]
    [TestCase("22:00", "02:30", "2027-03-28T00:30", "2027-03-28T01:00", TestName = "It ends at the skip when its end does not exist")]
    [TestCase("22:00", "02:30", "2026-10-25T00:45", "2026-10-25T01:30", TestName = "It ends at the second of two equal times")]
    public void It_is(string from, string to, string now, string? end)
    {
        var ends = new DailyWindow(Time(from), Time(to)).EndAround(At(now), Paris);

        Assert.That(ends, Is.EqualTo(end is null ? (Instant?)null : At(end)));
    }

    private static LocalTime Time(string text) => LocalTime.FromTimeOnly(TimeOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture));

    private static Instant At(string utc) => Instant.FromDateTimeOffset(DateTimeOffset.Parse(utc + "Z", System.Globalization.CultureInfo.InvariantCulture));
}
