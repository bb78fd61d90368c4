using Fablab.Domain.Machines;
using Fablab.Domain.Presence;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data;
using Fablab.Web.Features.Reservations.Rules;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Presence;

/// <summary>When a site closes, by those of its rules that hold for everybody and everything there.</summary>
internal sealed class SiteHours(FablabDb db, RuleBooks books, IDateTimeZoneProvider zones, IOptions<PresenceOptions> options)
{
    /// <param name="now">When somebody comes or goes.</param>
    public async Task<HoursNow> AtAsync(SiteId site, Instant now, CancellationToken ct)
    {
        var zone = zones[await db.Sites.Where(row => row.Id == site).Select(row => row.TimeZone).SingleAsync(ct)];
        var book = (await books.InForceAsync([site], ct))[site];
        var ofAll = book.Rules.Where(rule => rule.Scope is { Machine: null, Pool: null, Category: null, Organisation: null, Group: null } && (rule.Scope.Site is not { } at || at == site));
        var rules = new RuleBook(book.Version, [.. ofAll]).For(new BookingSubject { Member = default, Machine = default, Category = default, Site = site });
        return new HoursNow(VisitRules.IsOpen(rules, zone, now), VisitRules.ClosesAt(rules, zone, now, options.Value.Limits));
    }
}

/// <param name="ClosesAt">When a visit that begins now is closed unless somebody ends it.</param>
internal readonly record struct HoursNow(bool IsOpen, Instant ClosesAt);
