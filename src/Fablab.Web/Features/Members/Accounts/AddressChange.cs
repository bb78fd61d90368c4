using System.Security.Cryptography;
using System.Text;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members.FirstAdministrator;
using Fablab.Web.Features.Members.Securing;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Features.Organisations.Inviting;
using Fablab.Web.Features.People;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Members.Accounts;

/// <summary>Nobody writes to the whole town in the lab's name.</summary>
/// <param name="Most">How often a member may ask in 24 hours.</param>
public sealed record TooManyAddressChanges(int Most) : Refusal("too-many-address-changes")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["most"] = Most };
}

/// <summary>
/// Another mail address for a member: the one they sign in with, where a new password and all notices go. They ask in a browser that proved a moment
/// ago to be theirs, so no access token can; a link goes to the new mailbox and a warning to the old one. The address changes once the link is opened
/// there and the button pressed by who is signed in as the same member: an address that was mistyped gives its owner nothing. Whether somebody else
/// has the address is told to nobody but its owner.
/// </summary>
internal sealed class AddressChange(
    FablabDb db, AccountLinks links, NewAccounts accounts, AddressUndo undo, BrowserSessions sessions, ChangesOfProtection protection, CurrentMember me, AuditTrail audit, LabClock clock)
    : IMailActs
{
    public const string MailCode = "address-change";
    public const string WarningCode = "address-change-asked";
    public const string DoneCode = "address-changed";
    public const string TakenCode = "address-taken";
    public const string LinkAddress = "/change-address";

    /// <summary>In 24 hours, of one member.</summary>
    public const int MostAsked = 3;

    /// <summary>Links to one mailbox in 24 hours, whoever asks. What is beyond is not sent, and answered like what is.</summary>
    public const int MostSent = 3;

    public static readonly Duration Life = Duration.FromDays(1);

    private static readonly Duration Day = Duration.FromDays(1);
    private static readonly Duration BetweenMails = Duration.FromHours(1);

    /// <returns>Why it cannot be, which never depends on whether somebody has the address.</returns>
    public async Task<Refusal?> AskAsync(string typed, CancellationToken ct)
    {
        if (!await protection.AreAllowedAsync(ct))
        {
            return new ConfirmationNeeded();
        }

        var (address, member, id, since) = (StorableText.Of(typed.Trim()), me.Id, me.Id.Value, clock.Now - Day);
        var result = await LabTransaction.DecideHoldingAsync<Account>(db, [id], async () =>
        {
            var account = await db.Users.AsNoTracking().SingleAsync(user => user.Id == id, ct);
            return ReasonAgainst(address, account) is { } reason ? new AccountRefused([reason])
                : await db.Mails.CountAsync(mail => mail.Member == member && mail.Code == WarningCode && mail.CreatedAt > since, ct) >= MostAsked ? new TooManyAddressChanges(MostAsked)
                : await AskWithinAsync(account, address, ct);
        }, ct);
        db.ChangeTracker.Clear();
        return result.Refusal;
    }

    /// <summary>Nothing when the member has changed what protects the account since they asked, or erased it.</summary>
    public async Task<MailAct?> ActAsync(MailRow mail, CancellationToken ct)
    {
        var (id, left) = (mail.Member?.Value, mail.CreatedAt + Life - clock.Now);
        return left > Duration.Zero && mail.Address is { } address && await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == id, ct) is { } account
            && mail.Facts.GetValueOrDefault("as") == DigestOf(account)
            ? new MailAct(MailCode, $"{LinkAddress}/{links.KeyOf(MailCode, account, left, address)}")
            : null;
    }

    /// <returns>The address that the link is for; <see langword="null"/> when it works no more, or another member asked.</returns>
    public async Task<string?> ReadAsync(string key, CancellationToken ct) =>
        await links.ReadAboutAsync(db, MailCode, key, ct) is { } found && found.Account.Id == me.Id.Value ? found.About : null;

    /// <summary>By the member at a browser. It ends what was mailed before, and signs nobody out.</summary>
    public async Task<Refusal?> ChangeAsync(string key, CancellationToken ct)
    {
        if (sessions.ThisOne is null)
        {
            return new ConfirmationNeeded();
        }

        if (await links.ReadAboutAsync(db, MailCode, key, ct) is not { } found || found.Account.Id != me.Id.Value)
        {
            return new NoSuchThing("address-change");
        }

        var (id, stamp, address) = (found.Account.Id, found.Account.SecurityStamp, found.About);

        // Somebody may register with the address at the same moment; the second of us finds it taken.
        var isChanged = await LabTransaction.BesideTwinAsync(db, () => LabTransaction.RunHoldingAsync(db, [id], () => ChangeWithinAsync(id, stamp, address, ct), ct));
        db.ChangeTracker.Clear();
        return isChanged ? null : new NoSuchThing("address-change");
    }

    private async Task<Account> AskWithinAsync(Account account, string address, CancellationToken ct)
    {
        var (member, now) = (new MemberId(account.Id), clock.Now);
        audit.Note("address-change-asked", $"account/{account.Id}", concerns: member);

        // To where the account is now, even if it has another address once this is sent.
        db.SendMail(member, WarningCode, new Dictionary<string, string> { ["about"] = Hinted(address) }, now, account.Email);
        if (await db.OtherOwnerAsync(account.Id, accounts.Normalized(address), ct) is { } owner)
        {
            await db.SendMailUnlessSentAsync(owner, TakenCode, BetweenMails, now, ct);
        }
        else if (await SentAsync(address, now, ct) < MostSent)
        {
            db.SendMail(member, MailCode, new Dictionary<string, string> { ["as"] = DigestOf(account) }, now, address);
        }

        await db.SaveChangesAsync(ct);
        return account;
    }

    private async Task<bool> ChangeWithinAsync(Guid id, string? stamp, string address, CancellationToken ct)
    {
        var (member, now, account) = (new MemberId(id), clock.Now, await db.Users.SingleAsync(user => user.Id == id, ct));
        if (account.SecurityStamp != stamp || ReasonAgainst(address, account) is not null)
        {
            return false;
        }

        if (await db.OtherOwnerAsync(id, accounts.Normalized(address), ct) is { } owner)
        {
            await db.SendMailUnlessSentAsync(owner, TakenCode, BetweenMails, now, ct);
            await db.SaveChangesAsync(ct);
            return false;
        }

        var (old, normalized, wasTheirs) = (account.Email, account.NormalizedEmail, account.EmailConfirmed);
        await undo.TellAsync(member, account.Email!, ct);
        await db.TakeFromUnconfirmedAsync(id, accounts.Normalized(address), now, ct);
        accounts.Readdress(account, address);
        (account.SecurityStamp, account.ConcurrencyStamp) = (Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString());
        audit.Note("address-changed", $"account/{id}", concerns: member);
        db.SendMail(member, DoneCode, new Dictionary<string, string>(), now, address);
        await db.SaveChangesAsync(ct);
        if (wasTheirs && old is not null && normalized is not null && normalized != account.NormalizedEmail)
        {
            await db.EndInvitationsToAsync(old, normalized, now, ct);
        }

        return true;
    }

    /// <returns>A code of <see cref="AccountRefused"/>. Another way of writing one's own address is none that somebody else has.</returns>
    private string? ReasonAgainst(string address, Account account) =>
        !accounts.IsAddress(address) ? "address-invalid"
        : address == account.Email ? "address-own"
        : account.GuardianEmail is { } guardian && accounts.Normalized(guardian) == accounts.Normalized(address) ? "guardian-address-own"
        : null;

    private Task<int> SentAsync(string address, Instant now, CancellationToken ct)
    {
        var (lower, since) = (address.ToLowerInvariant(), now - Day);
#pragma warning disable CA1304, CA1311, CA1862 // becomes LOWER of the database, which knows no culture of ours
        return db.Mails.CountAsync(mail => mail.Code == MailCode && mail.CreatedAt > since && mail.Address!.ToLower() == lower, ct);
#pragma warning restore CA1304, CA1311, CA1862
    }

    /// <summary>By which a mail that waits ends with its link, without the stamp itself in it.</summary>
    private static string DigestOf(Account account) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(account.SecurityStamp ?? ""))[..8]);

    /// <summary>Enough for who typed it to know it again, too little for who reads the old mailbox to write there: <c>n…@m….example</c>.</summary>
    private static string Hinted(string address)
    {
        var (local, domain) = (address[..address.LastIndexOf('@')], address[(address.LastIndexOf('@') + 1)..]);
        var end = domain.LastIndexOf('.') is > 0 and var dot ? domain[dot..] : "";
        return $"{local[..1]}…@{domain[..1]}…{end}";
    }
}
