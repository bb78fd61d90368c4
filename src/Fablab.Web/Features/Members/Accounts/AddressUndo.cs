using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members.Securing;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Features.People;
using Fablab.Web.Features.People.ResettingFactors;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Members.Accounts;

/// <summary>
/// The way back, in the mail that tells the old mailbox of a new address. Who knew the password of somebody else moves the account to a mailbox of
/// their own and protects it there, so the link works for a week whatever was changed since. It gives the address back, ends the password and all that
/// is signed in, and takes second factors with it unless they are older: they may not be the member's. A new password comes by mail as always.
/// </summary>
internal sealed class AddressUndo(FablabDb db, IDataProtectionProvider keys, NewAccounts accounts, ChangesOfProtection protection, ResetFactors factors, AuditTrail audit, LabClock clock) : IMailActs
{
    public const string MailCode = "address-left";
    public const string LinkAddress = "/undo-address";

    public static readonly Duration Life = Duration.FromDays(7);

    /// <summary>In the mail's facts when the account asked for more than a password, and had for as long as <see cref="Life"/>, before it moved.</summary>
    private const string Protected = "protected";

    /// <summary>The mail about every change of what an account proves itself with.</summary>
    private const string SecurityChanged = "security-changed";

    private readonly MailLinkSeal seal = new(keys, "address-undo");

    /// <summary>Tells the mailbox that was left, within the transaction of the change.</summary>
    public async Task TellAsync(MemberId member, string left, CancellationToken ct)
    {
        // What was set up shortly before may be of who moves the account now.
        var (now, since) = (clock.Now, clock.Now - Life);
        var isProtected = await protection.HasMoreThanAPasswordAsync(ct)
            && !await db.Mails.AnyAsync(mail => mail.Member == member && mail.Code == SecurityChanged && mail.CreatedAt > since, ct);
        db.SendMail(member, MailCode, isProtected ? new Dictionary<string, string> { [Protected] = "yes" } : [], now, left);
    }

    public async Task<MailAct?> ActAsync(MailRow mail, CancellationToken ct) =>
        await FindAsync(mail.Id, ct) is null ? null : new MailAct(MailCode, $"{LinkAddress}/{seal.Seal(mail.Id)}");

    /// <returns>The address that the account would have again; <see langword="null"/> when the link works no more.</returns>
    public async Task<string?> ReadAsync(string key, CancellationToken ct) => (await FindAsync(key, ct))?.Address;

    /// <returns>Whether it was given back; not when the link works no more, or another account has shown meanwhile that the address is theirs.</returns>
    public async Task<bool> UndoAsync(string key, CancellationToken ct)
    {
        if (await FindAsync(key, ct) is not { Member: { } member, Id: var id })
        {
            return false;
        }

        // Somebody may confirm the address at the same moment; the second of us finds it taken.
        var isUndone = await LabTransaction.BesideTwinAsync(db, () => LabTransaction.RunHoldingAsync(db, [member.Value], () => UndoWithinAsync(id, ct), ct));
        db.ChangeTracker.Clear();
        return isUndone;
    }

    private async Task<bool> UndoWithinAsync(Guid mail, CancellationToken ct)
    {
        if (await FindAsync(mail, ct) is not { Member: { } member, Address: { } address } told
            || await db.OtherOwnerAsync(member.Value, accounts.Normalized(address), ct) is not null)
        {
            return false;
        }

        var now = clock.Now;
        await db.TakeFromUnconfirmedAsync(member.Value, accounts.Normalized(address), now, ct);
        var account = await db.Users.SingleAsync(user => user.Id == member.Value, ct);
        accounts.Readdress(account, address);
        (account.PasswordHash, account.LockoutEnd, account.AccessFailedCount) = (null, null, 0);
        audit.Note("address-restored", $"account/{account.Id}", concerns: member, actor: member);
        await factors.SignOutWithinAsync(account, takesFactors: !told.Facts.ContainsKey(Protected), ct);
        db.SendMail(member, PasswordReset.MailCode, new Dictionary<string, string>(), now);
        await db.SaveChangesAsync(ct);

        // This link, and those that went to mailboxes which the account had only since.
        await db.Mails.Where(row => row.Member == member && row.Code == MailCode && row.CreatedAt >= told.CreatedAt).ExecuteDeleteAsync(ct);
        return true;
    }

    private async Task<MailRow?> FindAsync(string key, CancellationToken ct) => seal.OpenId(key) is { } id ? await FindAsync(id, ct) : null;

    private Task<MailRow?> FindAsync(Guid id, CancellationToken ct)
    {
        var since = clock.Now - Life;
        return db.Mails.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.Code == MailCode && row.CreatedAt > since, ct);
    }
}
