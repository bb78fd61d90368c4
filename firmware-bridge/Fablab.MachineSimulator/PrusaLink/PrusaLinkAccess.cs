using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Fablab.MachineSimulator.PrusaLink;

/// <summary>Who may ask: whoever has the key, or signs with the password as HTTP digest does (MD5, without <c>qop</c>, as the printers do).</summary>
internal sealed partial class PrusaLinkAccess(string apiKey, string user, string password)
{
    private const string Realm = "Printer API";

    private readonly string _nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    public bool Allows(HttpRequest request) =>
        (apiKey.Length > 0 && request.Headers["X-Api-Key"] == apiKey) || (password.Length > 0 && IsSigned(request));

    public void Challenge(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status401Unauthorized;
        response.Headers.WWWAuthenticate = $"Digest realm=\"{Realm}\", nonce=\"{_nonce}\", stale=\"false\"";
    }

    private bool IsSigned(HttpRequest request)
    {
        if ((string?)request.Headers.Authorization is not { } header || !header.StartsWith("Digest ", StringComparison.Ordinal))
        {
            return false;
        }

        var parts = Parts().Matches(header).ToDictionary(part => part.Groups["name"].Value, part => part.Groups["value"].Value.Trim('"'), StringComparer.Ordinal);
        return parts.GetValueOrDefault("username") == user && parts.GetValueOrDefault("nonce") == _nonce
            && parts.GetValueOrDefault("response") == Digest($"{Digest($"{user}:{Realm}:{password}")}:{_nonce}:{Digest($"{request.Method}:{parts.GetValueOrDefault("uri")}")}");
    }

    // MD5 is what digest was made with; it protects little, and is what the printers have.
#pragma warning disable CA5351 // the weak digest is the printers' own
    private static string Digest(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    [GeneratedRegex("""(?<name>\w+)=(?<value>"[^"]*"|[^,\s]+)""")]
    private static partial Regex Parts();
}
