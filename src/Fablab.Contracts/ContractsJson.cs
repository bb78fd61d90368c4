using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Fablab.Contracts;

/// <summary>
/// How messages look on the wire: camelCase, enums as words, absent instead of null, unknown fields ignored, none said twice,
/// times RFC 3339 in UTC.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    MaxDepth = MaxDepth)]
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
    private const int MaxDepth = 8;

    public static byte[] Write<T>(T message) => JsonSerializer.SerializeToUtf8Bytes(message, TypeOf<T>());

    public static string WriteText<T>(T message) => JsonSerializer.Serialize(message, TypeOf<T>());

    /// <returns>Whether it is a well-formed message of that type; a broken one says why.</returns>
    public static bool TryRead<T>(ReadOnlySpan<byte> json, [NotNullWhen(true)] out T? message, [NotNullWhen(false)] out string? reason)
        where T : class
    {
        (message, reason) = (null, null);
        try
        {
            RefuseNullInLists(json);
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

    // Nullable annotations guard properties but not the elements of a list.
    private static void RefuseNullInLists(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        Span<bool> isList = stackalloc bool[MaxDepth + 1];
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
            {
                isList[reader.CurrentDepth + 1] = reader.TokenType is JsonTokenType.StartArray;
            }
            else if (reader.TokenType is JsonTokenType.Null && isList[reader.CurrentDepth])
            {
                throw new JsonException($"A list holds null at byte {reader.TokenStartIndex}.");
            }
        }
    }

    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)Default.GetTypeInfo(typeof(T))!;
}
