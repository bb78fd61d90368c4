using System.Security.Cryptography;
using System.Text;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.People.Badges;

/// <summary>
/// What is kept of a badge's number. There are few enough numbers to try them all, so a plain hash would hide nothing: it is an HMAC under a random
/// key that lies in the database sealed by data protection.
/// </summary>
internal sealed class BadgeNumbers(IServiceScopeFactory scopes, IDataProtectionProvider protection) : IDisposable
{
    private const string Name = "badges";
    private const int KeyLength = 32;
    private const int Shortest = 4;
    private const int Longest = 64;

    private readonly IDataProtector protector = protection.CreateProtector("lab-secret");
    private readonly SemaphoreSlim once = new(1, 1);
    private byte[]? key;

    /// <summary>Readers write the same number with colons, dashes, spaces and small letters, or without.</summary>
    /// <returns><see langword="null"/> for what is no number of a badge.</returns>
    public static string? Normalized(string number)
    {
        var kept = new string([.. number.Where(letter => letter is not (':' or '-' or ' '))]).ToUpperInvariant();
        return kept.Length is >= Shortest and <= Longest && kept.All(char.IsAsciiLetterOrDigit) ? kept : null;
    }

    /// <summary>Not within a transaction: the key may have to be made, which is another connection's writing.</summary>
    /// <param name="normalized">As <see cref="Normalized"/> says.</param>
    public async Task<string> HashAsync(string normalized, CancellationToken ct) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key ?? await KeyAsync(ct), Encoding.UTF8.GetBytes(normalized)));

    public void Dispose() => once.Dispose();

    private async Task<byte[]> KeyAsync(CancellationToken ct)
    {
        await once.WaitAsync(ct);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<FablabDb>();
            var kept = await SealedAsync(db, ct);
            if (kept is null)
            {
                var made = protector.Protect(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength)));
                await LabTransaction.RunAsync(
                    db, [], () => db.Database.ExecuteSqlAsync($"""INSERT INTO "LabSecrets" ("Name", "Sealed") VALUES ({Name}, {made}) ON CONFLICT DO NOTHING""", ct), ct);

                // Another node may have been first.
                kept = await SealedAsync(db, ct);
            }

            return key = Convert.FromBase64String(protector.Unprotect(kept!));
        }
        finally
        {
            once.Release();
        }
    }

    private static Task<string?> SealedAsync(FablabDb db, CancellationToken ct) =>
        db.LabSecrets.AsNoTracking().Where(row => row.Name == Name).Select(row => (string?)row.Sealed).SingleOrDefaultAsync(ct);
}
