using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.People;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Exchange.Importing;

/// <summary>
/// Accounts, known by mail address or by external id. A new one has no password: its owner asks for one by the mail for forgotten
/// passwords, which also shows that the address is theirs. No mail goes out unless whoever imports wants it for the new ones, and no address is ever changed.
/// </summary>
internal sealed class ImportMembers(
    FablabDb db, ImportedThings things, ImportedGroups groups, CurrentMember me, AuditTrail audit, LabClock clock, UserManager<Account> accounts, ILookupNormalizer normalizer) : IImportKind
{
    private const int LongestName = 100;
    private const int LongestAddress = 256;

    private static readonly EmailAddressAttribute AddressRule = new();

    private readonly HashSet<string> pretended = new(StringComparer.Ordinal);

    public string Name => "members";

    public IReadOnlyList<ImportColumn> Columns { get; } =
    [
        new("email", "e-mail", "courriel", "mail", "email address") { IsNeeded = true },
        new("externalId", "identification externe", "id", "username", "user id"),
        new("name", "display name", "full name"),
        new("firstName", "prénom"),
        new("lastName", "surname", "nom"),
        new("language", "langue"),
        new("sites", "site"),
        .. ImportedGroups.Columns,
    ];

    public bool IsAllowed => me.May(Right.ImportLab, Subject.Nothing);

    public async Task<ImportPlan> PlanAsync(ImportRow row, ImportDefaults defaults, CancellationToken ct)
    {
        var (email, external) = (row.Needed("email", LongestAddress), row.Text("externalId", ExternalIdRow.Longest));
        if (email is not null && !IsAddress(email))
        {
            row.Refuse("not-an-address", "email");
        }

        var (name, language) = (NameOf(row), LanguageOf(row));
        var sites = await SitesAsync(row, defaults, ct);
        var wishes = await groups.ReadAsync(row, ct);
        if (row.Errors.Count > 0)
        {
            return ImportPlan.Refused(email);
        }

        var byEmail = await things.AccountAsync(email!, ct);
        var byExternal = external is null ? null : await things.TargetAsync(ExternalIdRow.Member, Guid.Empty, external, ct);
        if (byExternal is not null && byExternal != byEmail)
        {
            row.Refuse(byEmail is null ? "address-differs" : "member-not-clear", "externalId", external!);
            return ImportPlan.Refused(email);
        }

        if (external is not null && byExternal is null && pretended.Contains(external))
        {
            row.Refuse("address-differs", "externalId", external);
            return ImportPlan.Refused(email);
        }

        var link = byExternal is null ? external : null;
        return byEmail is { } known ? await UpdateAsync(row, known, email!, name, language, link, sites, wishes, ct) : Create(row, email!, name, language, link, sites, wishes, defaults.Invites);
    }

    public void Pretend(ImportRow row, ImportPlan plan)
    {
        if (row["externalId"] is { } external)
        {
            pretended.Add(external);
        }
    }

    private ImportPlan Create(ImportRow row, string email, string? name, string? language, string? external, List<SiteId> sites, IReadOnlyList<GroupWish> wishes, bool isInvited)
    {
        if (name is null)
        {
            row.Refuse("value-missing", "name");
            return ImportPlan.Refused(email);
        }

        return new ImportPlan(ImportOutcome.Create, email)
        {
            Write = async ct =>
            {
                var account = new Account
                {
                    Id = Guid.CreateVersion7(), DisplayName = name, Email = email, UserName = email, NormalizedEmail = normalizer.NormalizeEmail(email),
                    NormalizedUserName = normalizer.NormalizeName(email), Language = language, LockoutEnabled = true, SecurityStamp = Guid.NewGuid().ToString("N"),
                };
                db.Add(account);
                Link(external, account.Id);
                Note(account.Id, "create");
                if (isInvited)
                {
                    db.SendMail(new MemberId(account.Id), ImportedWelcome.MailCode, new Dictionary<string, string>(), clock.Now);
                }

                await db.SaveChangesAsync(ct);
                await JoinAsync(account.Id, sites, ct);
                await groups.PutWithinAsync(new MemberId(account.Id), wishes, ct);
            },
        };
    }

    private async Task<ImportPlan> UpdateAsync(
        ImportRow row, Guid id, string email, string? name, string? language, string? external, List<SiteId> sites, IReadOnlyList<GroupWish> said, CancellationToken ct)
    {
        var wishes = await groups.NewAsync(row, new MemberId(id), said, ct);
        if (row.Errors.Count > 0)
        {
            return ImportPlan.Refused(email);
        }

        var known = await db.Users.AsNoTracking().SingleAsync(user => user.Id == id, ct);
        var joined = await db.SiteMemberships.AsNoTracking().Where(row => (Guid)(object)row.Member == id).Select(row => row.Site).ToListAsync(ct);
        if ((name ?? known.DisplayName) == known.DisplayName && (language ?? known.Language) == known.Language && external is null && wishes.Count == 0 && !sites.Except(joined).Any())
        {
            return ImportPlan.Unchanged(email);
        }

        return new ImportPlan(ImportOutcome.Update, email)
        {
            Held = [id],
            Write = async token =>
            {
                await db.Users.Where(user => user.Id == id).ExecuteUpdateAsync(
                    set => set.SetProperty(user => user.DisplayName, name ?? known.DisplayName).SetProperty(user => user.Language, language ?? known.Language), token);
                await JoinAsync(id, sites, token);
                await groups.PutWithinAsync(new MemberId(id), wishes, token);
                Link(external, id);
                Note(id, "update");
            },
        };
    }

    /// <summary>What somebody is to a site already stays, also when they were refused there.</summary>
    private async Task JoinAsync(Guid account, List<SiteId> sites, CancellationToken ct)
    {
        foreach (var site in sites)
        {
            await db.JoinAsync(site, new MemberId(account), MembershipOrigin.Import, clock.Now, ct);
        }
    }

    /// <summary>Codes, with a bar between them.</summary>
    private async Task<List<SiteId>> SitesAsync(ImportRow row, ImportDefaults defaults, CancellationToken ct)
    {
        List<SiteId> sites = [];
        foreach (var code in (row["sites"] ?? defaults.Site)?.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            if (await db.Sites.AsNoTracking().SingleOrDefaultAsync(site => site.Code == code, ct) is { } site)
            {
                sites.Add(site.Id);
            }
            else
            {
                row.Refuse("site-unknown", "sites", code);
            }
        }

        return sites;
    }

    private void Link(string? external, Guid account)
    {
        if (external is not null)
        {
            things.Remember(ExternalIdRow.Member, Guid.Empty, external, account);
        }
    }

    private void Note(Guid account, string outcome) =>
        audit.Note("member-imported", $"account/{account}", concerns: new MemberId(account), after: new Dictionary<string, string> { ["outcome"] = outcome });

    private bool IsAddress(string email) =>
        AddressRule.IsValid(email) && email.All(letter => accounts.Options.User.AllowedUserNameCharacters.Contains(letter, StringComparison.Ordinal));

    private static string? NameOf(ImportRow row)
    {
        if (row.Text("name", LongestName) is { } name)
        {
            return name;
        }

        var both = $"{row["firstName"]} {row["lastName"]}".Trim();
        if (both.Length > LongestName)
        {
            row.Refuse("too-long", "lastName", LongestName);
        }

        return both.Length == 0 ? null : both;
    }

    /// <summary>Of <c>fr_fr</c> and <c>en-GB</c> the first part counts; of a language that the lab does not speak nothing is kept.</summary>
    private static string? LanguageOf(ImportRow row) => row["language"]?.Split('-', '_')[0].ToLowerInvariant() is ("fr" or "en") and var language ? language : null;
}
