using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Exchange.Exporting;

/// <summary>
/// What people are to sites: all of it for administrators, for managers that of their sites, and of what belongs to no site (badges, tariff groups) that of
/// members of their sites. No secrets: badges by their labels and not by their numbers.
/// </summary>
internal sealed class PeopleExports(FablabDb db, CurrentMember me)
{
    private bool All => me.May(Right.ExportSite, Subject.Nothing);

    private List<SiteId> Sites => [.. me.Member.ManagedSites.Where(site => me.May(Right.ExportSite, Subject.At(site)))];

    public IReadOnlyList<ExportTable> Tables => !me.MayAtSomeSite(Right.ExportSite) ? [] :
    [
        Memberships(), Roles(), Suspensions(), Invitations(), TariffGroups(), TariffGroupMembers(), TariffRequests(), Badges(), Visits(),
    ];

    private ExportTable Memberships()
    {
        var (all, sites) = (All, Sites);
        return ExportTable.Of(
            "memberships",
            ["site", "memberEmail", "state", "origin", "since", "decidedAt", "memberId"],
            () => from row in db.SiteMemberships.AsNoTracking()
                  join site in db.Sites on row.Site equals site.Id
                  join account in db.Users on (Guid)(object)row.Member equals account.Id
                  where all || sites.Contains(row.Site)
                  orderby site.Code, row.Since, account.Id
                  select new { Row = row, site.Code, account.Email },
            one => [one.Code, one.Email, one.Row.State, one.Row.Origin, one.Row.Since, one.Row.DecidedAt, one.Row.Member.Value]);
    }

    private ExportTable Roles()
    {
        var (all, sites) = (All, Sites);
        return ExportTable.Of(
            "roles",
            ["site", "memberEmail", "role", "memberId"],
            () => from row in db.RoleGrants.AsNoTracking()
                  join account in db.Users on (Guid)(object)row.Member equals account.Id
                  where all || (row.Site != null && sites.Contains(row.Site.Value))
                  orderby row.Id
                  select new { Row = row, account.Email, Code = db.Sites.Where(site => site.Id == row.Site).Select(site => site.Code).FirstOrDefault() },
            one => [one.Code, one.Email, one.Row.Role, one.Row.Member.Value]);
    }

    private ExportTable Suspensions()
    {
        var (all, sites) = (All, Sites);
        return ExportTable.Of(
            "suspensions",
            ["suspensionId", "site", "memberEmail", "reason", "at", "until", "liftedAt"],
            () => from row in db.Suspensions.AsNoTracking()
                  join account in db.Users on (Guid)(object)row.Member equals account.Id
                  where all || (row.Site != null && sites.Contains(row.Site.Value))
                  orderby row.At, row.Id
                  select new { Row = row, account.Email, Code = db.Sites.Where(site => site.Id == row.Site).Select(site => site.Code).FirstOrDefault() },
            one => [one.Row.Id, one.Code, one.Email, one.Row.Reason, one.Row.At, one.Row.Until, one.Row.LiftedAt]);
    }

    /// <summary>Without the links, which nothing that is kept opens.</summary>
    private ExportTable Invitations()
    {
        var (all, sites) = (All, Sites);
        return ExportTable.Of(
            "site-invitations",
            ["invitationId", "site", "email", "language", "createdAt", "expiresAt", "usedAt", "withdrawnAt"],
            () => from row in db.SiteInvitations.AsNoTracking()
                  join site in db.Sites on row.Site equals site.Id
                  where all || sites.Contains(row.Site)
                  orderby row.CreatedAt, row.Id
                  select new { Row = row, site.Code },
            one => [one.Row.Id, one.Code, one.Row.Email, one.Row.Language, one.Row.CreatedAt, one.Row.ExpiresAt, one.Row.UsedAt, one.Row.WithdrawnAt]);
    }

    private ExportTable TariffGroups() => ExportTable.Of(
        "tariff-groups",
        ["groupId", "code", "name", "mayBeAskedFor"],
        () => db.TariffGroups.AsNoTracking().OrderBy(row => row.Code),
        row => [row.Id.Value, row.Code, row.Name, row.MayBeAskedFor]);

    private ExportTable TariffGroupMembers()
    {
        var ours = OfOurs();
        return ExportTable.Of(
            "tariff-group-members",
            ["group", "memberEmail", "from", "until", "proof", "memberId"],
            () => from row in db.TariffGroupMembers.AsNoTracking()
                  join tariff in db.TariffGroups on row.Group equals tariff.Id
                  join account in ours on (Guid)(object)row.Member equals account.Id
                  orderby tariff.Code, row.From, row.Id
                  select new { Row = row, tariff.Code, account.Email },
            one => [one.Code, one.Email, one.Row.From, one.Row.Until, one.Row.Proof, one.Row.Member.Value]);
    }

    private ExportTable TariffRequests()
    {
        var ours = OfOurs();
        return ExportTable.Of(
            "tariff-requests",
            ["requestId", "group", "memberEmail", "state", "askedAt", "decidedAt", "reason"],
            () => from row in db.TariffRequests.AsNoTracking()
                  join tariff in db.TariffGroups on row.Group equals tariff.Id
                  join account in ours on (Guid)(object)row.Member equals account.Id
                  orderby row.AskedAt, row.Id
                  select new { Row = row, tariff.Code, account.Email },
            one => [one.Row.Id, one.Code, one.Email, one.Row.State, one.Row.AskedAt, one.Row.DecidedAt, one.Row.Reason]);
    }

    private ExportTable Badges()
    {
        var ours = OfOurs();
        return ExportTable.Of(
            "badges",
            ["badgeId", "memberEmail", "label", "registeredAt", "revokedAt", "memberId"],
            () => from row in db.Badges.AsNoTracking()
                  join account in ours on (Guid)(object)row.Member equals account.Id
                  orderby row.At, row.Id
                  select new { row.Id, row.Label, row.At, row.RevokedAt, row.Member, account.Email },
            one => [one.Id, one.Email, one.Label, one.At, one.RevokedAt, one.Member.Value]);
    }

    private ExportTable Visits()
    {
        var (all, sites) = (All, Sites);
        return ExportTable.Of(
            "visits",
            ["visitId", "site", "memberEmail", "arrivedAt", "arrivedBy", "leftAt", "leftBy"],
            () => from row in db.Visits.AsNoTracking()
                  join site in db.Sites on row.Site equals site.Id
                  join account in db.Users on (Guid)(object)row.Member equals account.Id
                  where all || sites.Contains(row.Site)
                  orderby row.ArrivedAt, row.Id
                  select new { Row = row, site.Code, account.Email },
            one => [one.Row.Id.Value, one.Code, one.Email, one.Row.ArrivedAt, one.Row.ArrivedBy, one.Row.LeftAt, one.Row.LeftBy]);
    }

    /// <summary>Everybody for administrators; for managers those who belong to a site of theirs.</summary>
    private IQueryable<Data.Rows.Account> OfOurs()
    {
        var (all, sites) = (All, Sites);
        return db.Users.AsNoTracking().Where(account => all
            || db.SiteMemberships.Any(row => (Guid)(object)row.Member == account.Id && row.State == MembershipState.Active && sites.Contains(row.Site)));
    }
}
