using System.Text.Json;
using System.Text.Json.Nodes;
using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Rules;

/// <summary>What was sent is no list of rules.</summary>
/// <param name="Where">In the words of the reader: which rule, which member.</param>
/// <param name="Trouble">What is wrong, by a name that pages have words for; <see langword="null"/> when it could not even be read.</param>
public sealed record RulesMalformed(string Where, string? Trouble = null) : Refusal("rules-malformed")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["where"] = Where };
}

/// <summary>Writes new versions of rule books. An old version is never touched, so one can always tell by which rules somebody was judged.</summary>
internal sealed class EditRules(FablabDb db, CurrentMember me, AuditTrail audit, LabClock clock)
{
    public const int MostRules = 500;

    /// <param name="site"><see langword="null"/> for the rules of the whole lab.</param>
    /// <param name="ifMatch">The version that the new one is based on, as an ETag.</param>
    public async Task<Result<RuleBookRow>> SaveAsync(SiteId? site, JsonElement rules, string note, string? ifMatch, CancellationToken ct)
    {
        if (!me.May(site is null ? Right.EditLabRules : Right.EditRules, new Subject(Site: site)))
        {
            return new NotAllowed();
        }

        if (!Parse(rules).TryGet(out var parsed, out var refusal))
        {
            return refusal;
        }

        return await LabTransaction.DecideAsync<RuleBookRow>(db, [], async () =>
        {
            var newest = await NewestAsync(site, ct);
            if (!VersionTag.Fits(VersionTag.Of(newest?.Version ?? 0), ifMatch))
            {
                return new StaleVersion();
            }

            var row = new RuleBookRow
            {
                Id = Guid.CreateVersion7(),
                Site = site,
                Version = (newest?.Version ?? 0) + 1,
                Rules = RuleJson.Write(parsed),
                Note = note,
                By = me.Id,
                At = clock.Now,
            };
            db.Add(row);
            audit.Note("rules-changed", $"rules/{row.Id}", site: site, before: AuditFacts.Version(row.Version - 1), after: AuditFacts.Version(row.Version));
            await db.SaveChangesAsync(ct);
            return row;
        }, ct);
    }

    public Task<RuleBookRow?> NewestAsync(SiteId? site, CancellationToken ct) =>
        db.RuleBooks.AsNoTracking().Where(book => book.Site == site).OrderByDescending(book => book.Version).FirstOrDefaultAsync(ct);

    /// <summary>Rules as they are sent. A rule without an id is new.</summary>
    public static Result<BookingRule[]> Parse(JsonElement rules)
    {
        try
        {
            BookingRule[] parsed = [.. RuleJson.Read(WithIds(rules))];
            return parsed.Length > MostRules ? new RulesMalformed($"More than {MostRules} rules.", "too-many")
                : parsed.Select(rule => rule.Id).Distinct().Count() < parsed.Length ? new RulesMalformed("Two rules have one id.", "doubled-id")
                : parsed.Select(RuleEdges.TroubleWith).FirstOrDefault(trouble => trouble is not null) is { } trouble ? trouble
                : parsed;
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or ArgumentException or InvalidOperationException or FormatException)
        {
            return new RulesMalformed(error.Message);
        }
    }

    private static string WithIds(JsonElement rules)
    {
        var list = rules.ValueKind is JsonValueKind.Array ? JsonArray.Create(rules)! : throw new JsonException("Rules are a list.");
        foreach (var rule in list.OfType<JsonObject>().Where(rule => rule["id"] is null))
        {
            rule["id"] = Guid.CreateVersion7();
        }

        return list.ToJsonString();
    }
}
