using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.People.Suspending;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Presence;

/// <summary>They are suspended from the site, or from the whole lab.</summary>
public sealed record SuspendedHere(Instant? Until) : Refusal("suspended-here")
{
    public override IReadOnlyDictionary<string, object> Facts => Until is { } until ? new Dictionary<string, object> { ["until"] = until } : NoFacts;
}

/// <summary>They are no member of this site.</summary>
public sealed record NotAMemberHere() : Refusal("not-a-member-here");

/// <summary>Who may come in: members of the site, whoever may become one by coming, and its staff, unless they are suspended.</summary>
internal sealed class Entrance(FablabDb db, LabClock clock)
{
    /// <returns>Why not; <see langword="null"/> when they may.</returns>
    public async Task<Refusal?> RefusalAsync(MemberId member, SiteId site, CancellationToken ct)
    {
        var stops = await db.SuspensionsAsync(member, site, clock.Now, ct);
        if (stops.Count > 0)
        {
            return new SuspendedHere(stops.Any(stop => stop.Row.Until is null) ? null : stops.Max(stop => stop.Row.Until));
        }

        var standing = await (
            from row in db.Sites.AsNoTracking()
            where row.Id == site
            select new
            {
                row.Registration,
                Membership = db.SiteMemberships.Where(one => one.Site == site && one.Member == member).Select(one => (MembershipState?)one.State).FirstOrDefault(),
                IsStaff = db.RoleGrants.Any(grant => grant.Member == member && (grant.Site == site || grant.Role == StaffRole.Administrator)),
            }).SingleAsync(ct);
        return SiteMembership.LackOf(standing.Registration, standing.Membership, standing.IsStaff) is null ? null : new NotAMemberHere();
    }
}
