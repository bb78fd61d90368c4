using NodaTime;
using NodaTime.TimeZones;

namespace Fablab.Web.Features.Notices.Mailing;

/// <summary>The hours in which a member wants no mail, by a wall clock, perhaps over midnight.</summary>
internal static class QuietTime
{
    /// <returns>When it ends; <see langword="null"/> when now is no such time.</returns>
    public static Instant? EndOf(LocalTime? from, LocalTime? until, Instant now, DateTimeZone zone)
    {
        if (from is not { } begins || until is not { } ends || begins == ends)
        {
            return null;
        }

        var there = now.InZone(zone).LocalDateTime;
        var isOverMidnight = begins > ends;
        var isQuiet = isOverMidnight ? there.TimeOfDay >= begins || there.TimeOfDay < ends : there.TimeOfDay >= begins && there.TimeOfDay < ends;
        if (!isQuiet)
        {
            return null;
        }

        var day = isOverMidnight && there.TimeOfDay >= begins ? there.Date.PlusDays(1) : there.Date;
        var end = zone.ResolveLocal(day + ends, Resolvers.LenientResolver).ToInstant();

        // The doubled hour of autumn: the end may lie behind us already.
        return end > now ? end : null;
    }
}
