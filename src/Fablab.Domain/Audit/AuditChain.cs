using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Fablab.Domain.Audit;

/// <summary>
/// Each sealed entry carries a hash of itself and of the hash before it, so that nobody can change, remove, insert or reorder
/// entries without changing every later hash. An anchor, a number and its hash written down elsewhere, shows when the end was cut off.
/// </summary>
public static class AuditChain
{
    /// <summary>What the first entry follows.</summary>
    public static readonly string Start = new('0', 64);

    /// <param name="previous">Hash of the entry before, 64 hexadecimal digits.</param>
    /// <returns>SHA-256 of the previous hash, the place in the chain and the entry, 64 lower-case hexadecimal digits.</returns>
    public static string Hash(string previous, long sequence, AuditEntry entry)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteStringValue(previous);
            json.WriteNumberValue(sequence);
            json.WriteStringValue(entry.Id);
            json.WriteNumberValue(entry.At.ToUnixTimeMilliseconds());
            json.WriteStringValue(entry.Actor?.ToString());
            json.WriteStringValue(entry.Way.ToString());
            json.WriteStringValue(entry.Action);
            json.WriteStringValue(entry.Subject);
            json.WriteStringValue(entry.Machine?.ToString());
            json.WriteStringValue(entry.Site?.ToString());
            json.WriteStringValue(entry.Concerns?.ToString());
            Write(json, entry.Before);
            Write(json, entry.After);
            json.WriteStringValue(entry.AddressDigest);
            json.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }

    /// <returns>What stays in the chain of an address, see <see cref="AuditEntry.AddressDigest"/>.</returns>
    public static string DigestOf(string salt, string address) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{salt}\n{address}")));

    private static void Write(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? facts)
    {
        if (facts is null)
        {
            json.WriteNullValue();
            return;
        }

        // A database gives them back in any order.
        json.WriteStartObject();
        foreach (var (name, value) in facts.OrderBy(fact => fact.Key, StringComparer.Ordinal))
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }
}
