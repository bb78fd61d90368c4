using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.People.Browsing;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.People.Badges;

/// <summary>This is no number of a badge: 4 to 64 letters and digits.</summary>
public sealed record BadgeUnreadable() : Refusal("badge-unreadable");

/// <summary>A badge with this number counts already; whose it is, is not told.</summary>
public sealed record BadgeInUse() : Refusal("badge-in-use");

/// <summary>
/// Staff give badges to members of their sites, and take them back; the member is told. A badge says who somebody is wherever it is held to a reader,
/// so nobody gives one to who stands above them. Members take back their own, whatever the hour.
/// </summary>
internal sealed class KeepBadges(FablabDb db, ReadMembers members, BadgeNumbers numbers, CurrentMember me, AuditTrail audit, LabClock clock)
{
    /// <param name="replaces">A badge that is revoked with it.</param>
    /// <param name="label"><see langword="null"/> for that of the badge it replaces.</param>
    public async Task<Result<BadgeRow>> RegisterAsync(MemberId member, string number, string? label, Guid? replaces, CancellationToken ct)
    {
        if (!await MayAsync(member, ct))
        {
            return new NoSuchThing("member");
        }

        if (!await MayGiveAsync(member, ct))
        {
            return new NotAllowed();
        }

        if (BadgeNumbers.Normalized(number) is not { } normalized)
        {
            return new BadgeUnreadable();
        }

        var hash = await numbers.HashAsync(normalized, ct);
        try
        {
            return await LabTransaction.RunHoldingAsync(db, [member.Value], () => WithinAsync(member, hash, label, replaces, ct), ct);
        }
        catch (Exception error) when (DatabaseRefusals.IsDuplicate(error))
        {
            return new BadgeInUse();
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }

    public async Task<Refusal?> RevokeAsync(MemberId member, Guid id, CancellationToken ct)
    {
        return await MayAsync(member, ct) ? await EndAsync(member, id, ct) : new NoSuchThing("badge");
    }

    /// <summary>By the member themselves: somebody may hold it in their hands this moment, so nothing more is asked.</summary>
    public Task<Refusal?> RevokeMineAsync(Guid id, CancellationToken ct) => EndAsync(me.Id, id, ct);

    /// <returns>One's own, the newest first; those of the past too.</returns>
    public Task<List<BadgeRow>> MineAsync(CancellationToken ct)
    {
        var member = me.Id;
        return db.Badges.AsNoTracking().Where(row => row.Member == member).OrderByDescending(row => row.At).ToListAsync(ct);
    }

    /// <summary>Whether the member stands no higher than whoever asks does where they keep badges.</summary>
    public async Task<bool> MayGiveAsync(MemberId member, CancellationToken ct)
    {
        if (me.Member.IsAdministrator)
        {
            return true;
        }

        var theirs = await db.RoleGrants.Where(grant => grant.Member == member).Select(grant => grant.Role).ToListAsync(ct);
        return StaffRanks.HighestOf(theirs) <= StaffRanks.Of(me.Member.ManagedSites.Count > 0 && await ManagesAsync(member, ct) ? StaffRole.Manager : StaffRole.FrontDesk);
    }

    private async Task<bool> ManagesAsync(MemberId member, CancellationToken ct) =>
        await members.OneAsync(member, ct) is { } found && found.Sites.Any(site => me.Member.ManagedSites.Contains(site.Id));

    private async Task<Refusal?> EndAsync(MemberId member, Guid id, CancellationToken ct)
    {
        var refusal = await LabTransaction.RunHoldingAsync(db, [member.Value], async () =>
        {
            var isRevoked = await RevokeWithinAsync(member, id, ct) is not null;
            await db.SaveChangesAsync(ct);
            return isRevoked ? null : (Refusal)new NoSuchThing("badge");
        }, ct);
        db.ChangeTracker.Clear();
        return refusal;
    }

    /// <returns>Whose badge it is; <see langword="null"/> when it is nobody's whom the reader may see.</returns>
    public async Task<MemberId?> FindAsync(string number, CancellationToken ct)
    {
        if (BadgeNumbers.Normalized(number) is not { } normalized)
        {
            return null;
        }

        var hash = await numbers.HashAsync(normalized, ct);
        return await db.Badges.AsNoTracking().SingleOrDefaultAsync(row => row.Hash == hash && row.RevokedAt == null, ct) is { } badge && await members.OneAsync(badge.Member, ct) is not null
            ? badge.Member
            : null;
    }

    private async Task<bool> MayAsync(MemberId member, CancellationToken ct) =>
        await members.OneAsync(member, ct) is { } found && (me.Member.IsAdministrator || found.Sites.Any(site => me.May(Right.KeepBadges, Subject.At(site.Id))));

    private async Task<Result<BadgeRow>> WithinAsync(MemberId member, string hash, string? label, Guid? replaces, CancellationToken ct)
    {
        var old = replaces is { } id ? await RevokeWithinAsync(member, id, ct, isReplaced: true) : null;
        if (replaces is not null && old is null)
        {
            return new NoSuchThing("badge");
        }

        // The old one must be gone before the new one is there: they may have one number.
        await db.SaveChangesAsync(ct);
        var badge = new BadgeRow { Id = Guid.CreateVersion7(), Member = member, Hash = hash, Label = StorableText.Of(label?.Trim() is { Length: > 0 } said ? said : old?.Label ?? ""), By = me.Id, At = clock.Now };
        db.Add(badge);
        if (old is null)
        {
            await NoteAsync("badge-registered", badge, null, ct);
        }

        await db.SaveChangesAsync(ct);
        return badge;
    }

    private async Task<BadgeRow?> RevokeWithinAsync(MemberId member, Guid id, CancellationToken ct, bool isReplaced = false)
    {
        if (await db.Badges.SingleOrDefaultAsync(row => row.Id == id && row.Member == member && row.RevokedAt == null, ct) is not { } badge)
        {
            return null;
        }

        var before = AuditFacts.Of(badge);
        (badge.RevokedAt, badge.RevokedBy) = (clock.Now, me.Id);
        await NoteAsync(isReplaced ? "badge-reissued" : "badge-revoked", badge, before, ct);
        return badge;
    }

    private async Task NoteAsync(string action, BadgeRow badge, IReadOnlyDictionary<string, string>? before, CancellationToken ct)
    {
        var site = await db.SiteToNoteAsync(badge.Member, one => me.May(Right.KeepBadges, Subject.At(one)), ct);
        audit.Note(action, $"badge/{badge.Id}", site: site, concerns: badge.Member, before: before, after: AuditFacts.Of(badge));
        if (badge.Member != me.Id)
        {
            db.Tell(badge.Member, action, new Dictionary<string, string> { ["link"] = MyBadgePages.Address }, clock.Now);
        }
    }
}
