using System.Collections.Concurrent;
using System.Text.Json;

namespace Fablab.Web.Data.Mappings;

/// <summary>Reads documents that never change once read, and of which few differ, once for each text: most machines share a policy.</summary>
internal static class KnownDocuments<T>
    where T : class
{
    /// <summary>With more texts than this it begins anew.</summary>
    private const int Most = 256;

    private static readonly ConcurrentDictionary<string, T> Known = new(StringComparer.Ordinal);

    public static T Read(string text, JsonSerializerOptions options)
    {
        if (Known.TryGetValue(text, out var known))
        {
            return known;
        }

        if (Known.Count >= Most)
        {
            Known.Clear();
        }

        return Known[text] = JsonSerializer.Deserialize<T>(text, options)!;
    }
}
