using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Fablab.Contracts;

/// <summary>
/// How messages look on the wire: camelCase, enums as words, absent instead of null, unknown fields ignored,
/// times RFC 3339 in UTC.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(DesiredTwin))]
[JsonSerializable(typeof(ReportedTwin))]
[JsonSerializable(typeof(LeaseRequest))]
[JsonSerializable(typeof(LeaseAnswer))]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(Online))]
[JsonSerializable(typeof(JournalBatch))]
[JsonSerializable(typeof(JournalAck))]
[JsonSerializable(typeof(ReplayRequest))]
[JsonSerializable(typeof(JournalContent))]
public sealed partial class ContractsJson : JsonSerializerContext
{
    public static byte[] Write<T>(T message) => JsonSerializer.SerializeToUtf8Bytes(message, TypeOf<T>());

    public static string WriteText<T>(T message) => JsonSerializer.Serialize(message, TypeOf<T>());

    /// <returns>Whether it is a well-formed message of that type; a broken one says why.</returns>
    public static bool TryRead<T>(ReadOnlySpan<byte> json, [NotNullWhen(true)] out T? message, [NotNullWhen(false)] out string? reason)
        where T : class
    {
        (message, reason) = (null, null);
        try
        {
            message = JsonSerializer.Deserialize(json, TypeOf<T>());
            reason = message is null ? "It is null." : null;
        }
        catch (JsonException e)
        {
            reason = e.Message;
        }

        return message is not null;
    }

    public static bool TryRead<T>(string json, [NotNullWhen(true)] out T? message, [NotNullWhen(false)] out string? reason)
        where T : class => TryRead(Encoding.UTF8.GetBytes(json), out message, out reason);

    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)Default.GetTypeInfo(typeof(T))!;
}
