using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Members;

/// <summary>Reads a member with all rights in one query.</summary>
internal sealed class LoadMember(FablabDb db, StaffFactor factor, LabClock clock)
{
    private static readonly IReadOnlySet<SiteId> EmptySites = new HashSet<SiteId>();

    private static readonly HotQuery<Func<FablabDb, MemberId, Guid, IAsyncEnumerable<RightsRow>>> ById = new(() =>
        EF.CompileAsyncQuery((FablabDb db, MemberId id, Guid account) =>
            from user in db.Users.AsNoTracking()
            where user.Id == account
            from grant in db.RoleGrants.Where(grant => grant.Member == id).DefaultIfEmpty()
            from membership in db.OrganisationMembers.Where(membership => membership.Member == id).DefaultIfEmpty()
            select new RightsRow(
                user.Id, user.DisplayName, user.Email, user.Language, false, null, (StaffRole?)grant.Role, grant.Site,
                (OrganisationId?)membership.Organisation, (OrganisationRole?)membership.Role, null, null, null)));

    // The key of an account is a bare Guid, which is the same to the database.
    private static readonly HotQuery<Func<FablabDb, Guid, Instant, IAsyncEnumerable<RightsRow>>> BySession = new(() =>
        EF.CompileAsyncQuery((FablabDb db, Guid session, Instant now) =>
            from browser in db.BrowserSessions.AsNoTracking()
            join user in db.Users.AsNoTracking() on (Guid)(object)browser.Member equals user.Id
            join row in db.RoleGrants on browser.Member equals row.Member into grants
            from grant in grants.DefaultIfEmpty()
            join other in db.OrganisationMembers on browser.Member equals other.Member into memberships
            from membership in memberships.DefaultIfEmpty()
            where browser.Id == session && browser.EndedAt == null && browser.ExpiresAt > now
                && !db.Suspensions.Any(stop => stop.Member == browser.Member && stop.Site == null && stop.LiftedAt == null && (stop.Until == null || stop.Until > now))
            select new RightsRow(
                user.Id, user.DisplayName, user.Email, user.Language, browser.IsStrong, null, (StaffRole?)grant.Role, grant.Site,
                (OrganisationId?)membership.Organisation, (OrganisationRole?)membership.Role, null, null, null)));

    private static readonly HotQuery<Func<FablabDb, string, Instant, IAsyncEnumerable<RightsRow>>> ByToken = new(() =>
        EF.CompileAsyncQuery((FablabDb db, string hash, Instant now) =>
            from token in db.AccessTokens.AsNoTracking()
            join user in db.Users.AsNoTracking() on (Guid)(object)token.Member equals user.Id
            join row in db.RoleGrants on token.Member equals row.Member into grants
            from grant in grants.DefaultIfEmpty()
            join other in db.OrganisationMembers on token.Member equals other.Member into memberships
            from membership in memberships.DefaultIfEmpty()
            where token.Hash == hash && token.RevokedAt == null && token.ExpiresAt > now
                && !db.Suspensions.Any(stop => stop.Member == token.Member && stop.Site == null && stop.LiftedAt == null && (stop.Until == null || stop.Until > now))
            select new RightsRow(
                user.Id, user.DisplayName, user.Email, user.Language, token.IsStrong, token.ExpiresAt, (StaffRole?)grant.Role, grant.Site,
                (OrganisationId?)membership.Organisation, (OrganisationRole?)membership.Role, (Guid?)token.Id, (ScopeSet?)token.Scopes, token.LastUsedAt)));

    /// <returns>The member, or <see langword="null"/> when the account is gone.</returns>
    public async Task<Member?> ExecuteAsync(MemberId id, CancellationToken ct)
    {
        // Grants times memberships: a handful of rows at most, and one way to the database.
        var rows = await ById.On(db)(db, id, id.Value).ToListAsync(ct);
        return Of(rows);
    }

    /// <param name="session">Of a browser.</param>
    /// <returns>Who is signed in there, or <see langword="null"/> when the session or the account ended, or they are suspended everywhere.</returns>
    public async Task<Member?> OfSessionAsync(Guid session, CancellationToken ct) =>
        Of(await BySession.On(db)(db, session, clock.Now).ToListAsync(ct));

    /// <param name="hash">Of an access token.</param>
    /// <returns>Whose token it is, or <see langword="null"/> when it is unknown, expired or revoked, the account is gone, or they are suspended everywhere.</returns>
    public async Task<TokenInUse?> OfTokenAsync(string hash, CancellationToken ct)
    {
        var rows = await ByToken.On(db)(db, hash, clock.Now).ToListAsync(ct);
        return Of(rows) is { } member ? new TokenInUse(rows[0].Token!.Value, member, rows[0].LastUsedAt) : null;
    }

    private Member? Of(List<RightsRow> rows)
    {
        if (rows.Count == 0)
        {
            return null;
        }

        // Rights of staff do not count without a second factor, nor for a token that is not for them; then they are members like others.
        var waits = factor.IsNeededOfStaff && !rows[0].IsStrong && rows.Any(row => row.Role is not null);
        var scopes = rows[0].Scopes ?? ScopeSet.All;
        var isStaff = !waits && scopes.Has(Scope.Staff);
        return new Member
        {
            Id = new MemberId(rows[0].Account),
            DisplayName = rows[0].DisplayName,
            Email = rows[0].Email ?? "",
            Language = rows[0].Language,
            IsAdministrator = isStaff && rows.Any(row => row.Role is StaffRole.Administrator),
            ManagedSites = SitesOf(StaffRole.Manager),
            TrainerSites = SitesOf(StaffRole.Trainer),
            FrontDeskSites = SitesOf(StaffRole.FrontDesk),
            TechnicianSites = SitesOf(StaffRole.Technician),
            WaitsForSecondFactor = waits,
            IsStrong = rows[0].IsStrong,
            Until = rows[0].Until,
            Scopes = scopes,
            Organisations = rows.Where(row => row.Organisation is not null)
                .DistinctBy(row => row.Organisation)
                .ToDictionary(row => row.Organisation!.Value, row => row.OrganisationRole!.Value),
        };

        IReadOnlySet<SiteId> SitesOf(StaffRole role) =>
            isStaff ? rows.Where(row => row.Role == role && row.Site is not null).Select(row => row.Site!.Value).ToHashSet() : EmptySites;
    }

    private sealed record RightsRow(
        Guid Account, string DisplayName, string? Email, string? Language, bool IsStrong, Instant? Until, StaffRole? Role, SiteId? Site, OrganisationId? Organisation, OrganisationRole? OrganisationRole,
        Guid? Token, ScopeSet? Scopes, Instant? LastUsedAt);
}

/// <summary>A token that works, and who acts by it.</summary>
/// <param name="LastUsedAt">As far as it was told.</param>
internal sealed record TokenInUse(Guid Id, Member Member, Instant? LastUsedAt);
