using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members.FirstAdministrator;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Features.People;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Members.Accounts;

/// <summary>
/// A new password for who forgot theirs: by a link in a mail that counts once and for half an hour. It ends all sessions and leaves
/// the second factor as it is. Asking answers the same whether there is such an account or not.
/// </summary>
internal sealed class PasswordReset(FablabDb db, AccountLinks links, UserManager<Account> accounts, ChangePassword change, AuditTrail audit, LabClock clock) : IMailActs
{
    public const string MailCode = "password-reset";
    public const string PageAddress = "/reset-password";

    public static readonly Duration Life = Duration.FromMinutes(30);

    /// <summary>To one mailbox within <see cref="Life"/>: some get lost, and nobody's is filled by somebody else.</summary>
    private const int MostMails = 3;

    public async Task AskAsync(string email, CancellationToken ct)
    {
        var account = await accounts.FindByEmailAsync(StorableText.Of(email));

        // Nobody is held like somebody, or the answers would differ in time; and askers at one moment count each other's mails.
        await LabTransaction.RunHoldingAsync(db, [account?.Id ?? Guid.CreateVersion7()], async () =>
        {
            // One row and one commit for everybody, so that the answer takes as long whoever asks.
            audit.Note("password-reset-asked", account is null ? "nobody" : $"account/{account.Id}", concerns: account is null ? null : new(account.Id));
            if (account is not null)
            {
                await db.SendMailUnlessSentAsync(new MemberId(account.Id), MailCode, Life, clock.Now, ct, MostMails);
            }

            return await db.SaveChangesAsync(ct);
        }, ct);
    }

    public async Task<MailAct?> ActAsync(MailRow mail, CancellationToken ct)
    {
        var id = mail.Member?.Value;
        var left = mail.CreatedAt + Life - clock.Now;
        return left > Duration.Zero && await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == id, ct) is { } account
            ? new MailAct(MailCode, $"{PageAddress}/{links.KeyOf(MailCode, account, left)}")
            : null;
    }

    public async Task<bool> IsGoodAsync(string key, CancellationToken ct) => await links.ReadAsync(db, MailCode, key, ct) is not null;

    public async Task<Result<Account>> SetAsync(string key, string password, CancellationToken ct)
    {
        if (await links.ReadAsync(db, MailCode, key, ct) is not { } account)
        {
            return new NoSuchThing("password-reset");
        }

        // Whoever reads the mailbox has shown that the address is theirs.
        return await change.SetAsync(new MemberId(account.Id), password, "password-reset", keepsThisBrowser: false, ct, provenBy: account.SecurityStamp);
    }
}

/// <summary>Gives an account another password, signs it out wherever it was signed in, and takes its access tokens back.</summary>
internal sealed class ChangePassword(FablabDb db, UserManager<Account> accounts, BrowserSessions sessions, AuditTrail audit, LabClock clock)
{
    /// <param name="why">For the audit.</param>
    /// <param name="provenBy">The security stamp that a mailed link was made with: it counts once, and shows that the address is theirs.</param>
    public async Task<Result<Account>> SetAsync(
        MemberId member, string password, string why, bool keepsThisBrowser, CancellationToken ct, string? provenBy = null)
    {
        var found = await db.Users.AsNoTracking().SingleAsync(user => user.Id == member.Value, ct);
        if (await RefusalAsync(found, password) is { } refused)
        {
            return refused;
        }

        // Takes long by intent, so it is done before others must wait for us.
        var hash = accounts.PasswordHasher.HashPassword(found, password);
        var result = await LabTransaction.RunHoldingAsync<Result<Account>>(db, [member.Value], async () =>
        {
            var account = await db.Users.SingleAsync(user => user.Id == member.Value, ct);
            if (provenBy is not null && account.SecurityStamp != provenBy)
            {
                db.ChangeTracker.Clear();
                return new NoSuchThing("password-reset");
            }

            // With another security stamp, links that were mailed before open nothing any more.
            (account.PasswordHash, account.SecurityStamp, account.ConcurrencyStamp) = (hash, Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString());
            audit.Note(why, $"account/{account.Id}", concerns: member, actor: member);
            if (provenBy is not null)
            {
                // Whoever guessed at it from elsewhere does not keep its owner out.
                (account.LockoutEnd, account.AccessFailedCount) = (null, 0);
            }

            if (provenBy is not null && !account.EmailConfirmed)
            {
                account.EmailConfirmed = true;
                await db.TellOfRequestsAsync(member, clock.Now, ct);
            }

            db.SendMail(member, "password-changed", new Dictionary<string, string>(), clock.Now);
            await db.SaveChangesAsync(ct);
            await sessions.EndAllAsync(member, exceptThis: keepsThisBrowser, ct);
            await RevokeTokensAsync(member, ct);
            return account;
        }, ct);
        db.ChangeTracker.Clear();
        return result;
    }

    private Task<int> RevokeTokensAsync(MemberId member, CancellationToken ct)
    {
        var now = clock.Now;
        return db.AccessTokens.Where(token => token.Member == member && token.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(token => token.RevokedAt, now), ct);
    }

    private async Task<Refusal?> RefusalAsync(Account account, string password)
    {
        var errors = new List<string>();
        foreach (var rule in accounts.PasswordValidators)
        {
            errors.AddRange((await rule.ValidateAsync(accounts, account, password)).Errors.Select(error => error.Code));
        }

        return errors.Count == 0 ? null : new AccountRefused([.. errors.Distinct()]);
    }
}
