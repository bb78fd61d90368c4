using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Exchange.Importing;

/// <summary>A machine that rows speak of, with the clock of its site.</summary>
internal sealed record ImportedMachine(MachineRow Row, DateTimeZone Zone);

/// <summary>Finds what rows speak of. What whoever imports may not know of is as if it were not there.</summary>
internal sealed class ImportedThings(FablabDb db, CurrentMember me, ILookupNormalizer normalizer, IDateTimeZoneProvider zones, LabClock clock)
{
    public static readonly ImportColumn Machine = new("machine", "machine code", "machine name", "tool", "tool name", "resource", "reservation object", "objet de la réservation", "item")
    {
        IsNeeded = true,
    };

    public static readonly ImportColumn MemberEmail = new("memberEmail", "email", "e-mail", "courriel", "user email", "mail") { IsNeeded = true, Instead = ["memberExternalId"] };

    public static readonly ImportColumn MemberExternalId = new("memberExternalId", "customer id", "id client", "user id", "username", "user.username");

    public string Normalized(string email) => normalizer.NormalizeEmail(email) ?? "";

    /// <summary>By code, or by name when one machine has it.</summary>
    public async Task<ImportedMachine?> MachineAsync(ImportRow row, CancellationToken ct)
    {
        if (row.Needed(Machine.Name, 200) is not { } text)
        {
            return null;
        }

        var found = await db.Machines.AsNoTracking().Where(machine => machine.Code == text || machine.Name == text).Take(10).ToListAsync(ct);
        found = [.. found.Where(machine => me.May(Right.ImportAtSite, Subject.At(machine.Site)))];
        if (found.Find(machine => machine.Code == text) is { } exact)
        {
            found = [exact];
        }

        if (found.Count != 1)
        {
            row.Refuse(found.Count == 0 ? "machine-unknown" : "machine-not-clear", Machine.Name, text);
            return null;
        }

        var site = found[0].Site;
        return new ImportedMachine(found[0], zones[await db.Sites.Where(place => place.Id == site).Select(place => place.TimeZone).SingleAsync(ct)]);
    }

    /// <summary>By mail address or by what another program calls them; both must mean the same.</summary>
    /// <param name="nameColumn">Where an external id may stand instead, or a name that one member has.</param>
    public async Task<MemberId?> MemberAsync(ImportRow row, CancellationToken ct, string? nameColumn = null)
    {
        var (email, external) = (row[MemberEmail.Name], row[MemberExternalId.Name]);
        var name = nameColumn is null ? null : row[nameColumn];
        if (email is null && external is null && name is null)
        {
            row.Refuse("value-missing", MemberEmail.Name);
            return null;
        }

        if (email is null && external is null)
        {
            return await ByNameAsync(row, nameColumn!, name!, ct);
        }

        var byEmail = email is null ? null : await AccountAsync(email, ct);
        var byExternal = external is null ? null : await TargetAsync(ExternalIdRow.Member, Guid.Empty, external, ct);
        if (byEmail is not null && byExternal is not null && byEmail != byExternal)
        {
            row.Refuse("member-not-clear", MemberExternalId.Name, external!);
            return null;
        }

        if ((byEmail ?? byExternal) is not { } id)
        {
            var column = email is null ? MemberExternalId : MemberEmail;
            row.Refuse("member-unknown", column.Name, email ?? external!);
            return null;
        }

        return new MemberId(id);
    }

    public async Task<Guid?> AccountAsync(string email, CancellationToken ct)
    {
        var normalized = Normalized(email);
        return await Visible().Where(user => user.NormalizedEmail == normalized).Select(user => (Guid?)user.Id).SingleOrDefaultAsync(ct);
    }

    public async Task<Guid?> TargetAsync(string kind, Guid site, string external, CancellationToken ct)
    {
        var ids = db.ExternalIds.AsNoTracking().Where(row => row.Kind == kind && row.Site == site && row.External == external);
        if (kind == ExternalIdRow.Member)
        {
            var seen = Visible();
            ids = ids.Where(row => seen.Any(user => user.Id == row.Target));
        }

        return await ids.Select(row => (Guid?)row.Target).SingleOrDefaultAsync(ct);
    }

    public void Remember(string kind, Guid site, string external, Guid target) =>
        db.Add(new ExternalIdRow { Kind = kind, Site = site, External = external, Target = target, At = clock.Now });

    /// <summary>Accounts that whoever imports may know of.</summary>
    private IQueryable<Account> Visible()
    {
        if (me.May(Right.ImportLab, Subject.Nothing))
        {
            return db.Users.AsNoTracking();
        }

        var sites = me.Member.ManagedSites.Where(site => me.May(Right.ImportAtSite, Subject.At(site))).ToList();
        return db.Users.AsNoTracking().Where(user => db.SiteMemberships.Any(row => (Guid)(object)row.Member == user.Id && row.State == MembershipState.Active && sites.Contains(row.Site)));
    }

    private async Task<MemberId?> ByNameAsync(ImportRow row, string column, string name, CancellationToken ct)
    {
        if (await TargetAsync(ExternalIdRow.Member, Guid.Empty, name, ct) is { } target)
        {
            return new MemberId(target);
        }

        var found = await Visible().Where(user => user.DisplayName == name).Select(user => user.Id).Take(2).ToListAsync(ct);
        if (found.Count == 1)
        {
            return new MemberId(found[0]);
        }

        row.Refuse(found.Count == 0 ? "member-unknown" : "member-not-clear", column, name);
        return null;
    }
}
