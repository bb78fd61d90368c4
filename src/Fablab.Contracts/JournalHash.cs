using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fablab.Contracts;

/// <summary>
/// The chain that makes a journal tamper-evident: SHA-256, lower-case hex, over the UTF-8 text
/// <c>{previous hash}\n{spool id}\n{epoch}\n{sequence}\n{content}</c>.
/// </summary>
public static class JournalHash
{
    /// <summary>What the very first record names as the hash before it.</summary>
    public static readonly string Start = new('0', 64);

    public static string Of(string previousHash, Guid spoolId, long epoch, long sequence, string content)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{previousHash}\n{spoolId:D}\n{epoch}\n{sequence}\n{content}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    public static bool IsRight(JournalRecord record, Guid spoolId, long epoch) =>
        record.Hash == Of(record.PreviousHash, spoolId, epoch, record.Sequence, record.Content);
}
