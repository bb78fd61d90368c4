using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Messaging.Broker;

/// <summary>The broker inside the web process. Every limit here is enforced before or beside the library's own.</summary>
internal sealed class BrokerOptions : IValidatableObject
{
    public const string TlsScheme = "mqtts";

    public const string Section = "Broker";

    /// <summary>Run the broker in this process. When off, nothing listens and another broker (Mosquitto, EMQX) is used.</summary>
    public bool Embedded { get; set; } = true;

    /// <summary>Address to listen on. Use TLS for anything but loopback.</summary>
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>TCP port; 0 takes any free one.</summary>
    [Range(0, 65_535)]
    public int Port { get; set; } = 1883;

    /// <summary>
    /// How bridges reach it, told to them when they are paired: <c>mqtts://broker.lab.example:8883</c> or <c>mqtt://…</c>. Empty: the name of <c>Web:PublicAddress</c> with the port
    /// of this broker, or the broker of <c>Messaging</c> when it is another.
    /// </summary>
    public string? PublicAddress { get; set; }

    /// <summary>PEM file with the certificate chain; empty: no TLS.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>PEM file with the private key; empty: it is in the certificate's file.</summary>
    public string? CertificateKeyPath { get; set; }

    [Range(1, 100_000)]
    public int MaxConnections { get; set; } = 500;

    /// <summary>Connections from one address, so that one machine of the lab cannot take all places.</summary>
    [Range(1, 100_000)]
    public int MaxConnectionsPerAddress { get; set; } = 250;

    /// <summary>Time from the opening of a connection to a whole CONNECT.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan ConnectDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Time from the first to the last byte of any later packet.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan FrameDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Size of a CONNECT with its header, in bytes. Nothing is known about the sender at that time.</summary>
    [Range(256, 65_536)]
    public int MaxConnectBytes { get; set; } = 8 * 1024;

    /// <summary>Size of any later packet with its header, in bytes.</summary>
    [Range(1_024, 16_777_216)]
    public int MaxPacketBytes { get; set; } = 256 * 1024;

    /// <summary>Size of a message's payload, in bytes.</summary>
    [Range(1_024, 16_777_216)]
    public int MaxPayloadBytes { get; set; } = 128 * 1024;

    /// <summary>Packets per second a bridge or device may send in the long run; the broker then reads it slower.</summary>
    [Range(1, 100_000)]
    public int PacketsPerSecond { get; set; } = 20;

    /// <summary>Packets a bridge or device may send at once after a quiet time.</summary>
    [Range(1, 100_000)]
    public int PacketBurst { get; set; } = 200;

    /// <summary>Messages that wait for one client; beyond it the oldest is dropped and counted.</summary>
    [Range(10, 100_000)]
    public int MaxQueuedPerClient { get; set; } = 1_000;

    /// <summary>Retained topics of one bridge or device.</summary>
    [Range(1, 100_000)]
    public int MaxRetainedPerOwner { get; set; } = 500;

    public Uri? PublicUri => string.IsNullOrEmpty(PublicAddress) ? null : new Uri(PublicAddress);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrEmpty(PublicAddress) && !(Uri.TryCreate(PublicAddress, UriKind.Absolute, out var address) && address.Scheme is (TlsScheme or "mqtt") && address.Host.Length > 0))
        {
            yield return new ValidationResult($"Broker:PublicAddress '{PublicAddress}' is no address such as mqtts://broker.lab.example:8883.", [nameof(PublicAddress)]);
        }
    }
}

/// <summary>Stops the program at the start when a setting is out of bounds.</summary>
[OptionsValidator]
internal sealed partial class BrokerOptionsValidator : IValidateOptions<BrokerOptions>;
