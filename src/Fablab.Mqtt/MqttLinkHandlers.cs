namespace Fablab.Mqtt;

/// <summary>
/// What the owner of a link does with its news. All are awaited one at a time in the order things happened, apart from
/// <see cref="OnMessage"/>, which runs beside the others (messages among themselves stay in order).
/// </summary>
public sealed record MqttLinkHandlers
{
    /// <summary>
    /// Handles one message. The broker is told that we have it after this came back, so what must not be lost is stored
    /// before. Throwing quarantines the message.
    /// </summary>
    public required Func<MqttMessage, CancellationToken, ValueTask> OnMessage { get; init; }

    /// <summary>Connected and subscribed. Without a session that was kept, everything sent meanwhile is lost: ask for it again.</summary>
    public Func<MqttConnected, CancellationToken, ValueTask>? OnConnected { get; init; }

    public Func<MqttDisconnected, CancellationToken, ValueTask>? OnDisconnected { get; init; }

    /// <summary>
    /// A message made the handler throw (or take too long). Keep it somewhere people look; afterwards it is acknowledged,
    /// so that it does not block those behind it.
    /// </summary>
    public Func<MqttMessage, Exception, CancellationToken, ValueTask>? OnPoison { get; init; }

    /// <summary>The broker's rules or our settings are wrong; a person must act. The link goes on, slowly.</summary>
    public Func<MqttConfigurationError, CancellationToken, ValueTask>? OnConfigurationError { get; init; }
}

/// <param name="SessionPresent">The broker still had our session and what it queued meanwhile.</param>
public sealed record MqttConnected(bool SessionPresent);

/// <param name="ReasonCode">MQTT 5 reason of the broker's goodbye; 0 when the connection just broke.</param>
/// <param name="Reason">Words for the log.</param>
public sealed record MqttDisconnected(byte ReasonCode, string Reason);

/// <param name="ReasonCode">The broker's MQTT 5 reason code, such as 0x87 (not authorized).</param>
/// <param name="About">What was refused: <c>connect</c>, a topic, or a filter.</param>
public sealed record MqttConfigurationError(byte ReasonCode, string About);

/// <summary>Why a link came to its end.</summary>
public enum MqttLinkEnd
{
    /// <summary>Its owner asked.</summary>
    Stopped,

    /// <summary>Another program uses our client id, and both kept throwing each other out.</summary>
    ClientIdContested,
}
