using Fablab.Domain.Members;
using Fablab.Domain.Privacy;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Privacy.Erasing;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Privacy.Retaining;

/// <summary>
/// Finds accounts that nobody uses, tells their owners that they will end, and leaves the rest to the erasure. Whoever signs in before stays.
/// Found by time alone, a few at a time: nothing is lost when it does not run for days.
/// </summary>
internal sealed class EndUnusedAccounts(FablabDb db, IOptions<PrivacyOptions> options, LabClock clock)
{
    /// <summary>Accounts of one sweep; mail servers do not like more at once.</summary>
    public const int MostInASweep = 200;

    public async Task ExecuteAsync(CancellationToken ct)
    {
        var (now, kept) = (clock.Now, options.Value.Retention);

        // From before anybody noted it, or made by staff and never signed in to.
        await db.Users.Where(account => account.LastSeenAt == null && account.ErasedAt == null).ExecuteUpdateAsync(set => set.SetProperty(account => account.LastSeenAt, now), ct);
        await AskAsync(Unused(RetentionRules.ToldBefore(now, kept.InactiveAccountDays, kept.InactiveNoticeDays)), ErasureOrigin.Inactivity, now + Duration.FromDays(kept.InactiveNoticeDays), ct);

        var registeredBefore = RetentionRules.Before(now, kept.UnconfirmedAccountDays);
        await AskAsync(Unused(registeredBefore).Where(account => !account.EmailConfirmed && account.PasswordHash != null), ErasureOrigin.Unconfirmed, now, ct);
    }

    /// <summary>Nobody signed in, used a machine, has something booked or a program that acts for them.</summary>
    private IQueryable<Account> Unused(Instant before)
    {
        var now = clock.Now;
        return db.Users.AsNoTracking().Where(account => account.LastSeenAt < before && account.ErasedAt == null
            && !db.Erasures.Any(row => (Guid)(object)row.Member == account.Id && row.DueAt != null)
            && !db.Reservations.Any(row => (Guid)(object)row.Member == account.Id && row.BookedSlot.End > before)
            && !db.Enrolments.Any(row => (Guid)(object)row.Member == account.Id && db.TrainingSessions.Any(session => session.Id == row.Session && session.Start > before))
            && !db.AccessTokens.Any(row => (Guid)(object)row.Member == account.Id && row.RevokedAt == null && row.ExpiresAt > now)
            && !db.BrowserSessions.Any(row => (Guid)(object)row.Member == account.Id && row.EndedAt == null && row.ExpiresAt > now));
    }

    private async Task AskAsync(IQueryable<Account> unused, ErasureOrigin origin, Instant planned, CancellationToken ct)
    {
        var now = clock.Now;
        foreach (var account in await unused.OrderBy(account => account.LastSeenAt).Take(MostInASweep).Select(account => account.Id).ToListAsync(ct))
        {
            var member = new MemberId(account);
            await LabTransaction.RunHoldingAsync(db, [account], async () =>
            {
                if (await db.Erasures.AnyAsync(row => row.Member == member && row.DueAt != null, ct))
                {
                    return 0;
                }

                db.Add(new ErasureRow { Id = new ErasureId(Guid.CreateVersion7()), Member = member, Origin = origin, AskedAt = now, PlannedAt = planned, DueAt = planned });
                if (origin is ErasureOrigin.Inactivity)
                {
                    db.SendMail(member, "account-unused", ErasureMail.Facts(planned), now);
                }

                return await db.SaveChangesAsync(ct);
            }, ct);
            db.ChangeTracker.Clear();
        }
    }
}
