using System.Text;

namespace Fablab.Web.Data;

/// <summary>Text from outside that both databases take: PostgreSQL knows no NUL, and half a surrogate pair is no UTF-8.</summary>
internal static class StorableText
{
    public static string Of(string text) =>
        text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') || text.Contains('\0')
            ? string.Concat(text.EnumerateRunes().Select(rune => rune.Value == 0 ? Rune.ReplacementChar : rune))
            : text;
}
