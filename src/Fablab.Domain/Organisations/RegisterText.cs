namespace Fablab.Domain.Organisations;

/// <summary>How people write numbers of registers.</summary>
internal static class RegisterText
{
    /// <summary>Longer texts are no number of any register.</summary>
    private const int Longest = 40;

    /// <summary>Without the spaces, points, hyphens and slashes that only make it readable, in capitals; empty when it is far too long.</summary>
    public static string Compact(string? text) => text is null || text.Length > Longest
        ? ""
        : string.Concat(text.Where(letter => !char.IsWhiteSpace(letter) && letter is not ('.' or '-' or '/'))).ToUpperInvariant();
}
