using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.Mqtt;

/// <summary>Where the broker is, who we are there, and every bound of the link. Bound from a configuration section.</summary>
public sealed class MqttLinkOptions
{
    /// <summary>Name or address of the broker.</summary>
    [Required]
    public string Host { get; set; } = "127.0.0.1";

    [Range(1, 65535)]
    public int Port { get; set; } = 1883;

    /// <summary>Speak TLS (1.2 or newer). Anything that leaves the machine should.</summary>
    public bool Tls { get; set; }

    /// <summary>PEM file with the authority that signed the broker's certificate; empty: the system's authorities.</summary>
    public string? AuthorityPath { get; set; }

    /// <summary>PEM files with our own certificate and key, where the broker asks for one.</summary>
    public string? CertificatePath { get; set; }

    /// <inheritdoc cref="CertificatePath"/>
    public string? CertificateKeyPath { get; set; }

    /// <summary>Stable over restarts, one process only: a second client with this id takes the first one's place.</summary>
    [Required]
    [StringLength(64, MinimumLength = 1)]
    public string ClientId { get; set; } = "";

    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>MQTT 5, or 3.1.1 for old brokers: there a refused publish looks like an accepted one.</summary>
    public MqttVersion Version { get; set; } = MqttVersion.V5;

    /// <summary>Silence after which both sides ask whether the other is alive, 10 s to 60 s. We ask at half of it.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "00:01:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the broker keeps our session while we are away, at most an hour; zero starts afresh each time.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan SessionExpiry { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Limit for opening a connection, handshake and login included.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A broker that does not acknowledge for so long is taken for dead and the connection is dropped.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan AckTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Shortest wait before connecting again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan ReconnectMin { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest wait before connecting again; also the wait after a refusal that only a person can lift.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan ReconnectMax { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Outgoing messages that wait or are on their way. Beyond it a publish is refused at once.</summary>
    [Range(1, 100_000)]
    public int QueueLimit { get; set; } = 2_000;

    /// <summary>Sum of the outgoing payloads, in bytes.</summary>
    [Range(1_024, 1_073_741_824)]
    public long QueueLimitBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Unacknowledged messages on the wire at a time; the broker's own limit wins when lower (Mosquitto: 20).</summary>
    [Range(1, 1_000)]
    public int WindowLimit { get; set; } = 16;

    /// <summary>How often a message may be on the wire while the connection breaks before it is given up.</summary>
    [Range(1, 1_000)]
    public int SendAttempts { get; set; } = 10;

    /// <summary>Received messages that wait for the handler; also the receive maximum that we tell the broker.</summary>
    [Range(1, 65_535)]
    public int ReceiveLimit { get; set; } = 256;

    /// <summary>A handler that has not come back by then is asked to give up, and the message is quarantined.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan HandlerTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// More than so many take-overs of our client id within a minute stop the link: two programs share one id. Mosquitto
    /// 2.0 hangs up without telling the reason; there the growing wait before the next try keeps the quarrel slow.
    /// </summary>
    [Range(1, 1_000)]
    public int TakeOversPerMinute { get; set; } = 3;

    /// <summary>Publish the last will ourselves before an orderly goodbye, since brokers then send none.</summary>
    public bool PublishWillOnStop { get; set; } = true;
}

/// <summary>Protocol versions the link can speak.</summary>
public enum MqttVersion
{
    V5,
    V311,
}

/// <summary>Stops the program at the start when a setting is out of bounds.</summary>
[OptionsValidator]
public sealed partial class MqttLinkOptionsValidator : IValidateOptions<MqttLinkOptions>;
