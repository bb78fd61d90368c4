using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Notices;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Identity;

namespace Fablab.Web.Features.Members.SigningIn;

/// <summary>Checks a password, and a code when the account has a second factor, and counts what was wrong.</summary>
internal sealed partial class SignInWithPassword(
    UserManager<Account> accounts, SignInManager<Account> signIn, IPasswordHasher<Account> hasher, KnownBrowser known, SecondFactor factor, FablabDb db,
    IHttpContextAccessor http, LabClock clock, ILogger<SignInWithPassword> log)
{
    // What an unknown address is compared with, so that it takes as long as a known one.
    private static readonly Account Nobody = new() { DisplayName = "" };
    private static string? nobodysHash;

    /// <summary>The password alone; whoever calls asks for the code.</summary>
    public async Task<Result<Account>> CheckPasswordAsync(string email, string password, CancellationToken ct)
    {
        if (await accounts.FindByEmailAsync(email) is not { } account)
        {
            HashForNothing(password);
            return new SignInFailed();
        }

        if (!await IsRightAsync(account, password))
        {
            return new SignInFailed();
        }

        if (account.EmailConfirmed)
        {
            return account;
        }

        // The password was right, so it is theirs to know; the first mail may be lost.
        await LabTransaction.RunAsync(db, [], async () =>
        {
            db.SendMail(new MemberId(account.Id), Accounts.AddressConfirmation.MailCode, new Dictionary<string, string>(), clock.Now);
            return await db.SaveChangesAsync(ct);
        }, ct);
        return new AddressNotConfirmed();
    }

    /// <summary>Password and code at once, for programs.</summary>
    public async Task<Result<Account>> CheckAsync(string email, string password, string? code, CancellationToken ct)
    {
        var result = await CheckPasswordAsync(email, password, ct);
        if (!result.TryGet(out var account, out var refusal))
        {
            return refusal;
        }

        if (!SecondFactor.IsOn(account))
        {
            return account;
        }

        return string.IsNullOrWhiteSpace(code) ? new SecondFactorNeeded() : await CheckCodeAsync(account, code, ct);
    }

    /// <summary>The code behind a right password. A wrong one counts as a wrong password.</summary>
    public async Task<Result<Account>> CheckCodeAsync(Account account, string code, CancellationToken ct)
    {
        if (await accounts.IsLockedOutAsync(account) && !IsKnown(account))
        {
            return new SignInFailed();
        }

        if (await factor.TakeAsync(account, code, ct))
        {
            return account;
        }

        await accounts.AccessFailedAsync(account);
        return new SignInFailed();
    }

    private async Task<bool> IsRightAsync(Account account, string password)
    {
        if (IsKnown(account))
        {
            return await accounts.CheckPasswordAsync(account, password);
        }

        var outcome = await signIn.CheckPasswordSignInAsync(account, password, lockoutOnFailure: true);
        if (outcome.IsLockedOut)
        {
            // It was not compared with anything, and must take as long.
            HashForNothing(password);
            LogPaused(account.Id);
        }

        return outcome.Succeeded;
    }

    private bool IsKnown(Account account) => http.HttpContext is { } context && known.MayTry(context, account.Id);

    private void HashForNothing(string password)
    {
        nobodysHash ??= hasher.HashPassword(Nobody, Guid.NewGuid().ToString());
        hasher.VerifyHashedPassword(Nobody, nobodysHash, password);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sign-in of account {Account} waits after too many wrong passwords")]
    private partial void LogPaused(Guid account);
}
