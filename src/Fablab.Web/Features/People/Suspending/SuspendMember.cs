using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.People.Browsing;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.People.Suspending;

/// <summary>They are suspended there, or everywhere, already.</summary>
public sealed record SuspendedAlready(Guid Suspension) : Refusal("suspended-already")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["suspension"] = Suspension };
}

/// <summary>
/// Managers suspend members at their sites, administrators everywhere: whoever is suspended neither books nor checks in, and machines are not unlocked
/// for them. What they have booked is kept. Everywhere, they cannot sign in either, and are signed out at once.
/// </summary>
internal sealed class SuspendMember(FablabDb db, ReadMembers members, BrowserSessions sessions, CurrentMember me, AuditTrail audit, LabClock clock)
{
    /// <summary>What the notices say instead of a site's name.</summary>
    private const string WholeLab = "Fablab";

    public async Task<Result<SuspensionRow>> ExecuteAsync(MemberId member, SuspendRequest request, CancellationToken ct)
    {
        if (await members.OneAsync(member, ct) is not { } found)
        {
            return new NoSuchThing("member");
        }

        var code = StorableText.Of(request.Site ?? "");
        var site = request.Site is null ? null : found.Sites.FirstOrDefault(one => one.Code == code);
        if (request.Site is not null && site is null)
        {
            return new NoSuchThing("site");
        }

        if (!MaySuspend(site?.Id) || member == me.Id || (found.IsAdministrator && (site is null || !me.Member.IsAdministrator)))
        {
            return new NotAllowed();
        }

        // An administrator who cannot sign in would still count as one who can give roles: the role is taken away first.
        var result = await LabTransaction.RunHoldingAsync(db, [member.Value], () => WithinAsync(member, site, request, ct), ct);
        db.ChangeTracker.Clear();
        return result;
    }

    public async Task<Refusal?> LiftAsync(MemberId member, Guid id, CancellationToken ct)
    {
        if (await members.OneAsync(member, ct) is null || await db.Suspensions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.Member == member, ct) is not { } found)
        {
            return new NoSuchThing("suspension");
        }

        if (!MaySuspend(found.Site) || member == me.Id)
        {
            return new NotAllowed();
        }

        var now = clock.Now;
        var site = found.Site is { } at ? await db.Sites.AsNoTracking().SingleAsync(row => row.Id == at, ct) : null;
        await LabTransaction.RunHoldingAsync(db, [member.Value], async () =>
        {
            var row = await db.Suspensions.SingleAsync(one => one.Id == id, ct);
            if (row.LiftedAt is null)
            {
                var before = AuditFacts.Of(row);
                (row.LiftedAt, row.LiftedBy) = (now, me.Id);
                audit.Note("suspension-lifted", $"suspension/{id}", site: row.Site, concerns: member, before: before, after: AuditFacts.Of(row));
                db.Tell(member, "suspension-lifted", new Dictionary<string, string> { ["site"] = site?.Name ?? WholeLab }, now);
            }

            return await db.SaveChangesAsync(ct);
        }, ct);
        db.ChangeTracker.Clear();
        return null;
    }

    public bool MaySuspend(SiteId? site) => site is { } at ? me.May(Right.SuspendMembers, Subject.At(at)) : me.May(Right.SuspendEverywhere, Subject.Nothing);

    private async Task<Result<SuspensionRow>> WithinAsync(MemberId member, SiteRow? site, SuspendRequest request, CancellationToken ct)
    {
        var (now, at) = (clock.Now, site?.Id);
        if (at is null && await db.RoleGrants.AnyAsync(grant => grant.Member == member && grant.Role == StaffRole.Administrator, ct))
        {
            // Given since we looked.
            return new NotAllowed();
        }

        if (await db.Suspensions.ThatCount(now).FirstOrDefaultAsync(row => row.Member == member && row.Site == at, ct) is { } present)
        {
            return new SuspendedAlready(present.Id);
        }

        var row = new SuspensionRow
        {
            Id = Guid.CreateVersion7(), Member = member, Site = at, Reason = StorableText.Of(request.Reason.Trim()), By = me.Id, At = now, Until = request.Until,
        };
        db.Add(row);
        audit.Note("member-suspended", $"suspension/{row.Id}", site: at, concerns: member, after: AuditFacts.Of(row));
        var facts = new Dictionary<string, string> { ["site"] = site?.Name ?? WholeLab, ["reason"] = row.Reason };
        if (row.Until is { } until)
        {
            facts["until"] = until.ToString();
        }

        db.Tell(member, row.Until is null ? "suspended" : "suspended-until", facts, now);
        await db.SaveChangesAsync(ct);
        if (at is null)
        {
            await sessions.EndAllAsync(member, exceptThis: false, ct);
        }

        return row;
    }
}
