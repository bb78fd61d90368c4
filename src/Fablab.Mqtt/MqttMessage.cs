namespace Fablab.Mqtt;

/// <summary>
/// One message, outgoing or received. <see cref="Retain"/> on a received message means "this is what the broker kept",
/// not "this was just sent": receivers of commands and leases must ignore such messages.
/// </summary>
public sealed record MqttMessage
{
    public required string Topic { get; init; }

    public required ReadOnlyMemory<byte> Payload { get; init; }

    public MqttQos Qos { get; init; } = MqttQos.AtLeastOnce;

    public bool Retain { get; init; }

    /// <summary>
    /// How long the broker may keep the message for a receiver that is away, in whole seconds (MQTT 5 only, and not enforced
    /// by every broker: what is time-limited carries its own limit in the body). <see langword="null"/>: no limit.
    /// </summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>MIME type of the payload (MQTT 5 only).</summary>
    public string? ContentType { get; init; }
}

/// <summary>How hard the wire tries. There is no exactly-once here: no broker keeps that promise over a crash.</summary>
public enum MqttQos
{
    AtMostOnce = 0,
    AtLeastOnce = 1,
}
