using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Privacy;
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
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Privacy.Erasing;

/// <summary>Somebody must do something first; each reason with how many things it is about.</summary>
public sealed record ErasureBlocked(IReadOnlyList<ErasureObstacle> Obstacles) : Refusal("erasure-blocked")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object>
    {
        ["reasons"] = (IReadOnlyList<string>)[.. Obstacles.Select(one => one.Code)], ["counts"] = (IReadOnlyList<int>)[.. Obstacles.Select(one => one.Count)],
    };
}

/// <summary>It is asked for already.</summary>
public sealed record ErasureAsked(Instant PlannedAt) : Refusal("erasure-asked")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["plannedAt"] = PlannedAt };
}

/// <summary>A wish to be erased that is still open, with what would be in its way now.</summary>
public sealed record OpenErasure(ErasureRow Row, IReadOnlyList<ErasureObstacle> Obstacles);

/// <summary>
/// Asks for a member to be erased, and takes it back. The member does it in a browser where they proved a moment ago to be there: no access
/// token can. Staff do it with a reason: administrators for everybody, managers for those whose sites are all theirs and who are no staff.
/// Nothing is lost before the days of the settings are over.
/// </summary>
internal sealed class AskErasure(
    FablabDb db, ReadMembers members, BrowserSessions sessions, CurrentMember me, AuditTrail audit, IOptions<PrivacyOptions> options, LabClock clock)
{
    public const string PageAddress = "/account/privacy";

    public async Task<Result<ErasureRow>> AskForMeAsync(CancellationToken ct) =>
        !await sessions.IsConfirmedAsync(ct) ? new ConfirmationNeeded() : await AskAsync(me.Id, ErasureOrigin.Member, null, ct);

    public async Task<Result<ErasureRow>> AskForAsync(MemberId member, string reason, CancellationToken ct)
    {
        if (await members.OneAsync(member, ct) is not { } found)
        {
            return new NoSuchThing("member");
        }

        if (!await MayEraseAsync(found, ct))
        {
            return new NotAllowed();
        }

        return sessions.ThisOne is not null && !await sessions.IsConfirmedAsync(ct) ? new ConfirmationNeeded()
            : await AskAsync(member, ErasureOrigin.Staff, StorableText.Of(reason.Trim()), ct);
    }

    /// <summary>By the member themselves: staying needs no proof.</summary>
    public Task<Refusal?> CancelForMeAsync(CancellationToken ct) => CancelAsync(me.Id, ct);

    public async Task<Refusal?> CancelForAsync(MemberId member, CancellationToken ct) =>
        await members.OneAsync(member, ct) is not { } found ? new NoSuchThing("member")
        : !await MayEraseAsync(found, ct) ? new NotAllowed()
        : await CancelAsync(member, ct);

    public async Task<OpenErasure?> OpenAsync(MemberId member, CancellationToken ct) =>
        await db.Erasures.AsNoTracking().SingleOrDefaultAsync(row => row.Member == member && row.DueAt != null, ct) is { } row
            ? new OpenErasure(row, await ObstaclesAsync(member, row.Origin, row.PlannedAt, ct))
            : null;

    /// <summary>What would be in the way of asking now.</summary>
    public async Task<IReadOnlyList<ErasureObstacle>> ObstaclesAsync(MemberId member, CancellationToken ct) => await ObstaclesAsync(member, ErasureOrigin.Member, clock.Now, ct);

    public async Task<bool> MayEraseAsync(MemberInView member, CancellationToken ct)
    {
        if (member.Id == me.Id)
        {
            return false;
        }

        if (me.Member.IsAdministrator)
        {
            return me.May(Right.EraseMembers, Subject.Nothing);
        }

        var id = member.Id;
        var sites = await db.SiteMemberships.Where(row => row.Member == id).Select(row => row.Site).ToListAsync(ct);
        return sites.Count > 0 && sites.All(site => me.May(Right.EraseMembers, Subject.At(site))) && !await db.RoleGrants.AnyAsync(grant => grant.Member == id, ct);
    }

    private async Task<IReadOnlyList<ErasureObstacle>> ObstaclesAsync(MemberId member, ErasureOrigin origin, Instant planned, CancellationToken ct) => ErasureRules.ObstaclesOf(
        await db.ErasureFactsAsync(member, withBookings: false, clock.Now, ct), clock.Now, planned + Duration.FromDays(options.Value.OpenChargesWaitDays), origin);

    private async Task<Result<ErasureRow>> AskAsync(MemberId member, ErasureOrigin origin, string? reason, CancellationToken ct)
    {
        var result = await LabTransaction.DecideHoldingAsync<ErasureRow>(db, [member.Value], async () =>
        {
            if (await db.Erasures.AsNoTracking().SingleOrDefaultAsync(row => row.Member == member && row.DueAt != null, ct) is { } open)
            {
                return new ErasureAsked(open.PlannedAt);
            }

            var now = clock.Now;
            var obstacles = (await ObstaclesAsync(member, origin, now, ct)).Where(one => !one.Passes).ToList();
            if (obstacles.Count > 0)
            {
                return new ErasureBlocked(obstacles);
            }

            var planned = now + Duration.FromDays(options.Value.ErasureWaitDays);
            var row = new ErasureRow
            {
                Id = new ErasureId(Guid.CreateVersion7()), Member = member, Origin = origin, By = me.Id, Reason = reason, AskedAt = now, PlannedAt = planned, DueAt = planned,
            };
            db.Add(row);
            audit.Note("erasure-asked", $"erasure/{row.Id}", concerns: member, after: new Dictionary<string, string> { ["plannedAt"] = planned.ToString() });
            db.SendMail(member, origin is ErasureOrigin.Staff ? "erasure-by-staff" : "erasure-asked", ErasureMail.Facts(planned, reason), now);
            await db.SaveChangesAsync(ct);
            return row;
        }, ct);
        db.ChangeTracker.Clear();
        return result;
    }

    private async Task<Refusal?> CancelAsync(MemberId member, CancellationToken ct)
    {
        var result = await LabTransaction.DecideHoldingAsync<ErasureRow>(db, [member.Value], async () =>
        {
            if (await db.Erasures.SingleOrDefaultAsync(row => row.Member == member && row.DueAt != null, ct) is not { } row)
            {
                return new NoSuchThing("erasure");
            }

            (row.DueAt, row.CancelledAt, row.CancelledBy, row.Reason) = (null, clock.Now, me.Id, null);
            audit.Note("erasure-cancelled", $"erasure/{row.Id}", concerns: member);

            // Or an account that nobody used would be found again within the hour.
            var (id, now) = (member.Value, clock.Now);
            await db.Users.Where(account => account.Id == id).ExecuteUpdateAsync(set => set.SetProperty(account => account.LastSeenAt, now), ct);
            db.SendMail(member, "erasure-cancelled", new Dictionary<string, string>(), clock.Now);
            await db.SaveChangesAsync(ct);
            return row;
        }, ct);
        db.ChangeTracker.Clear();
        return result.Refusal;
    }
}

/// <summary>What mails about erasing say.</summary>
internal static class ErasureMail
{
    /// <param name="planned">When it will be done.</param>
    /// <param name="reason">In the words of staff.</param>
    public static IReadOnlyDictionary<string, string> Facts(Instant planned, string? reason = null)
    {
        var facts = new Dictionary<string, string> { ["begins"] = planned.ToString(), ["link"] = AskErasure.PageAddress };
        if (reason is not null)
        {
            facts["about"] = reason;
        }

        return facts;
    }
}
