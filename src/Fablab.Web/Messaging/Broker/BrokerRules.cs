using System.Text;
using Fablab.Mqtt;

namespace Fablab.Web.Messaging.Broker;

/// <summary>Judges every CONNECT, PUBLISH and SUBSCRIBE. Pure: the same packet from the same principal, the same verdict.</summary>
internal static class BrokerRules
{
    /// <summary>Topics are made of codes; longer ones are mistakes or attacks.</summary>
    public const int MaxTopicBytes = 200;

    public const int MaxUserLength = 64;
    public const int MaxPasswordLength = 256;

    /// <summary>
    /// Keep-alive in seconds. The library can tell an MQTT 5 client no other value, so we refuse instead of clamping:
    /// below 10 a busy network looks dead, above 60 a dead bridge looks alive, and 0 is never noticed at all.
    /// </summary>
    public const int MinKeepAlive = 10;

    /// <inheritdoc cref="MinKeepAlive"/>
    public const int MaxKeepAlive = 60;

    /// <summary>Sessions live in memory, so they may not outlive an hour.</summary>
    public const uint MaxSessionExpirySeconds = 3_600;

    /// <summary>What can be judged before the password is looked at.</summary>
    public static BrokerRefusal? JudgeConnect(ConnectFacts connect) => connect switch
    {
        { IsVersionSupported: false } => new(BrokerRefusal.UnsupportedProtocolVersion, "Use MQTT 5 or 3.1.1."),
        { UsesEnhancedAuthentication: true } => new(BrokerRefusal.BadAuthenticationMethod, "Use a user name and a password."),
        { KeepAliveSeconds: < MinKeepAlive or > MaxKeepAlive } =>
            new(BrokerRefusal.ImplementationSpecific, $"The keep-alive must be {MinKeepAlive} s to {MaxKeepAlive} s, not {connect.KeepAliveSeconds}."),
        { SessionExpirySeconds: > MaxSessionExpirySeconds } =>
            new(BrokerRefusal.ImplementationSpecific, $"The session expiry may be {MaxSessionExpirySeconds} s at most."),
        { User: null or "" or { Length: > MaxUserLength } } => new(BrokerRefusal.BadUserNameOrPassword, "A user name of 1 to 64 characters is needed."),
        { PasswordLength: 0 or > MaxPasswordLength } => new(BrokerRefusal.BadUserNameOrPassword, "A password of 1 to 256 characters is needed."),
        _ => null,
    };

    /// <summary>
    /// The client id is the key of the session and of take-over, so nobody may choose another's. Bridges and devices use
    /// their user name. Nodes of the web may add a dot and their own name; no user name has a dot.
    /// </summary>
    public static BrokerRefusal? JudgeClientId(BrokerPrincipal principal, string user, string? clientId)
    {
        var isOwn = !user.Contains('.', StringComparison.Ordinal)
            && (clientId == user
                || (principal is ServerPrincipal && clientId is { Length: <= 2 * MaxUserLength } && clientId.StartsWith($"{user}.", StringComparison.Ordinal)));
        return isOwn ? null : new(BrokerRefusal.ClientIdentifierNotValid, "The client id must be the user name.");
    }

    public static BrokerRefusal? JudgePublish(BrokerPrincipal? principal, string? topic, long payloadBytes, bool retain, int maxPayloadBytes)
    {
        if (principal is null)
        {
            return new(BrokerRefusal.NotAuthorized, "Unknown sender.");
        }

        if (!MqttTopics.IsPublishable(topic) || topic!.StartsWith('$') || Encoding.UTF8.GetByteCount(topic) > MaxTopicBytes)
        {
            return new(BrokerRefusal.TopicNameInvalid, $"A topic has no wildcards, no '$' in front and at most {MaxTopicBytes} bytes.");
        }

        if (!BrokerAcl.MayPublish(principal, topic))
        {
            return new(BrokerRefusal.NotAuthorized, "Not yours to publish on.");
        }

        if (retain && !BrokerAcl.MayRetain(topic))
        {
            return new(BrokerRefusal.NotAuthorized, "Never retained.");
        }

        return payloadBytes > maxPayloadBytes ? new(BrokerRefusal.QuotaExceeded, $"At most {maxPayloadBytes} bytes.") : null;
    }

    public static BrokerRefusal? JudgeSubscribe(BrokerPrincipal? principal, string? filter)
    {
        if (principal is null)
        {
            return new(BrokerRefusal.NotAuthorized, "Unknown subscriber.");
        }

        if (filter?.StartsWith("$share/", StringComparison.Ordinal) is true)
        {
            return new(BrokerRefusal.SharedSubscriptionsNotSupported, "No shared subscriptions.");
        }

        if (!MqttTopics.IsSubscribable(filter) || filter!.StartsWith('$') || Encoding.UTF8.GetByteCount(filter) > MaxTopicBytes)
        {
            return new(BrokerRefusal.TopicFilterInvalid, $"A filter has wildcards only as whole levels, no '$' in front and at most {MaxTopicBytes} bytes.");
        }

        return BrokerAcl.MaySubscribe(principal, filter) ? null : new(BrokerRefusal.NotAuthorized, "Not yours to hear.");
    }
}

/// <summary>What a CONNECT says, apart from its secret.</summary>
internal sealed record ConnectFacts
{
    public required bool IsVersionSupported { get; init; }

    public required bool UsesEnhancedAuthentication { get; init; }

    public required int KeepAliveSeconds { get; init; }

    public required uint SessionExpirySeconds { get; init; }

    public required string? User { get; init; }

    public required int PasswordLength { get; init; }
}
