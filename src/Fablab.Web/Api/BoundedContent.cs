using Fablab.Domain;

namespace Fablab.Web.Api;

/// <summary>More bytes than this lab takes.</summary>
public sealed record FileTooLarge(long LimitBytes) : Refusal("file-too-large")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["limitBytes"] = LimitBytes };
}

/// <summary>What somebody sent that is small enough to hold in memory.</summary>
internal static class BoundedContent
{
    private const int PieceBytes = 81_920;

    /// <param name="largest">Bytes; no more than one piece beyond it is read.</param>
    public static async Task<Result<byte[]>> ReadAsync(Stream sent, long largest, CancellationToken ct)
    {
        await using var kept = new MemoryStream();
        var piece = new byte[PieceBytes];
        for (int read; (read = await sent.ReadAsync(piece, ct)) > 0;)
        {
            if (kept.Length + read > largest)
            {
                return new FileTooLarge(largest);
            }

            kept.Write(piece, 0, read);
        }

        return kept.ToArray();
    }
}
