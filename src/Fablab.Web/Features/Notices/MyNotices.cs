using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Notices;

/// <summary>A page of notices, and up to which of them the member had looked before.</summary>
/// <param name="SeenUntil"><see langword="null"/> when they never looked.</param>
internal sealed record NoticesInView(Page<NoticeRow> Page, Instant? SeenUntil)
{
    public bool IsNew(NoticeRow notice) => SeenUntil is not { } seen || notice.At > seen;
}

/// <summary>What a member was told, and what of it they have not looked at.</summary>
internal sealed class MyNotices(FablabDb db)
{
    /// <summary>Nobody counts further; the mark says <c>99+</c> then.</summary>
    public const int MostCounted = 100;

    // Asked with each page that somebody signed in opens, and by nothing else: what is new along the index, a hundred entries at most.
    private static readonly HotQuery<Func<FablabDb, MemberId, Guid, Instant, CancellationToken, Task<int>>> New = new(() =>
        EF.CompileAsyncQuery((FablabDb db, MemberId member, Guid account, Instant never, CancellationToken ct) => db.Notices
            .Where(notice => notice.Member == member && notice.At > (db.Users.Where(user => user.Id == account).Select(user => user.NoticesSeenAt).FirstOrDefault() ?? never))
            .OrderByDescending(notice => notice.At)
            .Take(MostCounted)
            .Count()));

    /// <returns>How many are new, up to <see cref="MostCounted"/>.</returns>
    public Task<int> NewAsync(MemberId member, CancellationToken ct) => New.On(db)(db, member, member.Value, NodaConstants.UnixEpoch, ct);

    /// <summary>The newest first.</summary>
    public async Task<NoticesInView> ListAsync(MemberId member, Cursor after, int limit, CancellationToken ct)
    {
        var account = member.Value;
        var rows = await db.Notices.AsNoTracking().Where(notice => notice.Member == member && notice.At <= after.At)
            .OrderByDescending(notice => notice.At).ThenByDescending(notice => notice.Id).Skip(after.Shown).Take(limit + 1).ToListAsync(ct);
        return new NoticesInView(
            after.PageOf(rows, limit, notice => notice.At, notice => notice),
            await db.Users.Where(user => user.Id == account).Select(user => user.NoticesSeenAt).SingleAsync(ct));
    }

    /// <summary>The member has looked at the list: nothing up to then is new any more. Looking at an older page takes nothing back.</summary>
    public async Task SeeAsync(MemberId member, Instant until, CancellationToken ct)
    {
        var account = member.Value;
        await LabTransaction.ExecuteAsync(db, () => db.Users.Where(user => user.Id == account && user.ErasedAt == null && (user.NoticesSeenAt == null || user.NoticesSeenAt < until))
            .ExecuteUpdateAsync(set => set.SetProperty(user => user.NoticesSeenAt, until), ct), ct);
    }
}
