using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Notices;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.People.Admitting;

/// <summary>The site takes only whom its staff invite.</summary>
public sealed record InvitationNeeded() : Refusal("invitation-needed");

/// <summary>The site's managers said no to this membership; nobody asks them twice.</summary>
public sealed record MembershipWasRefused() : Refusal("membership-refused");

/// <summary>Somebody with an account wants to be a member of another site as well.</summary>
internal sealed class AskForMembership(FablabDb db, CurrentMember me, AuditTrail audit, LabClock clock)
{
    public async Task<Result<MembershipState>> ExecuteAsync(string code, CancellationToken ct)
    {
        code = StorableText.Of(code);
        if (await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct) is not { } site)
        {
            return new NoSuchThing("site");
        }

        // An invitation may be accepted, or a first booking made, at the same moment.
        var result = await LabTransaction.BesideTwinAsync(db, () => LabTransaction.RunHoldingAsync(db, [me.Id.Value], () => WithinAsync(site, ct), ct));
        db.ChangeTracker.Clear();
        return result;
    }

    private async Task<Result<MembershipState>> WithinAsync(SiteRow site, CancellationToken ct)
    {
        var (member, id) = (me.Id, site.Id);
        var present = await db.SiteMemberships.AsNoTracking().SingleOrDefaultAsync(row => row.Site == id && row.Member == member, ct);
        switch (SiteMembership.Ask(site.Registration, present?.State))
        {
            case MembershipAnswer.NeedsInvitation:
                return new InvitationNeeded();
            case MembershipAnswer.WasRefused:
                return new MembershipWasRefused();
        }

        if (present is not null)
        {
            return present.State;
        }

        var state = site.Registration is RegistrationPolicy.Open ? MembershipState.Active : MembershipState.Waiting;
        db.Add(new SiteMembershipRow { Site = id, Member = member, State = state, Origin = MembershipOrigin.Registration, Since = clock.Now });
        audit.Note("membership-asked", $"membership/{member}/{site.Code}", site: id, concerns: member);
        if (state is MembershipState.Waiting)
        {
            await db.TellManagersAsync(site, "membership-asked", AdmittingPages.Address, clock.Now, ct);
        }

        await db.SaveChangesAsync(ct);
        return state;
    }
}
