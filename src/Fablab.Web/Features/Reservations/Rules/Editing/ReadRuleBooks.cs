using Fablab.Domain.Machines;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Rules.Editing;

/// <summary>Whose rules a page is about.</summary>
/// <param name="Code">Of the site; <see langword="null"/> for the lab.</param>
/// <param name="Zone">The wall clock by which moments are typed and shown.</param>
public sealed record RulesPlace(SiteId? Site, string? Code, string? Name, DateTimeZone Zone)
{
    public string Address => Code is null ? "/rules" : $"/sites/{Code}/rules";

    public string DraftAddress => $"{Address}/draft";
}

/// <summary>One version of a rule book, and who wrote it.</summary>
/// <param name="Version">0 when there never were any rules.</param>
public sealed record RuleBookView(int Version, string Note, Instant At, string By, IReadOnlyList<BookingRule> Rules)
{
    public static readonly RuleBookView None = new(0, "", Instant.MinValue, "", []);
}

/// <summary>One line of the history.</summary>
public sealed record RuleBookLine(int Version, string Note, Instant At, string By);

/// <summary>Reads rule books with their history for pages.</summary>
internal sealed class ReadRuleBooks(FablabDb db, MemberNames names)
{
    /// <summary>Older ones are in the database; nobody scrolls that far.</summary>
    private const int MostVersions = 200;

    /// <param name="version"><see langword="null"/> for the one in force.</param>
    /// <returns><see langword="null"/> when there is no such version.</returns>
    public async Task<RuleBookView?> VersionAsync(SiteId? site, int? version, CancellationToken ct)
    {
        var row = await db.RuleBooks.AsNoTracking().Where(book => book.Site == site && (version == null || book.Version == version))
            .OrderByDescending(book => book.Version).FirstOrDefaultAsync(ct);
        if (row is null)
        {
            return version is null or 0 ? RuleBookView.None : null;
        }

        var by = await names.OfAsync([row.By], ct);
        return new RuleBookView(row.Version, row.Note, row.At, by.GetValueOrDefault(row.By, ""), RuleJson.Read(row.Rules));
    }

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<RuleBookLine>> HistoryAsync(SiteId? site, CancellationToken ct)
    {
        var rows = await db.RuleBooks.AsNoTracking().Where(book => book.Site == site).OrderByDescending(book => book.Version).Take(MostVersions)
            .Select(book => new { book.Version, book.Note, book.At, book.By }).ToListAsync(ct);
        var by = await names.OfAsync(rows.Select(row => row.By), ct);
        return [.. rows.Select(row => new RuleBookLine(row.Version, row.Note, row.At, by.GetValueOrDefault(row.By, "")))];
    }
}
