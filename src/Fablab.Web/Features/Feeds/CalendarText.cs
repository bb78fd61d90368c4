using System.Globalization;
using System.Text;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Feeds;

/// <summary>Something in a calendar, from one instant up to another.</summary>
internal sealed record CalendarEvent
{
    /// <summary>The same for ever, wherever it is told.</summary>
    public required string Uid { get; init; }

    public required Instant Start { get; init; }

    public required Instant End { get; init; }

    public required string Summary { get; init; }

    public string? Location { get; init; }

    /// <summary>Its page with us.</summary>
    public Uri? Url { get; init; }

    public int Sequence { get; init; }

    public required Instant ChangedAt { get; init; }

    public bool IsCancelled { get; init; }

    /// <summary>Who invites and who is invited, by mail address; <see langword="null"/> in feeds.</summary>
    public (string Organiser, string OrganiserName, string Attendee)? Invitation { get; init; }
}

/// <summary>
/// Writes iCalendar (RFC 5545): lines of at most 75 octets that end with CR and LF, texts escaped, instants in UTC so that no zone has
/// to be described. Written by hand because it is short and must fold by octets and stay the same from one reading to the next.
/// </summary>
internal sealed class CalendarText
{
    private const int LongestLine = 75;

    private static readonly InstantPattern Utc = InstantPattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmmss'Z'");

    private readonly StringBuilder text = new();

    private CalendarText()
    {
    }

    /// <summary>A calendar that programs read again and again.</summary>
    public static string OfFeed(string name, IEnumerable<CalendarEvent> events)
    {
        var calendar = new CalendarText();
        calendar.Begin();
        calendar.Words("NAME", name);
        calendar.Words("X-WR-CALNAME", name);
        calendar.Line("REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
        calendar.Line("X-PUBLISHED-TTL", "PT1H");
        return calendar.End(events);
    }

    /// <summary>What goes with a mail about one event (RFC 5546).</summary>
    public static string OfMail(CalendarEvent one)
    {
        var calendar = new CalendarText();
        calendar.Begin();
        calendar.Line("METHOD", one.IsCancelled ? "CANCEL" : "REQUEST");
        return calendar.End([one]);
    }

    private void Begin()
    {
        Line("BEGIN", "VCALENDAR");
        Line("VERSION", "2.0");
        Line("PRODID", "-//Fablab//Fablab//EN");
        Line("CALSCALE", "GREGORIAN");
    }

    private string End(IEnumerable<CalendarEvent> events)
    {
        foreach (var one in events)
        {
            Write(one);
        }

        Line("END", "VCALENDAR");
        return text.ToString();
    }

    private void Write(CalendarEvent one)
    {
        Line("BEGIN", "VEVENT");
        Line("UID", one.Uid);
        Line("DTSTAMP", Utc.Format(one.ChangedAt));
        Line("LAST-MODIFIED", Utc.Format(one.ChangedAt));
        Line("SEQUENCE", one.Sequence.ToString(CultureInfo.InvariantCulture));
        Line("DTSTART", Utc.Format(one.Start));
        Line("DTEND", Utc.Format(one.End));
        Words("SUMMARY", one.Summary);
        if (one.Location is { } place)
        {
            Words("LOCATION", place);
        }

        if (one.Url is { } page)
        {
            Line("URL", page.AbsoluteUri);
        }

        if (one.Invitation is var (organiser, name, attendee))
        {
            Line($"ORGANIZER;CN={Parameter(name)}", $"mailto:{organiser}");
            Line("ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE", $"mailto:{attendee}");
        }

        Line("STATUS", one.IsCancelled ? "CANCELLED" : "CONFIRMED");
        Line("TRANSP", one.IsCancelled ? "TRANSPARENT" : "OPAQUE");
        Line("END", "VEVENT");
    }

    private void Words(string name, string words)
    {
        var escaped = new StringBuilder(words.Length);
        foreach (var one in words.ReplaceLineEndings("\n"))
        {
            _ = one switch
            {
                '\\' or ';' or ',' => escaped.Append('\\').Append(one),
                '\n' => escaped.Append("\\n"),
                _ when char.IsControl(one) => escaped,
                _ => escaped.Append(one),
            };
        }

        Line(name, escaped.ToString());
    }

    // A quoted parameter has no quotes and no control characters in it, and there is no way to escape them.
    private static string Parameter(string value) => $"\"{string.Concat(value.Where(one => one != '"' && !char.IsControl(one)))}\"";

    private void Line(string name, string value)
    {
        var used = 0;
        foreach (var rune in $"{name}:{value}".EnumerateRunes())
        {
            if (used + rune.Utf8SequenceLength > LongestLine)
            {
                text.Append("\r\n ");
                used = 1;
            }

            text.Append(rune.ToString());
            used += rune.Utf8SequenceLength;
        }

        text.Append("\r\n");
    }
}
