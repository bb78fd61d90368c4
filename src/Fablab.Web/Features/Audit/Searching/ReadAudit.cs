using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Audit.Searching;

/// <summary>What to look for; what is <see langword="null"/> does not matter.</summary>
internal sealed record AuditSearch
{
    public string? Action { get; init; }

    /// <summary>Kind and id, or the kind alone: <c>reservation/0199…</c>, <c>reservation</c>.</summary>
    public string? Subject { get; init; }

    /// <summary>Code of a machine.</summary>
    public string? Machine { get; init; }

    /// <summary>Code of a site: what happened to it and to its machines.</summary>
    public string? Site { get; init; }

    /// <summary>Who did it, or whose thing it was.</summary>
    public Guid? Member { get; init; }

    public Instant? From { get; init; }

    /// <summary>Does not belong to it any more.</summary>
    public Instant? Until { get; init; }
}

/// <summary>An entry with the words that people know its parts by.</summary>
/// <param name="Actor">Name; <see langword="null"/> for the program and for who has no account any more.</param>
public sealed record AuditView(AuditRow Entry, string? Actor, string? Concerns, string? Machine, string? Site, long? Sequence, string? Hash);

/// <summary>The audit, for administrators all of it, for managers what happened at their sites.</summary>
internal sealed class ReadAudit(FablabDb db, CurrentMember me)
{
    private static readonly string[] OfAllSites = ["tariff-group-made", "tariff-group-renamed"];

    private static readonly string[] OfAllTheirSites =
    [
        "badge-registered", "badge-reissued", "badge-revoked", "put-into-tariff-group", "taken-out-of-tariff-group", "tariff-accepted", "tariff-asked", "tariff-proof-seen", "tariff-refused",
        "tariff-request-withdrawn",
    ];

    /// <summary>Whether there is anything of it for whoever asks; for others it does not exist.</summary>
    public bool MaySeeAny => me.May(Right.SeeAudit, Subject.Nothing) || me.Member.ManagedSites.Any(site => me.May(Right.SeeAudit, Subject.At(site)));

    /// <returns><see langword="null"/> for who may see nothing of it.</returns>
    public async Task<Page<AuditView>?> SearchAsync(AuditSearch search, Cursor after, int limit, CancellationToken ct)
    {
        if (!MaySeeAny)
        {
            return null;
        }

        var sites = me.Member.ManagedSites.ToList();
        var rows = await Matching(search, sites)
            .Where(entry => entry.At <= after.At)
            .OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Id)
            .Skip(after.Shown)
            .Take(limit + 1)
            .ToListAsync(ct);
        var views = await NamedAsync(rows, ct);
        return after.PageOf(views, limit, view => view.Entry.At, view => view);
    }

    private IQueryable<AuditRow> Matching(AuditSearch search, List<SiteId> sites)
    {
        var entries = db.Audit.AsNoTracking();
        if (!me.Member.IsAdministrator)
        {
            // A badge, or a price, counts at each site of its member, wherever it was given or taken; and groups are everybody's who may edit them.
            entries = entries.Where(entry => (entry.Site != null && sites.Contains(entry.Site.Value))
                || OfAllSites.Contains(entry.Action)
                || (OfAllTheirSites.Contains(entry.Action) && db.SiteMemberships.Any(row => row.Member == entry.Concerns && row.State == MembershipState.Active && sites.Contains(row.Site)))
                || db.Machines.Any(machine => entry.Machine == machine.Id && sites.Contains(machine.Site)));
        }

        if (search.Action is { } action)
        {
            entries = entries.Where(entry => entry.Action == action);
        }

        if (search.Subject is { } subject)
        {
            var kind = subject.Contains('/', StringComparison.Ordinal) ? subject : subject + "/";
            entries = entries.Where(entry => entry.Subject == subject || entry.Subject.StartsWith(kind));
        }

        if (search.Machine is { } code)
        {
            entries = entries.Where(entry => db.Machines.Any(machine => machine.Code == code && entry.Machine == machine.Id));
        }

        if (search.Site is { } site)
        {
            entries = entries.Where(entry => db.Sites.Any(place => place.Code == site
                && (entry.Site == place.Id || db.Machines.Any(machine => machine.Site == place.Id && entry.Machine == machine.Id))));
        }

        if (search.Member is { } person)
        {
            var member = new MemberId(person);
            entries = entries.Where(entry => entry.Actor == member || entry.Concerns == member);
        }

        if (search.From is { } from)
        {
            entries = entries.Where(entry => entry.At >= from);
        }

        return search.Until is { } until ? entries.Where(entry => entry.At < until) : entries;
    }

    private async Task<List<AuditView>> NamedAsync(List<AuditRow> rows, CancellationToken ct)
    {
        var people = rows.SelectMany(row => new[] { row.Actor, row.Concerns }).OfType<MemberId>().Select(member => member.Value).Distinct().ToList();
        var machines = rows.Select(row => row.Machine).OfType<MachineId>().Distinct().ToList();
        var sites = rows.Select(row => row.Site).OfType<SiteId>().Distinct().ToList();
        var ids = rows.Select(row => row.Id).ToList();
        var names = await db.Users.AsNoTracking().Where(user => people.Contains(user.Id)).ToDictionaryAsync(user => user.Id, user => user.DisplayName, ct);
        var codes = await db.Machines.AsNoTracking().Where(machine => machines.Contains(machine.Id)).ToDictionaryAsync(machine => machine.Id, machine => machine.Code, ct);
        var places = await db.Sites.AsNoTracking().Where(site => sites.Contains(site.Id)).ToDictionaryAsync(site => site.Id, site => site.Code, ct);
        var seals = await db.AuditSeals.AsNoTracking().Where(seal => ids.Contains(seal.Entry)).ToDictionaryAsync(seal => seal.Entry, ct);
        return [.. rows.Select(row =>
        {
            var seal = seals.GetValueOrDefault(row.Id);
            return new AuditView(row, NameOf(row.Actor), NameOf(row.Concerns), row.Machine is { } machine ? codes.GetValueOrDefault(machine) : null,
                row.Site is { } site ? places.GetValueOrDefault(site) : null, seal?.Sequence, seal?.Hash);
        })];

        string? NameOf(MemberId? member) => member is { } id ? names.GetValueOrDefault(id.Value) : null;
    }
}
