using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Fablab.Web.Features.Members.AccessTokens;

/// <summary><c>fab_</c> or <c>fabo_</c> and 256 random bits. Only the hash is kept, so nobody can read a token back.</summary>
internal static class AccessTokenSecret
{
    public const string Prefix = "fab_";

    /// <summary>Of organisations' own tokens, told apart before the database is asked, and by whoever looks for secrets that got lost.</summary>
    public const string OrganisationPrefix = "fabo_";

    public static string Create(string prefix = Prefix) => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>SHA-256, 64 lower-case hex digits. The secret is random, so it needs no salt and no slow hash.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
