using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Fablab.Contracts;

/// <summary><c>{base64url of the JSON}.{base64url of its HMAC-SHA-256}</c> under a bridge's 256-bit lease key.</summary>
public static class SignedText
{
    public static string Sign(ReadOnlySpan<byte> key, ReadOnlySpan<byte> json) =>
        $"{Base64Url.EncodeToString(json)}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, json))}";

    /// <returns>Whether the text was signed with this key; anything else, however broken, is simply false.</returns>
    public static bool TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text, [NotNullWhen(true)] out byte[]? json)
    {
        json = null;
        var dot = text.IndexOf((byte)'.');
        if (dot <= 0 || !Base64Url.IsValid(text[..dot]))
        {
            return false;
        }

        // Compared as text: a decoder forgives spaces, padding and stray bits, and one message should have one form.
        var body = Base64Url.DecodeFromUtf8(text[..dot]);
        if (!CryptographicOperations.FixedTimeEquals(text, Encoding.UTF8.GetBytes(Sign(key, body))))
        {
            return false;
        }

        json = body;
        return true;
    }

    public static bool TryOpen(ReadOnlySpan<byte> key, string text, [NotNullWhen(true)] out byte[]? json) =>
        TryOpen(key, Encoding.UTF8.GetBytes(text), out json);
}
