using System.Collections.Concurrent;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations.Rules;

/// <summary>Rule books that were read once. A version never changes, so what is here is never stale; which version is in force, only the database knows.</summary>
internal sealed class RuleBookCache
{
    /// <summary>More versions than are ever in use at once; then all are forgotten and read again.</summary>
    private const int Most = 1_000;

    private readonly ConcurrentDictionary<(SiteId? Site, int Version), RuleBook> books = new();

    private readonly ConcurrentDictionary<(SiteId Site, int Lab, int OfTheSite), RuleBook> together = new();

    public bool TryGet(SiteId? site, int version, out RuleBook? book) => books.TryGetValue((site, version), out book);

    public void Keep(SiteId? site, RuleBook book)
    {
        if (books.Count >= Most)
        {
            books.Clear();
        }

        books[(site, book.Version)] = book;
    }

    /// <summary>The lab's rules and those of a site as one book.</summary>
    public RuleBook Together(RuleBook lab, SiteId site, RuleBook ofTheSite)
    {
        var versions = (site, lab.Version, ofTheSite.Version);
        if (together.TryGetValue(versions, out var known))
        {
            return known;
        }

        if (together.Count >= Most)
        {
            together.Clear();
        }

        return together[versions] = RuleBook.Of(lab, site, ofTheSite);
    }
}

/// <summary>The rules in force.</summary>
internal sealed class RuleBooks(FablabDb db, RuleBookCache cache)
{
    /// <summary>The lab's rules and those of each site as one book. One question to the database, when the versions have been read before.</summary>
    public async Task<IReadOnlyDictionary<SiteId, RuleBook>> InForceAsync(IReadOnlyCollection<SiteId> sites, CancellationToken ct)
    {
        var (lab, ofSites) = await ReadAsync(db.RuleBooks.Where(book => book.Site == null || sites.Contains(book.Site.Value)), ct);
        return sites.ToDictionary(site => site, site => cache.Together(lab, site, ofSites.GetValueOrDefault(site, RuleBook.Empty)));
    }

    /// <summary>The same for one site whose versions in force are known already; no question, when they have been read before.</summary>
    /// <param name="lab">Version of the lab's book, 0 without one.</param>
    /// <param name="ofTheSite">Likewise of the site's.</param>
    public async Task<RuleBook> InForceAsync(SiteId site, int lab, int ofTheSite, CancellationToken ct) =>
        cache.Together(await ReadAsync(null, lab, ct), site, await ReadAsync(site, ofTheSite, ct));

    /// <summary>All rules of the lab and its sites, each book by itself.</summary>
    public Task<(RuleBook Lab, Dictionary<SiteId, RuleBook> OfSites)> EverywhereAsync(CancellationToken ct) => ReadAsync(db.RuleBooks, ct);

    private async Task<(RuleBook Lab, Dictionary<SiteId, RuleBook> OfSites)> ReadAsync(IQueryable<RuleBookRow> wanted, CancellationToken ct)
    {
        var versions = await wanted
            .GroupBy(book => book.Site)
            .Select(books => new { Site = books.Key, Version = books.Max(book => book.Version) })
            .ToListAsync(ct);
        var lab = RuleBook.Empty;
        var ofSites = new Dictionary<SiteId, RuleBook>();
        foreach (var newest in versions)
        {
            var book = await ReadAsync(newest.Site, newest.Version, ct);
            if (newest.Site is { } site)
            {
                ofSites[site] = book;
            }
            else
            {
                lab = book;
            }
        }

        return (lab, ofSites);
    }

    private async Task<RuleBook> ReadAsync(SiteId? site, int version, CancellationToken ct)
    {
        if (version == 0)
        {
            return RuleBook.Empty;
        }

        if (cache.TryGet(site, version, out var known))
        {
            return known!;
        }

        var rules = await db.RuleBooks.Where(book => book.Site == site && book.Version == version).Select(book => book.Rules).SingleAsync(ct);
        var read = new RuleBook(version, RuleJson.Read(rules));
        cache.Keep(site, read);
        return read;
    }
}
