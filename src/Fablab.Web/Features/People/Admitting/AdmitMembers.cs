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

/// <summary>Somebody answered the request already.</summary>
public sealed record MembershipAnswered(MembershipState State) : Refusal("membership-answered")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["state"] = State.ToString() };
}

/// <summary>A request for membership that waits.</summary>
public sealed record MembershipRequest(SiteRow Site, SiteMembershipRow Row, string Name, string Email);

/// <summary>Managers of a site say yes or no to who wants to be a member of it.</summary>
internal sealed class AdmitMembers(FablabDb db, CurrentMember me, AuditTrail audit, LabClock clock)
{
    /// <summary>More than a person answers in one go.</summary>
    private const int Most = 200;

    /// <summary>Those that the reader may answer, the oldest first; of people whose address is known to be theirs.</summary>
    public async Task<IReadOnlyList<MembershipRequest>> WaitingAsync(CancellationToken ct)
    {
        var sites = await SitesAsync(Right.AdmitMembers, ct);
        var ids = sites.Keys.ToList();
        var rows = await (
            from row in db.SiteMemberships.AsNoTracking()
            join user in db.Users.AsNoTracking() on (Guid)(object)row.Member equals user.Id
            where ids.Contains(row.Site) && row.State == MembershipState.Waiting && user.EmailConfirmed
            orderby row.Since
            select new { row, user.DisplayName, user.Email }).Take(Most).ToListAsync(ct);
        return [.. rows.Select(one => new MembershipRequest(sites[one.row.Site], one.row, one.DisplayName, one.Email ?? ""))];
    }

    /// <summary>The sites at which the reader has a right.</summary>
    public async Task<IReadOnlyDictionary<Fablab.Domain.Machines.SiteId, SiteRow>> SitesAsync(Right right, CancellationToken ct) =>
        (await db.Sites.AsNoTracking().OrderBy(site => site.Name).ToListAsync(ct)).Where(site => me.May(right, Subject.At(site.Id))).ToDictionary(site => site.Id);

    /// <param name="reason">For the member, up to 500 characters.</param>
    public async Task<Refusal?> AnswerAsync(string code, MemberId member, bool isAccepted, string? reason, CancellationToken ct)
    {
        code = StorableText.Of(code);
        if (await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct) is not { } site || !me.May(Right.AdmitMembers, Subject.At(site.Id)))
        {
            return new NoSuchThing("membership");
        }

        var refusal = await LabTransaction.RunHoldingAsync(db, [member.Value], () => WithinAsync(site, member, isAccepted, reason, ct), ct);
        db.ChangeTracker.Clear();
        return refusal;
    }

    private async Task<Refusal?> WithinAsync(SiteRow site, MemberId member, bool isAccepted, string? reason, CancellationToken ct)
    {
        var id = site.Id;
        if (await db.SiteMemberships.SingleOrDefaultAsync(row => row.Site == id && row.Member == member, ct) is not { } row)
        {
            return new NoSuchThing("membership");
        }

        // A no can become a yes later; a yes is taken back by a suspension.
        if (row.State is MembershipState.Active || (row.State is MembershipState.Refused && !isAccepted))
        {
            return new MembershipAnswered(row.State);
        }

        var now = clock.Now;
        (row.State, row.DecidedBy, row.DecidedAt) = (isAccepted ? MembershipState.Active : MembershipState.Refused, me.Id, now);
        row.Reason = reason is null ? null : StorableText.Of(reason);
        var said = isAccepted ? "membership-accepted" : "membership-refused";
        db.Tell(member, said, new Dictionary<string, string> { ["site"] = site.Name, ["reason"] = row.Reason ?? "" }, now);
        audit.Note(said, $"membership/{member}/{site.Code}", site: id, concerns: member);
        await db.SaveChangesAsync(ct);
        return null;
    }
}
