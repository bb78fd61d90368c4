using System.Security.Cryptography;
using System.Text;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Notices;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using OtpNet;

namespace Fablab.Web.Features.Members.SigningIn;

/// <summary>
/// One-time codes of an authenticator app (RFC 6238: SHA-1, six digits, 30 s, one step of tolerance either way) and recovery codes.
/// Each code counts once.
/// </summary>
internal sealed class SecondFactor(FablabDb db, IDataProtectionProvider protection, AuditTrail audit, LabClock clock)
{
    public const int RecoveryCodes = 10;

    private const int KeyLength = 20;

    private static readonly VerificationWindow Window = new(previous: 1, future: 1);

    private readonly IDataProtector protector = protection.CreateProtector("totp-key");

    public static bool IsOn(Account account) => account.ProtectedTotpKey is not null;

    /// <returns>A new secret in base 32, which counts only once <see cref="TurnOnAsync"/> has seen a code of it.</returns>
    public static string NewKey() => Base32Encoding.ToString(RandomNumberGenerator.GetBytes(KeyLength));

    public static bool IsKey(string? key)
    {
        try
        {
            return key is { Length: <= 64 } && Base32Encoding.ToBytes(key).Length == KeyLength;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>What authenticator apps read from a QR code.</summary>
    public static string AddressOf(string key, string email) => new OtpUri(OtpType.Totp, key, email, "Fablab").ToString();

    /// <returns>The recovery codes, shown this once; <see langword="null"/> when the code does not belong to the key.</returns>
    public async Task<IReadOnlyList<string>?> TurnOnAsync(Guid account, string key, string code, CancellationToken ct)
    {
        if (StepOf(key, code) is not { } step)
        {
            return null;
        }

        var (sealedKey, codes) = (protector.Protect(key), NewRecoveryCodes());
        var hashes = HashesOf(codes);
        await ChangeAsync(account, "second-factor-on", users => users.ExecuteUpdateAsync(
            set => set.SetProperty(user => user.ProtectedTotpKey, sealedKey).SetProperty(user => user.LastTotpStep, step).SetProperty(user => user.RecoveryCodes, hashes), ct), ct);
        return codes;
    }

    public Task TurnOffAsync(Guid account, CancellationToken ct)
    {
        IReadOnlyList<string> none = [];
        return ChangeAsync(account, "second-factor-off", users => users.ExecuteUpdateAsync(
            set => set.SetProperty(user => user.ProtectedTotpKey, (string?)null).SetProperty(user => user.RecoveryCodes, none), ct), ct);
    }

    public async Task<IReadOnlyList<string>> RenewRecoveryCodesAsync(Guid account, CancellationToken ct)
    {
        var codes = NewRecoveryCodes();
        var hashes = HashesOf(codes);
        await ChangeAsync(account, "recovery-codes-renewed", users => users.ExecuteUpdateAsync(set => set.SetProperty(user => user.RecoveryCodes, hashes), ct), ct);
        return codes;
    }

    /// <summary>Takes a one-time code or a recovery code; the same one is never taken twice, not even at the same moment.</summary>
    public async Task<bool> TakeAsync(Account account, string code, CancellationToken ct)
    {
        var typed = new string([.. code.Where(char.IsLetterOrDigit)]).ToLowerInvariant();
        if (account.ProtectedTotpKey is not { } sealedKey)
        {
            return false;
        }

        return await LabTransaction.RunHoldingAsync(db, [account.Id], async () =>
        {
            if (StepOf(protector.Unprotect(sealedKey), typed) is { } step)
            {
                return await db.Users.Where(user => user.Id == account.Id && user.LastTotpStep < step)
                    .ExecuteUpdateAsync(set => set.SetProperty(user => user.LastTotpStep, step), ct) > 0;
            }

            var hash = HashOf(typed);
            var left = await db.Users.Where(user => user.Id == account.Id).Select(user => user.RecoveryCodes).SingleAsync(ct);
            if (!left.Contains(hash))
            {
                return false;
            }

            IReadOnlyList<string> rest = [.. left.Where(one => one != hash)];
            Note(account.Id, "recovery-code-used");
            db.SendMail(new(account.Id), "security-changed", new Dictionary<string, string>(), clock.Now);
            await db.SaveChangesAsync(ct);
            return await db.Users.Where(user => user.Id == account.Id).ExecuteUpdateAsync(set => set.SetProperty(user => user.RecoveryCodes, rest), ct) > 0;
        }, ct);
    }

    private long? StepOf(string key, string code)
    {
        var totp = new Totp(Base32Encoding.ToBytes(key));
        return code.Length == 6 && totp.VerifyTotp(clock.Now.ToDateTimeUtc(), code, out var step, Window) ? step : null;
    }

    private async Task ChangeAsync(Guid account, string action, Func<IQueryable<Account>, Task<int>> change, CancellationToken ct) =>
        await LabTransaction.RunHoldingAsync(db, [account], async () =>
        {
            Note(account, action);
            db.SendMail(new(account), "security-changed", new Dictionary<string, string>(), clock.Now);
            await db.SaveChangesAsync(ct);
            await change(db.Users.Where(user => user.Id == account));
            return await MarkAsync(account, ct);
        }, ct);

    /// <summary>Whoever read the account before, to write it back as a whole, finds that it changed.</summary>
    private Task<int> MarkAsync(Guid account, CancellationToken ct)
    {
        var stamp = Guid.NewGuid().ToString();
        return db.Users.Where(user => user.Id == account).ExecuteUpdateAsync(set => set.SetProperty(user => user.ConcurrencyStamp, stamp), ct);
    }

    private void Note(Guid account, string action) => audit.Note(action, $"account/{account}", concerns: new(account), actor: new(account));

    // 80 random bits each, in groups that can be read out: no slow hash is needed.
    private static IReadOnlyList<string> NewRecoveryCodes() =>
        [.. Enumerable.Range(0, RecoveryCodes).Select(_ => string.Join('-', Base32Encoding.ToString(RandomNumberGenerator.GetBytes(10)).ToLowerInvariant().Chunk(4).Select(part => new string(part))))];

    private static IReadOnlyList<string> HashesOf(IEnumerable<string> codes) => [.. codes.Select(code => HashOf(code.Replace("-", "", StringComparison.Ordinal)))];

    private static string HashOf(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)));
}
