using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Fablab.Web.Features.Presence.Kiosks;

/// <summary>What a device shows that it is a kiosk by, and the code that it gets this for, once.</summary>
internal static class KioskSecrets
{
    public const string Prefix = "kio_";

    /// <summary>The part of a pairing code by which it is found; the rest is the secret.</summary>
    public const int NameLength = 4;

    private const int CodeLength = 12;

    /// <summary>Letters and digits that nobody mistakes for each other, and that spell no words.</summary>
    private const string Alphabet = "2345679BCDFGHJKMNPQRSTVWXZ";

    public static string NewToken() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Twelve characters in groups of four: <c>K7RM-X2CD-9QTP</c>. Eight of them are secret, 37 bits, of which a few guesses find nothing.</summary>
    public static string NewCode() => string.Join('-', RandomNumberGenerator.GetString(Alphabet, CodeLength).Chunk(4).Select(part => new string(part)));

    /// <returns>The code as it was made, however it was typed; <see langword="null"/> for what is none.</returns>
    public static string? Normalized(string typed)
    {
        var kept = new string([.. typed.Where(letter => letter is not ('-' or ' '))]).ToUpperInvariant();
        return kept.Length == CodeLength && kept.All(Alphabet.Contains) ? kept : null;
    }

    /// <summary>SHA-256, 64 lower-case hex digits: what is hashed is random, and a code counts for minutes and few guesses.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
