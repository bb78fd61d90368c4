using System.Security.Cryptography;
using System.Text;
using Fablab.Domain.Members;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members.SigningIn;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Members.Accounts;

/// <summary>
/// What a password must be: long enough, not among the common ones, not made of the account's own words, and not in the list of
/// breached ones when the operator has put one there. Nothing is asked over the network. Errors are codes; pages have the words.
/// </summary>
internal sealed class PasswordRules(IOptions<PasswordSignInOptions> options) : IPasswordValidator<Account>
{
    public const int Shortest = 12;

    /// <summary>Longer ones would only cost time; nothing is cut off.</summary>
    public const int Longest = 128;

    public async Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password)
    {
        var typed = password ?? "";
        var code = typed.EnumerateRunes().Count() switch
        {
            < Shortest => "password-too-short",
            > Longest => "password-too-long",
            _ => await IsKnownAsync(user, typed) ? "password-common" : null,
        };
        return code is null ? IdentityResult.Success : IdentityResult.Failed(new IdentityError { Code = code, Description = code });
    }

    private async Task<bool> IsKnownAsync(Account user, string password)
    {
        return GuessablePassword.Is(password, [user.DisplayName, user.Email ?? ""])
            || (options.Value.BreachedPasswordsFile is { } file && await BreachedPasswords.HasAsync(file, password));
    }
}

/// <summary>
/// Looks a password up in a file of SHA-1 hashes in ascending order, one a line, 40 hex digits before an optional colon and count: the form
/// in which lists of breached passwords are handed out. The file is far larger than memory, so it is searched where it lies.
/// </summary>
internal static class BreachedPasswords
{
    private const int HashLength = 40;
    private const int LongestLine = 64;

    public static async Task<bool> HasAsync(string path, string password)
    {
#pragma warning disable CA5350 // The list's own form; nothing is protected by it.
        var wanted = Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(password)));
#pragma warning restore CA5350
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        var (low, high) = (0L, file.Length);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var (start, line) = await LineAtAsync(file, middle);
            var order = string.CompareOrdinal(line, wanted);
            if (order == 0)
            {
                return true;
            }

            (low, high) = order < 0 ? (Math.Max(start + HashLength, middle + 1), high) : (low, Math.Min(start, middle));
        }

        return false;
    }

    /// <returns>Where the line that holds the position begins, and the hash in it.</returns>
    private static async Task<(long Start, string Hash)> LineAtAsync(FileStream file, long position)
    {
        var from = Math.Max(0, position - LongestLine);
        var buffer = new byte[LongestLine * 2];
        file.Position = from;
        var read = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false);
        var at = (int)(position - from);
        var begin = Array.LastIndexOf(buffer, (byte)'\n', Math.Max(0, at - 1)) + 1;
        var end = Math.Min(read, begin + HashLength);
        return (from + begin, Encoding.ASCII.GetString(buffer, begin, Math.Max(0, end - begin)).ToUpperInvariant());
    }
}
