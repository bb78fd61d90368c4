using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Fablab.Contracts;

/// <summary>
/// The one secret that a bridge and the web share, 256 random bits given at pairing. It never travels: each use has a key of
/// its own, derived with HMAC-SHA-256 over the use's name, so that what one wire learns does not open another.
/// </summary>
public sealed class BridgeKey
{
    private readonly byte[] secret;

    private BridgeKey(byte[] secret) => this.secret = secret;

    public static BridgeKey Create() => new(RandomNumberGenerator.GetBytes(32));

    /// <exception cref="FormatException">It is not 32 bytes of base64url.</exception>
    public static BridgeKey Parse(string text)
    {
        var bytes = Base64Url.DecodeFromChars(text);
        return bytes.Length == 32 ? new BridgeKey(bytes) : throw new FormatException("A bridge key is 32 bytes of base64url.");
    }

    /// <summary>The text form, for the bridge's settings and the web's protected column.</summary>
    public string Reveal() => Base64Url.EncodeToString(secret);

    /// <summary>Password of the bridge at the broker.</summary>
    public string MqttPassword => Base64Url.EncodeToString(Derive("mqtt"));

    /// <summary>Bearer token of the bridge at the web's file endpoint.</summary>
    public string HttpToken => Base64Url.EncodeToString(Derive("http"));

    /// <summary>Password at the broker of an MQTT device (a plug) that belongs to this bridge; its user is its topic.</summary>
    public string DevicePassword(string topic) => Base64Url.EncodeToString(Derive($"device/{topic}"));

    /// <summary>Key of <see cref="SignedText"/>.</summary>
    public byte[] LeaseKey => Derive("lease");

    public override string ToString() => "bridge key (hidden)";

    private byte[] Derive(string use) => HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"fablab/v1/{use}"));
}
