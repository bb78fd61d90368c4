using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Notices;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Organisations;

/// <summary>Tells several people something about an organisation, within the caller's transaction.</summary>
internal static class OrganisationNews
{
    /// <param name="link">Where they see it: an address on our pages.</param>
    public static async Task TellAdministratorsAsync(this FablabDb db, string code, string organisation, string link, MemberId actor, Instant now, CancellationToken ct)
    {
        foreach (var member in await db.RoleGrants.AsNoTracking().Where(grant => grant.Role == StaffRole.Administrator && grant.Member != actor).Select(grant => grant.Member).Distinct().ToListAsync(ct))
        {
            db.Tell(member, code, Facts(organisation, link), now);
        }
    }

    /// <param name="about">Name of the organisation, or of what of it this is about.</param>
    /// <param name="reason">What staff wrote for them.</param>
    public static async Task TellInOrganisationAsync(
        this FablabDb db, OrganisationId organisation, OrganisationRole[] roles, string code, string about, string link, Instant now, CancellationToken ct, string? reason = null)
    {
        foreach (var member in await db.OrganisationMembers.AsNoTracking().Where(row => row.Organisation == organisation && roles.Contains(row.Role)).Select(row => row.Member).ToListAsync(ct))
        {
            var facts = Facts(about, link);
            if (reason is not null)
            {
                facts["reason"] = reason;
            }

            db.Tell(member, code, facts, now);
        }
    }

    public static Dictionary<string, string> Facts(string about, string link) => new() { ["organisation"] = about, ["link"] = link };
}
