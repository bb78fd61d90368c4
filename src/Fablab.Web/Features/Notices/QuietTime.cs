using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data.Rows;
using Fablab.Web.Hosting;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Notices;

/// <summary>The hours in which a member wants to hear nothing, by the lab's clock.</summary>
internal sealed class QuietTime(IOptions<WebOptions> web, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <returns>Until when they last; <see langword="null"/> when it is not quiet now.</returns>
    public Instant? EndFor(Account account) => HoursOf(account)?.EndAround(clock.Now, zones[web.Value.TimeZone]);

    /// <summary>Of no length they are none, though opening hours of that kind would last all day.</summary>
    private static DailyWindow? HoursOf(Account account) =>
        account is { QuietFrom: { } from, QuietUntil: { } until } && from != until ? new DailyWindow(from, until) : null;
}
