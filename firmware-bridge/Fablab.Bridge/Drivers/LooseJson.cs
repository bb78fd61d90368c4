using System.Text.Json;
using System.Text.Unicode;

namespace Fablab.Bridge.Drivers;

/// <summary>
/// Reads JSON that may lack anything, hold null anywhere, or hold another kind of value than the last version did. A value
/// that is not what we ask for reads as absent; nothing here throws. An absent element is <c>default</c>, so calls chain.
/// </summary>
internal static class LooseJson
{
    /// <returns>Null for what is no JSON or no UTF-8.</returns>
    public static JsonElement? Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = Utf8.IsValid(utf8.Span) ? JsonDocument.Parse(utf8) : null;
            return document?.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static JsonElement Child(this JsonElement from, string name)
    {
        try
        {
            return from.ValueKind is JsonValueKind.Object && from.TryGetProperty(name, out var child) ? child : default;
        }
        catch (InvalidOperationException)
        {
            // A name escaped into half a character (\ud800) parses, and throws only when it is read.
            return default;
        }
    }

    public static string? Text(this JsonElement from, string name)
    {
        try
        {
            var child = from.Child(name);
            return child.ValueKind is JsonValueKind.String ? child.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // As in Child.
            return null;
        }
    }

    /// <summary>The members of an object; none for anything else. Names that cannot be read are left out.</summary>
    public static IEnumerable<(string Name, JsonElement Value)> Members(this JsonElement from)
    {
        if (from.ValueKind is not JsonValueKind.Object)
        {
            yield break;
        }

        foreach (var member in from.EnumerateObject())
        {
            if (NameOf(member) is { } name)
            {
                yield return (name, member.Value);
            }
        }
    }

    /// <summary>Like <see cref="Text"/>, and an empty text reads as absent: OctoPrint says <c>""</c> for "no error".</summary>
    public static string? Words(this JsonElement from, string name) => from.Text(name) is { Length: > 0 } words ? words : null;

    public static double? Number(this JsonElement from, string name)
    {
        var child = from.Child(name);
        return child.ValueKind is JsonValueKind.Number && child.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : null;
    }

    public static bool Flag(this JsonElement from, string name) => from.Child(name).ValueKind is JsonValueKind.True;

    public static bool IsObject(this JsonElement element) => element.ValueKind is JsonValueKind.Object;

    /// <summary>Seconds, as OctoPrint counts, in whole milliseconds; a count below zero or beyond ten years is no count.</summary>
    public static long? Milliseconds(this JsonElement from, string name) =>
        from.Number(name) is >= 0 and < 315_360_000 and var seconds ? (long)(seconds * 1000) : null;

    private static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
