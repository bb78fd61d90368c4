using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.People.Groups;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Exchange.Importing;

/// <summary>A row wants its member in a tariff group.</summary>
/// <param name="From"><see langword="null"/> for the moment of the import.</param>
/// <param name="Until">No more a member from here on; <see langword="null"/> without an end.</param>
internal sealed record GroupWish(TariffGroupId Group, string Code, Instant? From, Instant? Until);

/// <summary>
/// Puts members of a file into tariff groups. A stretch that is here already is left alone, whatever became of it: a file does not undo that staff took somebody
/// out, and says so.
/// </summary>
internal sealed class ImportedGroups(FablabDb db, TariffGroups groups, AuditTrail audit, IDateTimeZoneProvider zones, IOptions<WebOptions> web, LabClock clock)
{
    /// <summary>Codes with a bar between them, and the first and last day of all of them.</summary>
    public static readonly IReadOnlyList<ImportColumn> Columns =
    [
        new("tariffGroups", "groups", "tariff group", "groupe tarifaire", "groupes tarifaires"), new("groupFrom", "group from", "groupe à partir du"),
        new("groupUntil", "group until", "groupe jusqu’au"),
    ];

    /// <summary>Looks at the cells; errors are noted at the row.</summary>
    public async Task<IReadOnlyList<GroupWish>> ReadAsync(ImportRow row, CancellationToken ct)
    {
        // A group is the lab's, and so is its day.
        var zone = zones[web.Value.TimeZone];
        var (from, until) = (row.At("groupFrom", zone), row.At("groupUntil", zone, isEnd: true));
        if (until <= (from ?? clock.Now))
        {
            row.Refuse("ends-before-start", "groupUntil");
        }

        var codes = row["tariffGroups"]?.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct().ToList() ?? [];
        if (codes.Count == 0 && (from is not null || until is not null))
        {
            row.Refuse("value-missing", "tariffGroups");
        }

        List<GroupWish> wishes = [];
        foreach (var code in codes)
        {
            if (await db.TariffGroups.AsNoTracking().SingleOrDefaultAsync(group => group.Code == code, ct) is { } group)
            {
                wishes.Add(new GroupWish(group.Id, code, from, until));
            }
            else
            {
                row.Refuse("group-unknown", "tariffGroups", code);
            }
        }

        return wishes;
    }

    /// <summary>Those of the wishes that are not here yet.</summary>
    public async Task<IReadOnlyList<GroupWish>> NewAsync(ImportRow row, MemberId member, IReadOnlyList<GroupWish> wishes, CancellationToken ct)
    {
        List<GroupWish> fresh = [];
        foreach (var wish in wishes)
        {
            var group = wish.Group;
            var known = await db.TariffGroupMembers.AsNoTracking().Where(one => one.Member == member && one.Group == group).ToListAsync(ct);
            if (known.Exists(one => one.Until == wish.Until && (wish.From is null || one.From == wish.From)))
            {
                continue;
            }

            if (known.Exists(one => wish.From is not { } from || one.From == from || (!(one.Until <= from) && !(wish.Until <= one.From))))
            {
                row.Refuse("group-differs", "tariffGroups", wish.Code);
            }
            else
            {
                fresh.Add(wish);
            }
        }

        return fresh;
    }

    /// <summary>Within a transaction that holds the member, who is there; the caller saves.</summary>
    public async Task PutWithinAsync(MemberId member, IReadOnlyList<GroupWish> wishes, CancellationToken ct)
    {
        foreach (var wish in wishes)
        {
            var added = await groups.AddWithinAsync(member, new PutIntoGroupRequest(wish.Group.Value, wish.From, wish.Until, null), ct);
            if (!added.TryGet(out var row, out var refusal))
            {
                throw new InvalidOperationException($"The plan of a row did not foresee {refusal.Code}.");
            }

            audit.Note("put-into-tariff-group", $"tariff-group-member/{row.Id}", site: await groups.SiteToNoteAsync(member, ct), concerns: member, after: AuditFacts.Of(row));
        }
    }
}
