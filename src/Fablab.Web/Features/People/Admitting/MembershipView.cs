using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.People.Admitting;

/// <summary>How somebody stands at a site who is not simply a member of it.</summary>
/// <param name="Answer">What they got, or would get by asking.</param>
/// <param name="HasAsked">They are waiting for the answer, or have it.</param>
public sealed record MembershipView(MembershipAnswer Answer, bool HasAsked);

internal static class MembershipViews
{
    /// <returns><see langword="null"/> for members and staff of the site, and where everybody may book.</returns>
    public static async Task<MembershipView?> MembershipViewAsync(this FablabDb db, SiteRow site, Member me, CancellationToken ct)
    {
        var (member, id) = (me.Id, site.Id);
        var present = await db.SiteMemberships.AsNoTracking().Where(row => row.Site == id && row.Member == member).Select(row => (MembershipState?)row.State).SingleOrDefaultAsync(ct);
        var isStaff = me.IsAdministrator || IsStaffAt(me, id);
        return SiteMembership.LackOf(site.Registration, present, isStaff) is null ? null : new MembershipView(SiteMembership.Ask(site.Registration, present), present is not null);
    }

    private static bool IsStaffAt(Member me, SiteId site) => me.ManagedSites.Contains(site) || me.TrainerSites.Contains(site) || me.FrontDeskSites.Contains(site) || me.TechnicianSites.Contains(site);
}
