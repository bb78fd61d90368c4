namespace Fablab.Mqtt;

/// <summary>
/// What became of a message. Only <see cref="PublishStatus.Acknowledged"/> says that the broker has it, and even then the
/// broker may lose it in a crash: durability is an acknowledgement of the application.
/// </summary>
/// <param name="Status">What happened.</param>
/// <param name="ReasonCode">The MQTT 5 reason code of the broker's answer; 0 where there was none.</param>
/// <param name="Reason">The broker's or our words, for the log.</param>
public readonly record struct PublishOutcome(PublishStatus Status, byte ReasonCode = 0, string? Reason = null)
{
    /// <summary>Handed over: acknowledged, or written to the wire where no acknowledgement exists.</summary>
    public bool IsAccepted => Status is PublishStatus.Acknowledged or PublishStatus.Sent;

    /// <summary>
    /// The broker's rules or our settings are wrong (0x87 and its relatives). Repeating the message soon cannot help.
    /// </summary>
    public bool IsConfigurationError => Status is PublishStatus.Refused && MqttReason.IsConfigurationError(ReasonCode);
}

/// <summary>What became of a message.</summary>
public enum PublishStatus
{
    /// <summary>The broker acknowledged it (QoS 1).</summary>
    Acknowledged,

    /// <summary>Written to the wire (QoS 0); nobody acknowledges that.</summary>
    Sent,

    /// <summary>A newer retained message of the same topic took its place before it was sent.</summary>
    Superseded,

    /// <summary>The queue was full. Nothing was queued; the caller decides when to try again.</summary>
    QueueFull,

    /// <summary>It waited longer than its sender allowed and was taken back unsent.</summary>
    Expired,

    /// <summary>The broker answered no; <see cref="PublishOutcome.ReasonCode"/> says why.</summary>
    Refused,

    /// <summary>The connection broke under it too often; it may be the cause. It is not sent again by the link.</summary>
    GivenUp,

    /// <summary>The link was stopped.</summary>
    Stopped,
}
