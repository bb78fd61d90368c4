using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Notices;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.People;

/// <summary>Who belongs to a site, and is therefore seen by its staff: whoever registered, was invited, booked or was authorised there.</summary>
internal static class Memberships
{
    /// <summary>Makes somebody a member of the site who is nothing to it yet; what they are already stays, and two at the same moment make one.</summary>
    public static Task<int> JoinAsync(this FablabDb db, SiteId site, MemberId member, MembershipOrigin origin, Instant now, CancellationToken ct)
    {
        var (active, by) = (nameof(MembershipState.Active), origin.ToString());
        object since = db.Database.IsNpgsql() ? now.ToDateTimeUtc() : now.ToUnixTimeMilliseconds();
        return db.Database.ExecuteSqlAsync($"""
            INSERT INTO "SiteMemberships" ("Site", "Member", "State", "Origin", "Since") VALUES ({site.Value}, {member.Value}, {active}, {by}, {since})
            ON CONFLICT DO NOTHING
            """, ct);
    }

    /// <summary>Where something that belongs to a member and to no site is noted: where whoever acts may do it, otherwise where the member has belonged longest.</summary>
    public static async Task<SiteId?> SiteToNoteAsync(this FablabDb db, MemberId member, Func<SiteId, bool> may, CancellationToken ct)
    {
        var sites = await db.SiteMemberships.AsNoTracking().Where(row => row.Member == member && row.State == MembershipState.Active)
            .OrderBy(row => row.Since).Select(row => row.Site).ToListAsync(ct);
        var where = sites.Where(may).Concat(sites).ToList();
        return where.Count == 0 ? null : where[0];
    }

    /// <summary>Tells managers of every request of a member whose address is known to be theirs; before that nobody is asked to read it.</summary>
    public static async Task TellOfRequestsAsync(this FablabDb db, MemberId member, Instant now, CancellationToken ct)
    {
        var sites = await db.Sites.AsNoTracking()
            .Where(site => db.SiteMemberships.Any(row => row.Site == site.Id && row.Member == member && row.State == MembershipState.Waiting)).ToListAsync(ct);
        foreach (var site in sites)
        {
            await db.TellManagersAsync(site, "membership-asked", Admitting.AdmittingPages.Address, now, ct);
        }
    }
}
