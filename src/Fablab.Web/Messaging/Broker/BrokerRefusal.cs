namespace Fablab.Web.Messaging.Broker;

/// <summary>Why the broker said no to one packet.</summary>
/// <param name="ReasonCode">The MQTT 5 reason code of the answer. MQTT 3.1.1 has none for a publish: it looks accepted there.</param>
/// <param name="Reason">For the log and the answer's reason string; no payload, no password.</param>
internal sealed record BrokerRefusal(byte ReasonCode, string Reason)
{
    public const byte ImplementationSpecific = 0x83;
    public const byte UnsupportedProtocolVersion = 0x84;
    public const byte ClientIdentifierNotValid = 0x85;
    public const byte BadUserNameOrPassword = 0x86;
    public const byte NotAuthorized = 0x87;
    public const byte ServerUnavailable = 0x88;
    public const byte BadAuthenticationMethod = 0x8C;
    public const byte TopicFilterInvalid = 0x8F;
    public const byte TopicNameInvalid = 0x90;
    public const byte QuotaExceeded = 0x97;
    public const byte SharedSubscriptionsNotSupported = 0x9E;
}
