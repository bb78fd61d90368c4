using Fablab.Domain.Reservations;
using Fablab.Web.Features.Reservations.Reading;
using Fablab.Web.Hosting;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Reservations.Finding;

/// <summary>Reads the two ends of a window from a query.</summary>
internal static class SearchWindow
{
    private static readonly Duration Default = Duration.FromDays(7);

    /// <exception cref="BadHttpRequestException">It is none, or too long.</exception>
    public static TimeSlot Parse(string? from, string? to, Instant now)
    {
        var start = Parse("from", from) ?? now;
        return Of(start, Parse("to", to) ?? start + Default);
    }

    /// <exception cref="BadHttpRequestException">It is none, or too long.</exception>
    public static TimeSlot Of(Instant from, Instant to) => to > from && to - from <= Availability.LongestWindow
        ? new TimeSlot(from, to)
        : throw new BadHttpRequestException($"'to' must be after 'from' and at most {Availability.LongestWindow.TotalDays} days later.");

    /// <exception cref="BadHttpRequestException">It is no instant.</exception>
    public static Instant? Parse(string name, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var parsed = OffsetDateTimePattern.Rfc3339.Parse(text);
        return parsed.Success && LabClock.IsPlausible(parsed.Value.ToInstant())
            ? Instant.FromUnixTimeMilliseconds(parsed.Value.ToInstant().ToUnixTimeMilliseconds())
            : throw new BadHttpRequestException($"'{name}' is no instant like 2026-03-29T07:00:00Z.");
    }
}
