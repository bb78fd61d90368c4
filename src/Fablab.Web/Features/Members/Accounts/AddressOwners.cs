using Fablab.Domain.Members;
using Fablab.Domain.Privacy;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Members.Accounts;

/// <summary>Whose a mail address is. One that somebody registered with and never showed to be theirs keeps nobody from it who reads its mailbox.</summary>
internal static class AddressOwners
{
    /// <param name="normalized">As <see cref="People.NewAccounts.Normalized"/> writes it.</param>
    /// <returns>Another account that has the address for good: it was shown to be theirs, or staff made the account.</returns>
    public static async Task<MemberId?> OtherOwnerAsync(this FablabDb db, Guid id, string normalized, CancellationToken ct) =>
        await Others(db, id, normalized).Where(user => user.EmailConfirmed || user.PasswordHash == null).Select(user => (Guid?)user.Id).FirstOrDefaultAsync(ct) is { } owner
            ? new MemberId(owner)
            : null;

    /// <summary>
    /// Within a transaction of who has just shown that they read the mailbox: an account that was registered with it and never confirmed loses the address,
    /// and with it the only way in, and is erased like others that nobody confirms.
    /// </summary>
    public static async Task TakeFromUnconfirmedAsync(this FablabDb db, Guid id, string normalized, Instant now, CancellationToken ct)
    {
        foreach (var other in await Others(db, id, normalized).Where(user => !user.EmailConfirmed && user.PasswordHash != null).Select(user => user.Id).ToListAsync(ct))
        {
            // With the stamp its links end; one that is opened at this moment confirms it first, or nothing.
            var (stamp, member) = (Guid.NewGuid().ToString("N"), new MemberId(other));
            var isTaken = await db.Users.Where(user => user.Id == other && !user.EmailConfirmed).ExecuteUpdateAsync(
                set => set.SetProperty(user => user.Email, (string?)null).SetProperty(user => user.NormalizedEmail, (string?)null)
                    .SetProperty(user => user.UserName, (string?)null).SetProperty(user => user.NormalizedUserName, (string?)null)
                    .SetProperty(user => user.SecurityStamp, stamp),
                ct) > 0;
            if (isTaken && !await db.Erasures.AnyAsync(row => row.Member == member && row.DueAt != null, ct))
            {
                db.Add(new ErasureRow { Id = new ErasureId(Guid.CreateVersion7()), Member = member, Origin = ErasureOrigin.Unconfirmed, AskedAt = now, PlannedAt = now, DueAt = now });
            }
        }
    }

    private static IQueryable<Account> Others(FablabDb db, Guid id, string normalized) =>
        db.Users.AsNoTracking().Where(user => user.Id != id && (user.NormalizedEmail == normalized || user.NormalizedUserName == normalized));
}
