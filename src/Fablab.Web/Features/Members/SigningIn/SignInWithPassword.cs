using Fablab.Domain;
using Fablab.Web.Data.Rows;
using Microsoft.AspNetCore.Identity;

namespace Fablab.Web.Features.Members.SigningIn;

/// <summary>Checks a password, counts wrong ones, and opens a browser session for who may.</summary>
internal sealed partial class SignInWithPassword(
    UserManager<Account> accounts, SignInManager<Account> signIn, IPasswordHasher<Account> hasher, ILogger<SignInWithPassword> log)
{
    // What an unknown address is compared with, so that it takes as long as a known one.
    private static readonly Account Nobody = new() { DisplayName = "" };
    private static string? nobodysHash;

    public async Task<Result<Account>> CheckAsync(string email, string password)
    {
        if (await accounts.FindByEmailAsync(email) is not { } account)
        {
            nobodysHash ??= hasher.HashPassword(Nobody, Guid.NewGuid().ToString());
            hasher.VerifyHashedPassword(Nobody, nobodysHash, password);
            return new SignInFailed();
        }

        var outcome = await signIn.CheckPasswordSignInAsync(account, password, lockoutOnFailure: true);
        if (outcome.IsLockedOut)
        {
            LogPaused(account.Id);
        }

        return outcome.Succeeded ? account : new SignInFailed();
    }

    /// <summary>Checks, and when right sets the session cookie on the answer.</summary>
    public async Task<Result<Account>> StartBrowserSessionAsync(string email, string password)
    {
        var result = await CheckAsync(email, password);
        if (result.TryGet(out var account, out _))
        {
            await signIn.SignInAsync(account, isPersistent: true);
        }

        return result;
    }

    public Task EndBrowserSessionAsync() => signIn.SignOutAsync();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sign-in of account {Account} waits after too many wrong passwords")]
    private partial void LogPaused(Guid account);
}
