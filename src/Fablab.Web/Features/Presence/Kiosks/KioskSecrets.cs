using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Fablab.Web.Features.Presence.Kiosks;

/// <summary>What a device shows that it is a kiosk by.</summary>
internal static class KioskSecrets
{
    public const string Prefix = "kio_";

    public static string NewToken() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>SHA-256, 64 lower-case hex digits: what is hashed is random.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
