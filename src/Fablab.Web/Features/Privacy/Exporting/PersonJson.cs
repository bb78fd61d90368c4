using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Fablab.Domain.Members;
using Fablab.Web.Api;

namespace Fablab.Web.Features.Privacy.Exporting;

/// <summary>
/// How rows are written for the person whose they are: their own id is "me", that of anybody else "somebody else", and secrets and their hashes are
/// left out by their names, in whichever table they stand.
/// </summary>
internal static class PersonJson
{
    /// <summary>Open or guard something, or are only of use to the program.</summary>
    private static readonly HashSet<string> Withheld = new(StringComparer.OrdinalIgnoreCase)
    {
        "PasswordHash", "SecurityStamp", "ConcurrencyStamp", "ProtectedTotpKey", "LastTotpStep", "RecoveryCodes", "Hash", "EndpointHash", "Endpoint", "ProtectedSecret", "PublicKey",
        "ChainHash", "AddressSalt", "AddressDigest", "NormalizedEmail", "NormalizedUserName", "AccessFailedCount", "LockoutEnabled",
    };

    public static JsonSerializerOptions OptionsFor(MemberId me)
    {
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        ApiJson.Configure(json);
        json.Converters.Add(new MemberWriter(me));
        json.Converters.Add(new IdWriters());
        json.TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOut } };
        return json;
    }

    public static bool IsWithheld(string column) => Withheld.Contains(column);

    private static void LeaveOut(JsonTypeInfo type)
    {
        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (Withheld.Contains(type.Properties[i].Name))
            {
                type.Properties.RemoveAt(i);
            }
        }
    }

    private sealed class MemberWriter(MemberId me) : JsonConverter<MemberId>
    {
        public override MemberId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("An export is only written.");

        public override void Write(Utf8JsonWriter writer, MemberId value, JsonSerializerOptions options) => writer.WriteStringValue(value == me ? "me" : "somebody else");
    }

    /// <summary>Our ids are records around one <see cref="Guid"/>; they are written as it.</summary>
    private sealed class IdWriters : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) =>
            typeToConvert is { IsValueType: true, Namespace: { } at } && at.StartsWith("Fablab.Domain", StringComparison.Ordinal) && typeToConvert.Name.EndsWith("Id", StringComparison.Ordinal)
            && typeToConvert.GetProperty("Value")?.PropertyType == typeof(Guid);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(IdWriter<>).MakeGenericType(typeToConvert))!;

        private sealed class IdWriter<TId> : JsonConverter<TId>
            where TId : struct
        {
            public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("An export is only written.");

            public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
        }
    }
}
