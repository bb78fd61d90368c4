using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Features.People;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Members.Accounts;

/// <summary>
/// Links in mails that prove that whoever opens them reads the account's mailbox. Each is for one purpose, ends after a while, and
/// ends at once when the account's security stamp changes, as it does with each new password.
/// </summary>
internal sealed class AccountLinks(IDataProtectionProvider protection, LabClock clock)
{
    /// <param name="about">What the link is about besides the account; it is sealed with it.</param>
    public string KeyOf(string purpose, Account account, Duration life, string about = "")
    {
        var content = $"{account.Id:n}{(clock.Now + life).ToUnixTimeMilliseconds()}|{account.SecurityStamp}|{about}";
        return Base64Url.EncodeToString(Protector(purpose).Protect(Encoding.UTF8.GetBytes(content)));
    }

    /// <returns>The account; <see langword="null"/> when the link is not ours, too old, or was used.</returns>
    public async Task<Account?> ReadAsync(FablabDb db, string purpose, string key, CancellationToken ct) => (await ReadAboutAsync(db, purpose, key, ct))?.Account;

    /// <returns>The account and what the link is about; <see langword="null"/> as above.</returns>
    public async Task<(Account Account, string About)?> ReadAboutAsync(FablabDb db, string purpose, string key, CancellationToken ct)
    {
        try
        {
            var content = Encoding.UTF8.GetString(Protector(purpose).Unprotect(Base64Url.DecodeFromChars(key)));
            var (id, rest) = (Guid.ParseExact(content[..32], "n"), content[32..].Split('|', 3));
            if (rest.Length < 3 || Instant.FromUnixTimeMilliseconds(long.Parse(rest[0], System.Globalization.CultureInfo.InvariantCulture)) <= clock.Now)
            {
                return null;
            }

            return await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == id && user.SecurityStamp == rest[1], ct) is { } account ? (account, rest[2]) : null;
        }
        catch (Exception error) when (error is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private IDataProtector Protector(string purpose) => protection.CreateProtector("account-link", purpose);
}

/// <summary>What came of a link that confirms an address.</summary>
public enum ConfirmationOutcome
{
    Confirmed,

    /// <summary>The link is good, the password is not the account's.</summary>
    WrongPassword,

    /// <summary>The link is not ours, too old, or ended with another password.</summary>
    Over,
}

/// <summary>
/// Showing that the account's mail address is theirs. It takes the password too: somebody else may have registered with the address,
/// and whoever reads the mailbox must not open the account to them.
/// </summary>
internal sealed class AddressConfirmation(FablabDb db, AccountLinks links, UserManager<Account> accounts, WrongPasswords wrong, AuditTrail audit, LabClock clock) : IMailActs
{
    public const string MailCode = "address-confirmation";
    public const string PageAddress = "/confirm-address";

    public static readonly Duration Life = Duration.FromDays(3);

    public async Task<MailAct?> ActAsync(MailRow mail, CancellationToken ct)
    {
        var id = mail.Member?.Value;
        return await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == id && !user.EmailConfirmed, ct) is { } account
            ? new MailAct(MailCode, $"{PageAddress}/{links.KeyOf(MailCode, account, Life)}")
            : null;
    }

    public async Task<ConfirmationOutcome> ConfirmAsync(string key, string password, CancellationToken ct)
    {
        if (await links.ReadAsync(db, MailCode, key, ct) is not { } account)
        {
            return ConfirmationOutcome.Over;
        }

        if (account.EmailConfirmed)
        {
            return ConfirmationOutcome.Confirmed;
        }

        if (!await accounts.CheckPasswordAsync(account, password))
        {
            await wrong.CountAsync(account, ct);
            return ConfirmationOutcome.WrongPassword;
        }

        var (id, stamp) = (account.Id, account.SecurityStamp);
        return await LabTransaction.RunAsync(db, [], async () =>
        {
            var confirmed = await db.Users.Where(user => user.Id == id && user.SecurityStamp == stamp && !user.EmailConfirmed).ExecuteUpdateAsync(set => set.SetProperty(user => user.EmailConfirmed, true), ct);
            if (confirmed > 0)
            {
                await wrong.ForgetAsync(account, ct);
                audit.Note("address-confirmed", $"account/{id}", concerns: new(id), actor: new(id));
                await db.TellOfRequestsAsync(new(id), clock.Now, ct);
                await db.SaveChangesAsync(ct);
            }

            return confirmed > 0 || await db.Users.AnyAsync(user => user.Id == id && user.SecurityStamp == stamp, ct) ? ConfirmationOutcome.Confirmed : ConfirmationOutcome.Over;
        }, ct);
    }
}
