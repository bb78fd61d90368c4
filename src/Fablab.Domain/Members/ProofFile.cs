namespace Fablab.Domain.Members;

public enum ProofKind
{
    Pdf,
    Jpeg,
    Png,
}

/// <summary>What a document is, by its first bytes: a name says whatever its owner wants.</summary>
public static class ProofFile
{
    /// <returns><see langword="null"/> for what is none of these.</returns>
    public static ProofKind? KindOf(ReadOnlySpan<byte> content) =>
        content.StartsWith("%PDF-"u8) ? ProofKind.Pdf
        : content.StartsWith<byte>([0xFF, 0xD8, 0xFF]) ? ProofKind.Jpeg
        : content.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]) ? ProofKind.Png
        : null;

    public static string MediaTypeOf(ProofKind kind) => kind switch
    {
        ProofKind.Pdf => "application/pdf",
        ProofKind.Jpeg => "image/jpeg",
        ProofKind.Png => "image/png",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>Without a dot.</summary>
    public static string ExtensionOf(ProofKind kind) => kind switch
    {
        ProofKind.Pdf => "pdf",
        ProofKind.Jpeg => "jpg",
        ProofKind.Png => "png",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
