using System.Globalization;
using System.Security.Cryptography;

namespace Fablab.Web.Messaging.Broker;

/// <summary>
/// Password hashes as Mosquitto 2 keeps them: <c>$7$iterations$salt$hash</c>, PBKDF2 with SHA-512, salt and hash in
/// base64 (mosquitto_passwd). The embedded broker's accounts can be kept in the same form and so be handed to Mosquitto.
/// </summary>
internal static class MosquittoPassword
{
    /// <summary>
    /// Mosquitto checks in its only thread, so this is a compromise: broker passwords are long random strings, which
    /// cannot be guessed whatever the number.
    /// </summary>
    public const int DefaultIterations = 10_000;

    private const int SaltBytes = 12;
    private const int HashBytes = 64;

    public static string Hash(string password, int iterations = DefaultIterations)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var hash = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA512, HashBytes);
        return string.Create(CultureInfo.InvariantCulture, $"$7${iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}");
    }

    /// <summary>Whether the password belongs to the hash; a hash in another form belongs to none. Takes equally long for all wrong ones.</summary>
    public static bool Verify(string password, string hashed)
    {
        var parts = hashed.Split('$');
        if (parts is not ["", "7", var count, var salt64, var hash64]
            || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations < 1)
        {
            return false;
        }

        var salt = new byte[SaltBytes];
        var hash = new byte[HashBytes];
        if (!Convert.TryFromBase64String(salt64, salt, out var saltLength) || !Convert.TryFromBase64String(hash64, hash, out var hashLength)
            || saltLength != SaltBytes || hashLength != HashBytes)
        {
            return false;
        }

        var actual = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA512, hash.Length);
        return CryptographicOperations.FixedTimeEquals(actual, hash);
    }
}
