using System.Security.Cryptography;
using System.Text;
using Fablab.Domain;
using Fablab.Web.Data.Rows;
using NodaTime;

namespace Fablab.Web.Features.Pairing;

/// <summary>This is no pairing code that counts: mistyped, used, too old, or guessed at too often.</summary>
public sealed record PairingRefused() : Refusal("pairing-refused");

/// <summary>A code that somebody reads in one place and types in another, once, to tie a device or a program to the lab.</summary>
internal static class PairingCode
{
    /// <summary>The part of a code by which it is found; the rest is the secret.</summary>
    public const int NameLength = 4;

    private const int Length = 12;

    /// <summary>Letters and digits that nobody mistakes for each other, and that spell no words.</summary>
    private const string Alphabet = "2345679BCDFGHJKMNPQRSTVWXZ";

    /// <summary>Twelve characters in groups of four: <c>K7RM-X2CD-9QTP</c>. Eight of them are secret, 37 bits, of which a few guesses find nothing.</summary>
    public static string New() => string.Join('-', RandomNumberGenerator.GetString(Alphabet, Length).Chunk(4).Select(part => new string(part)));

    /// <returns>The code as it was made, however it was typed; <see langword="null"/> for what is none.</returns>
    public static string? Normalized(string typed)
    {
        var kept = new string([.. typed.Where(letter => letter is not ('-' or ' '))]).ToUpperInvariant();
        return kept.Length == Length && kept.All(Alphabet.Contains) ? kept : null;
    }

    public static string NameOf(string normalized) => normalized[..NameLength];

    /// <summary>Gives it a new code; the one before counts no more.</summary>
    /// <returns>The code, to be shown this once.</returns>
    public static string Offer(this IPairable row, Instant now, PairingOptions options) => row.Offer(New(), now, options);

    /// <summary>The same with a code that was made before.</summary>
    public static string Offer(this IPairable row, string code, Instant now, PairingOptions options)
    {
        var kept = Normalized(code)!;
        (row.PairingName, row.PairingHash) = (NameOf(kept), Hash(kept));
        (row.PairingEndsAt, row.PairingGuesses) = (now + Duration.FromMinutes(options.Minutes), 0);
        return code;
    }

    /// <summary>Its code counts no more.</summary>
    public static void WithdrawOffer(this IPairable row) => (row.PairingName, row.PairingHash, row.PairingEndsAt) = (null, null, null);

    /// <summary>Uses the code up. A wrong guess is counted on the row, so the caller saves it in either case.</summary>
    public static bool TryTake(this IPairable row, string normalized, Instant now, PairingOptions options)
    {
        if (row.PairingName != NameOf(normalized) || row.PairingEndsAt is not { } ends || now >= ends)
        {
            return false;
        }

        var isRight = CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(row.PairingHash!), Encoding.ASCII.GetBytes(Hash(normalized)));
        if (isRight || ++row.PairingGuesses >= options.Guesses)
        {
            row.WithdrawOffer();
        }

        return isRight;
    }

    /// <summary>SHA-256, 64 lower-case hex digits: what is hashed is random, and a code counts for minutes and few guesses.</summary>
    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
