using Fablab.Domain.Reservations.Rules;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Trainings.Authorising;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Exchange.Importing;

/// <summary>
/// Authorisations, known by member and machine. What a person stopped here is never undone by a file, and a grant that the history
/// has already is not said twice. Members are not told.
/// </summary>
internal sealed class ImportAuthorisations(FablabDb db, ImportedThings things, WriteAuthorisation write, CurrentMember me, LabClock clock) : IImportKind
{
    public string Name => "authorisations";

    public IReadOnlyList<ImportColumn> Columns { get; } =
    [
        ImportedThings.MemberEmail,
        ImportedThings.MemberExternalId with { Aliases = [.. ImportedThings.MemberExternalId.Aliases, "user"] },
        ImportedThings.Machine,
        new("level"),
        new("hours"),
        new("grantedAt", "qualified on", "granted on", "date"),
        new("validUntil", "expires", "expiration date", "until"),
    ];

    public bool IsAllowed => me.MayAtSomeSite(Right.ImportAtSite);

    public async Task<ImportPlan> PlanAsync(ImportRow row, ImportDefaults defaults, CancellationToken ct)
    {
        var (machine, member) = (await things.MachineAsync(row, ct), await things.MemberAsync(row, ct));
        var (level, hours) = LevelOf(row);
        var key = $"{row[ImportedThings.MemberEmail.Name] ?? row[ImportedThings.MemberExternalId.Name]} · {row[ImportedThings.Machine.Name]}";
        if (machine is null || member is not { } holder)
        {
            return ImportPlan.Refused(key);
        }

        key = $"{row[ImportedThings.MemberEmail.Name] ?? row[ImportedThings.MemberExternalId.Name]} · {machine.Row.Code}";
        var (granted, until) = (row.At("grantedAt", machine.Zone), row.At("validUntil", machine.Zone, isEnd: true));
        if (granted > clock.Now)
        {
            row.Refuse("in-the-future", "grantedAt");
        }

        if (until < granted)
        {
            row.Refuse("ends-before-start", "validUntil");
        }

        if (row.Errors.Count > 0)
        {
            return ImportPlan.Refused(key);
        }

        var at = granted ?? (until < clock.Now ? until.Value : clock.Now);
        var grant = new AuthorisationFact(AuthorisationFactKind.Granted, at) { Level = level, Hours = hours, Terms = AuthorisationTerms.ForEver, Until = until };
        return await PlanAsync(row, key, holder, machine.Row, grant, granted, ct);
    }

    private async Task<ImportPlan> PlanAsync(
        ImportRow row, string key, MemberId member, MachineRow machine, AuthorisationFact grant, Instant? granted, CancellationToken ct)
    {
        var id = machine.Id;
        var known = await db.MachineAuthorisations.AsNoTracking().SingleOrDefaultAsync(one => one.Member == member && one.Machine == id, ct);
        if (known is not null && await IsSaidAsync(known, grant, granted, ct))
        {
            return ImportPlan.Unchanged(key);
        }

        if (known is { IsSuspended: true } or { EndsBy: AuthorisationEnd.Revoked })
        {
            row.Refuse("authorisation-stopped", null);
            return ImportPlan.Refused(key);
        }

        if (known is not null && grant.At < known.GrantedAt)
        {
            row.Refuse("authorisation-newer-here", "grantedAt");
            return ImportPlan.Refused(key);
        }

        return new ImportPlan(known is null ? ImportOutcome.Create : ImportOutcome.Update, key)
        {
            Held = [member.Value],
            Write = token => write.ExecuteWithinAsync(member, id, (_, _) => new Word(grant, me.Id, IsTold: false), token),
        };
    }

    /// <summary>It is so at present, or was said before and something else after it.</summary>
    private async Task<bool> IsSaidAsync(MachineAuthorisationRow known, AuthorisationFact grant, Instant? granted, CancellationToken ct)
    {
        if (known.Level == grant.Level && Same(known.Hours, grant.Hours) && known.ValidUntil == grant.Until && (granted is null || known.GrantedAt == granted))
        {
            return true;
        }

        var (member, machine) = (known.Member, known.Machine);
        var said = await db.AuthorisationFacts.AsNoTracking()
            .Where(fact => fact.Member == member && fact.Machine == machine && fact.Kind == AuthorisationFactKind.Granted).ToListAsync(ct);
        return said.Exists(fact => fact.Level == grant.Level && Same(fact.Hours, grant.Hours) && fact.Until == grant.Until && (granted is null || fact.At == granted));
    }

    private static bool Same(WeeklyWindows? one, WeeklyWindows? other) =>
        (one is null ? "" : HoursText.Of(one)) == (other is null ? "" : HoursText.Of(other));

    private static (AuthorisationLevel Level, WeeklyWindows? Hours) LevelOf(ImportRow row)
    {
        var level = row.OneOf<AuthorisationLevel>("level") ?? AuthorisationLevel.Full;
        var hours = row["hours"] is { } text ? HoursText.Read(text) : null;
        if (row["hours"] is not null && hours is null)
        {
            row.Refuse("not-hours", "hours");
        }
        else if (level is AuthorisationLevel.LimitedHours != hours is not null)
        {
            row.Refuse("hours-with-level", "hours");
        }

        return (level, hours);
    }
}
