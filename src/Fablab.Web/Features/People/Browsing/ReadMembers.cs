using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.People.Suspending;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.People.Browsing;

/// <summary>A member in the list.</summary>
public sealed record MemberLine(Guid Id, string DisplayName, string? Email, bool IsSuspended);

/// <summary>A member as far as the reader may see them.</summary>
/// <param name="Sites">Those that the member belongs to and the reader staffs; all that the member belongs to for administrators.</param>
public sealed record MemberInView(Account Account, IReadOnlyList<SiteRow> Sites, IReadOnlyList<SiteMembershipRow> Memberships, bool IsAdministrator)
{
    public MemberId Id => new(Account.Id);
}

/// <summary>All that staff see of a member.</summary>
public sealed record MemberDetails
{
    public required MemberInView Member { get; init; }

    public required IReadOnlyList<SuspensionView> Suspensions { get; init; }

    public required IReadOnlyList<BadgeRow> Badges { get; init; }

    public required IReadOnlyList<RoleGrantRow> Roles { get; init; }

    public required IReadOnlyList<(TariffGroupMemberRow Row, string Name)> Groups { get; init; }

    public required IReadOnlyList<(MemberNoteRow Row, string By)> Notes { get; init; }

    /// <summary>All there are.</summary>
    public required IReadOnlyDictionary<SiteId, SiteRow> Sites { get; init; }
}

/// <summary>Members for staff: of the sites that they staff, and none else. Administrators see all.</summary>
internal sealed class ReadMembers(FablabDb db, CurrentMember me, LabClock clock)
{
    private const int MostNotes = 100;

    /// <returns>The sites whose members the reader sees; empty for everybody who is no staff.</returns>
    public async Task<IReadOnlyList<SiteRow>> SitesAsync(CancellationToken ct) =>
        [.. (await db.Sites.AsNoTracking().OrderBy(site => site.Name).ToListAsync(ct)).Where(site => me.May(Right.SeeMembers, Subject.At(site.Id)))];

    /// <param name="search">A part of a name or of an address.</param>
    /// <param name="after">How many come before the page.</param>
    /// <returns>By name; <see langword="null"/> when the reader may see nobody.</returns>
    public async Task<Page<MemberLine>?> ListAsync(string? search, string? siteCode, string? after, int limit, CancellationToken ct)
    {
        var sites = await SitesAsync(ct);
        if (siteCode is not null)
        {
            sites = [.. sites.Where(site => site.Code == siteCode)];
        }

        if (sites.Count == 0)
        {
            return null;
        }

        var skipped = ParsePlace(after);
        var (ids, now) = (sites.Select(site => site.Id).ToList(), clock.Now);
        var accounts = db.Users.AsNoTracking().Where(account => account.ErasedAt == null);
        if (siteCode is not null || !me.Member.IsAdministrator)
        {
            accounts = accounts.Where(account => db.SiteMemberships.Any(row =>
                (Guid)(object)row.Member == account.Id && ids.Contains(row.Site) && (account.EmailConfirmed || row.Origin == MembershipOrigin.Import)));
        }

        if (search?.Trim() is { Length: > 0 } typed)
        {
            var (exact, upper) = (StorableText.Of(typed), StorableText.Of(typed.ToUpperInvariant()));
#pragma warning disable CA1304, CA1311, CA1862 // becomes UPPER of the database, which knows no culture of ours
            accounts = accounts.Where(account => account.NormalizedEmail!.Contains(upper) || account.DisplayName.Contains(exact) || account.DisplayName.ToUpper().Contains(upper));
#pragma warning restore CA1304, CA1311, CA1862
        }

        var rows = await accounts.OrderBy(account => account.DisplayName).ThenBy(account => account.Id).Skip(skipped).Take(limit + 1)
            .Select(account => new MemberLine(account.Id, account.DisplayName, account.Email, db.Suspensions.Any(stop => (Guid)(object)stop.Member == account.Id
                && stop.LiftedAt == null && (stop.Until == null || stop.Until > now) && (stop.Site == null || ids.Contains(stop.Site.Value))))).ToListAsync(ct);
        return new Page<MemberLine>([.. rows.Take(limit)], rows.Count > limit ? (skipped + limit).ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
    }

    /// <returns><see langword="null"/> when there is none, or none that the reader may see.</returns>
    public async Task<MemberInView?> OneAsync(MemberId member, CancellationToken ct)
    {
        var id = member.Value;
        var sites = await SitesAsync(ct);
        if (sites.Count == 0 || await db.Users.AsNoTracking().SingleOrDefaultAsync(account => account.Id == id && account.ErasedAt == null, ct) is not { } account)
        {
            return null;
        }

        var rows = await db.SiteMemberships.AsNoTracking().Where(row => row.Member == member).ToListAsync(ct);
        var shared = sites.Where(site => rows.Any(row => row.Site == site.Id)).ToList();

        // Whoever registered and was not heard of again may not be who the address belongs to; who came from a file was vouched for.
        var isSomebody = account.EmailConfirmed || rows.Any(row => row.Origin == MembershipOrigin.Import && shared.Any(site => site.Id == row.Site));
        return (shared.Count == 0 || !isSomebody) && !me.Member.IsAdministrator
            ? null
            : new MemberInView(
                account, me.Member.IsAdministrator ? sites : shared, [.. rows.Where(row => sites.Any(site => site.Id == row.Site))],
                await db.RoleGrants.AnyAsync(grant => grant.Member == member && grant.Role == StaffRole.Administrator, ct));
    }

    public async Task<MemberDetails?> DetailsAsync(MemberId member, CancellationToken ct)
    {
        if (await OneAsync(member, ct) is not { } found)
        {
            return null;
        }

        var sites = await db.Sites.AsNoTracking().ToDictionaryAsync(site => site.Id, ct);
        var shown = found.Sites.Select(site => site.Id).ToHashSet();
        var notes = await (
            from row in db.MemberNotes.AsNoTracking()
            join writer in db.Users.AsNoTracking() on (Guid)(object)row.By equals writer.Id
            where row.Member == member && shown.Contains(row.Site)
            orderby row.At descending
            select new { row, writer.DisplayName }).Take(MostNotes).ToListAsync(ct);
        var groups = await (
            from row in db.TariffGroupMembers.AsNoTracking()
            join tariff in db.TariffGroups.AsNoTracking() on row.Group equals tariff.Id
            where row.Member == member
            orderby row.From descending
            select new { row, tariff.Name }).ToListAsync(ct);
        return new MemberDetails
        {
            Member = found,
            Suspensions = [.. (await db.SuspensionsAsync(member, null, clock.Now, ct)).Where(one => one.Site is null || shown.Contains(one.Site.Id))],
            Badges = await db.Badges.AsNoTracking().Where(row => row.Member == member).OrderByDescending(row => row.At).ToListAsync(ct),
            Roles = [.. (await db.RoleGrants.AsNoTracking().Where(row => row.Member == member).ToListAsync(ct)).Where(row => row.Site is null || shown.Contains(row.Site.Value))],
            Groups = [.. groups.Select(one => (one.row, one.Name))],
            Notes = [.. notes.Select(one => (one.row, one.DisplayName))],
            Sites = sites,
        };
    }

    /// <exception cref="BadHttpRequestException">It is none of ours.</exception>
    private static int ParsePlace(string? after) => string.IsNullOrEmpty(after) ? 0
        : int.TryParse(after, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var place) && place < 10_000_000 ? place
        : throw new BadHttpRequestException("'after' is not the 'next' of an earlier page.");
}
