using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.People.Suspending;

/// <summary>A suspension that counts, as its member reads it.</summary>
/// <param name="Site"><see langword="null"/> everywhere.</param>
public sealed record SuspensionView(SuspensionRow Row, SiteRow? Site);

internal static class Suspensions
{
    public static IQueryable<SuspensionRow> ThatCount(this IQueryable<SuspensionRow> rows, Instant now) => rows.Where(row => row.LiftedAt == null && (row.Until == null || row.Until > now));

    public static Task<bool> IsSuspendedEverywhereAsync(this FablabDb db, MemberId member, Instant now, CancellationToken ct) =>
        db.Suspensions.ThatCount(now).AnyAsync(row => row.Member == member && row.Site == null, ct);

    /// <param name="at">There or everywhere; <see langword="null"/> for all.</param>
    public static async Task<IReadOnlyList<SuspensionView>> SuspensionsAsync(this FablabDb db, MemberId member, SiteId? at, Instant now, CancellationToken ct) => await (
        from row in db.Suspensions.AsNoTracking().ThatCount(now)
        join known in db.Sites.AsNoTracking() on row.Site equals (SiteId?)known.Id into sites
        from site in sites.DefaultIfEmpty()
        where row.Member == member && (at == null || row.Site == null || row.Site == at)
        orderby row.At
        select new SuspensionView(row, site)).ToListAsync(ct);
}
