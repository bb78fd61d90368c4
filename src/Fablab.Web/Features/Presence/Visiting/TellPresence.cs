using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Presence;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Presence.Visiting;

/// <summary>Staff say by hand that somebody is in. Members say it of themselves only where the lab lets them: nobody sees whether it is so.</summary>
internal sealed class TellPresence(FablabDb db, KeepVisits visits, CurrentMember me, IOptions<PresenceOptions> options)
{
    public bool MembersMay => options.Value.MembersTellThemselvesIn;

    /// <param name="member"><see langword="null"/> for the reader.</param>
    public async Task<Result<Visit>> InAsync(SiteRow site, MemberId? member, CancellationToken ct)
    {
        var whom = member ?? me.Id;
        if (me.May(Right.TellPresence, Subject.At(site.Id)))
        {
            var arrived = await visits.ArriveAsync(whom, site.Id, Told.FrontDesk, ct);

            // Of people at other sites staff know nothing, not even that there are such.
            return arrived.Refusal is NotAMemberHere || (arrived.Refusal is SuspendedHere && !await IsKnownAsync(site, whom, ct)) ? new NoSuchThing("member") : arrived;
        }

        return whom == me.Id && MembersMay ? await visits.ArriveAsync(whom, site.Id, Told.Self, ct) : new NotAllowed();
    }

    private Task<bool> IsKnownAsync(SiteRow site, MemberId member, CancellationToken ct) => db.SiteMemberships.AnyAsync(row => row.Member == member && row.Site == site.Id, ct);
}
