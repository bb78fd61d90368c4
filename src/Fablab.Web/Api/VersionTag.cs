using System.Security.Cryptography;
using System.Text.Json;

namespace Fablab.Web.Api;

/// <summary>Strong ETags (RFC 9110, 8.8.3), and what <c>If-Match</c> says of them.</summary>
internal static class VersionTag
{
    public static string Of(int version) => $"\"{version}\"";

    /// <summary>For what counts no versions: another one when any of the facts is another.</summary>
    public static string OfFacts(IEnumerable<KeyValuePair<string, string>> facts) =>
        $"\"{Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(facts.Select(fact => new[] { fact.Key, fact.Value })))[..12])}\"";

    /// <param name="tag">Of what is stored.</param>
    /// <param name="ifMatch">The request's header: one tag, several with commas, or <c>*</c>; without one every version will do.</param>
    public static bool Fits(string tag, string? ifMatch) =>
        string.IsNullOrEmpty(ifMatch) || ifMatch.Split(',').Any(wanted => wanted.Trim() is var one && (one == "*" || one == tag));
}
