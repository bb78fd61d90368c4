using Fablab.Web.Features.Notices.Mailing;
using NodaTime;

namespace Fablab.Web.Tests.Features.Notices;

/// <summary>Winter time begins in Paris on 25 October 2026 at 03:00, summer time on 28 March 2027 at 02:00.</summary>
public class Quiet_hours
{
    private static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];

    [TestCase("22:00", "07:00", "2026-11-30T20:59", null, TestName = "Have not begun a minute before")]
    [TestCase("22:00", "07:00", "2026-11-30T21:00", "2026-12-01T06:00", TestName = "Begin on the minute and end the next morning")]
    [TestCase("22:00", "07:00", "2026-12-01T02:00", "2026-12-01T06:00", TestName = "Go on behind midnight")]
    [TestCase("22:00", "07:00", "2026-12-01T06:00", null, TestName = "Are over on the minute")]
    [TestCase("12:00", "14:00", "2026-11-30T12:00", "2026-11-30T13:00", TestName = "May lie within a day")]
    [TestCase("07:00", "07:00", "2026-11-30T06:30", null, TestName = "Of no length are none")]
    [TestCase("22:00", "02:30", "2027-03-28T00:30", "2027-03-28T01:30", TestName = "End behind the gap when their end does not exist")]
    [TestCase("22:00", "02:30", "2026-10-25T00:15", "2026-10-25T00:30", TestName = "End at the first of two equal times")]
    public void Are(string from, string until, string now, string? end)
    {
        var ends = QuietTime.EndOf(Time(from), Time(until), At(now), Paris);

        Assert.That(ends, Is.EqualTo(end is null ? (Instant?)null : At(end)));
    }

    private static LocalTime Time(string text) => LocalTime.FromTimeOnly(TimeOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture));

    private static Instant At(string utc) => Instant.FromDateTimeOffset(DateTimeOffset.Parse(utc + "Z", System.Globalization.CultureInfo.InvariantCulture));
}
