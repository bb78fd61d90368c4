namespace Fablab.Web.Api;

/// <summary>Strong ETags (RFC 9110, 8.8.3), and what <c>If-Match</c> says of them.</summary>
internal static class VersionTag
{
    public static string Of(int version) => $"\"{version}\"";

    /// <param name="tag">Of what is stored.</param>
    /// <param name="ifMatch">The request's header: one tag, several with commas, or <c>*</c>; without one every version will do.</param>
    public static bool Fits(string tag, string? ifMatch) =>
        string.IsNullOrEmpty(ifMatch) || ifMatch.Split(',').Any(wanted => wanted.Trim() is var one && (one == "*" || one == tag));
}
