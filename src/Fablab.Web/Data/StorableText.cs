using System.Text;
using Fablab.Web.Data.Mappings;

namespace Fablab.Web.Data;

/// <summary>Text from outside that both databases take: PostgreSQL knows no NUL, half a surrogate pair is no UTF-8, and one sign is ours (<see cref="ErasedName"/>).</summary>
internal static class StorableText
{
    public static string Of(string text) =>
        text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') || text.AsSpan().ContainsAny('\0', ErasedName.Sign)
            ? string.Concat(text.EnumerateRunes().Select(rune => rune.Value is 0 or ErasedName.Sign ? Rune.ReplacementChar : rune))
            : text;
}
