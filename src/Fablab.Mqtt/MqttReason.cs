namespace Fablab.Mqtt;

/// <summary>Reason codes of MQTT 5 that change what the link does (OASIS MQTT 5.0, section 2.4).</summary>
internal static class MqttReason
{
    public const byte UnsupportedProtocolVersion = 0x84;
    public const byte ClientIdentifierNotValid = 0x85;
    public const byte BadUserNameOrPassword = 0x86;
    public const byte NotAuthorized = 0x87;
    public const byte Banned = 0x8A;
    public const byte BadAuthenticationMethod = 0x8C;
    public const byte SessionTakenOver = 0x8E;
    public const byte TopicFilterInvalid = 0x8F;
    public const byte TopicNameInvalid = 0x90;

    /// <summary>Codes that stay the same until a person changes a setting, so that fast retries only fill logs.</summary>
    public static bool IsConfigurationError(byte code) => code is UnsupportedProtocolVersion or ClientIdentifierNotValid
        or BadUserNameOrPassword or NotAuthorized or Banned or BadAuthenticationMethod or TopicFilterInvalid or TopicNameInvalid;
}
