using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members.Accounts;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.People.Suspending;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Members.SigningIn;

/// <summary>Checks a password, and a code when the account has a second factor, and counts what was wrong.</summary>
internal sealed partial class SignInWithPassword(
    UserManager<Account> accounts, IPasswordHasher<Account> hasher, WrongPasswords wrong, KnownBrowser known, SecondFactor factor, FablabDb db,
    IHttpContextAccessor http, LabClock clock, ILogger<SignInWithPassword> log)
{
    private static readonly Duration BetweenConfirmations = Duration.FromMinutes(10);

    // What an unknown address is compared with, so that it takes as long as a known one.
    private static readonly Account Nobody = new() { DisplayName = "" };
    private static string? nobodysHash;

    /// <summary>The password alone; whoever calls asks for the code.</summary>
    public async Task<Result<Account>> CheckPasswordAsync(string email, string password, CancellationToken ct)
    {
        if (await accounts.FindByEmailAsync(StorableText.Of(email)) is not { } account)
        {
            HashForNothing(password);
            return new SignInFailed();
        }

        if (!await IsRightAsync(account, password, ct))
        {
            return new SignInFailed();
        }

        if (!account.EmailConfirmed)
        {
            // Said otherwise, it would tell whoever has just registered with an address whether somebody else had it.
            await SendConfirmationAsync(new MemberId(account.Id), ct);
            return new SignInFailed();
        }

        return await db.IsSuspendedEverywhereAsync(new MemberId(account.Id), clock.Now, ct) ? new AccountSuspended() : account;
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
        if (wrong.Waits(account) && !IsKnown(account))
        {
            return new SignInFailed();
        }

        if (!await factor.TakeAsync(account, code, ct))
        {
            await wrong.CountAsync(account, ct);
            return new SignInFailed();
        }

        await wrong.ForgetAsync(account, ct);
        return account;
    }

    private async Task<bool> IsRightAsync(Account account, string password, CancellationToken ct)
    {
        var isKnown = IsKnown(account);
        if (wrong.Waits(account) && !isKnown)
        {
            // It is compared with nothing, and must take as long.
            HashForNothing(password);
            LogPaused(account.Id);
            return false;
        }

        if (!await accounts.CheckPasswordAsync(account, password))
        {
            await (isKnown ? Task.CompletedTask : wrong.CountAsync(account, ct));
            return false;
        }

        // With a second factor the code decides: a right password must not begin the count of wrong codes anew.
        if (!isKnown && !SecondFactor.IsOn(account))
        {
            await wrong.ForgetAsync(account, ct);
        }

        return true;
    }

    /// <summary>The first mail may be lost.</summary>
    private Task SendConfirmationAsync(MemberId member, CancellationToken ct) => LabTransaction.RunAsync(db, [], async () =>
    {
        await db.SendMailUnlessSentAsync(member, AddressConfirmation.MailCode, BetweenConfirmations, clock.Now, ct);
        return await db.SaveChangesAsync(ct);
    }, ct);

    private bool IsKnown(Account account) => http.HttpContext is { } context && known.MayTry(context, account.Id);

    private void HashForNothing(string password)
    {
        nobodysHash ??= hasher.HashPassword(Nobody, Guid.NewGuid().ToString());
        hasher.VerifyHashedPassword(Nobody, nobodysHash, password);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sign-in of account {Account} waits after too many wrong passwords")]
    private partial void LogPaused(Guid account);
}
