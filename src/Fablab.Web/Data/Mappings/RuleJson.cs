using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Fablab.Domain.Billing;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Domain.Trainings;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;

namespace Fablab.Web.Data.Mappings;

/// <summary>
/// Rules as JSON, in the database and in the API alike: every rule names its <c>kind</c>, lengths are <c>h:mm:ss</c>, days and times are
/// those of the site's wall clock. A kind that was written once is read for ever.
/// </summary>
internal static class RuleJson
{
    public static readonly JsonSerializerOptions Options = Create();

    /// <summary>All kinds, by the name that JSON and refusals use.</summary>
    public static readonly IReadOnlyDictionary<string, Type> Kinds = typeof(BookingRule).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(BookingRule)) && !type.IsAbstract)
        .ToDictionary(type => (string)type.GetField("Kind", BindingFlags.Public | BindingFlags.Static)!.GetRawConstantValue()!, type => type, StringComparer.Ordinal);

    public static string Write(IReadOnlyList<BookingRule> rules) => JsonSerializer.Serialize(rules, Options);

    /// <exception cref="JsonException">Not a list of rules; the message says where.</exception>
    public static IReadOnlyList<BookingRule> Read(string json) =>
        JsonSerializer.Deserialize<IReadOnlyList<BookingRule>>(json, Options) ?? throw new JsonException("Rules are a list.");

    /// <summary>Adds what rules need to options that also write other things.</summary>
    public static JsonSerializerOptions WithRules(this JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        options.Converters.Add(new IdConverter<MemberId>(id => id.Value, value => new(value)));
        options.Converters.Add(new IdConverter<MachineId>(id => id.Value, value => new(value)));
        options.Converters.Add(new IdConverter<PoolId>(id => id.Value, value => new(value)));
        options.Converters.Add(new IdConverter<SiteId>(id => id.Value, value => new(value)));
        options.Converters.Add(new IdConverter<OrganisationId>(id => id.Value, value => new(value)));
        options.Converters.Add(new IdConverter<TariffGroupId>(id => id.Value, value => new(value)));
        options.Converters.Add(new IdConverter<BookingRuleId>(id => id.Value, value => new(value)));
        options.Converters.Add(new WeeklyWindowsConverter());
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NameKinds, LeaveOutWhatFollows } };
        return options;
    }

    private static JsonSerializerOptions Create() =>
        new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            AllowOutOfOrderMetadataProperties = true,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            RespectNullableAnnotations = true,
        }.ConfigureForNodaTime(DateTimeZoneProviders.Tzdb).WithRules();

    private static void NameKinds(JsonTypeInfo info)
    {
        if (info.Type == typeof(BookingRule))
        {
            info.PolymorphismOptions = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "kind" };
            foreach (var (kind, type) in Kinds)
            {
                info.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(type, kind));
            }
        }
        else if (info.Type == typeof(FeePolicy))
        {
            info.PolymorphismOptions = new JsonPolymorphismOptions
            {
                TypeDiscriminatorPropertyName = "kind",
                DerivedTypes = { new JsonDerivedType(typeof(FeePolicy.Fixed), "fixed"), new JsonDerivedType(typeof(FeePolicy.Share), "share") },
            };
        }
    }

    /// <summary>What is computed from the rest is not written.</summary>
    private static void LeaveOutWhatFollows(JsonTypeInfo info)
    {
        string[] follows = info.Type == typeof(RuleScope) ? ["rank"]
            : info.Type == typeof(Money) ? ["major"]
            : info.Type == typeof(TimeSlot) ? ["length"]
            : info.Type == typeof(AuthorisationTerms) ? ["countsUses"]
            : info.Type == typeof(Quiz) ? ["passMark"]
            : info.Type == typeof(Wording) ? ["isSaid"]
            : info.Type.IsAssignableTo(typeof(BookingRule)) ? ["code", "waives"]
            : [];
        foreach (var property in info.Properties.Where(property => follows.Contains(property.Name)).ToList())
        {
            info.Properties.Remove(property);
        }
    }

    private sealed class IdConverter<T>(Func<T, Guid> value, Func<Guid, T> id) : JsonConverter<T>
        where T : struct
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => id(reader.GetGuid());

        public override void Write(Utf8JsonWriter writer, T value1, JsonSerializerOptions options) => writer.WriteStringValue(value(value1));
    }

    /// <summary><c>[{ "day": "monday", "from": "08:00:00", "to": "12:00:00" }]</c></summary>
    private sealed class WeeklyWindowsConverter : JsonConverter<WeeklyWindows>
    {
        public override WeeklyWindows Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var windows = JsonSerializer.Deserialize<IReadOnlyList<FlatWindow>>(ref reader, options) ?? [];
            return windows.All(window => window.Day is >= IsoDayOfWeek.Monday and <= IsoDayOfWeek.Sunday)
                ? new WeeklyWindows([.. windows.Select(window => new WeeklyWindow(window.Day, new DailyWindow(window.From, window.To)))])
                : throw new JsonException("A day is one of monday to sunday.");
        }

        public override void Write(Utf8JsonWriter writer, WeeklyWindows value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.All.Select(window => new FlatWindow(window.Day, window.Window.From, window.Window.To)), options);
    }

    private sealed record FlatWindow(IsoDayOfWeek Day, LocalTime From, LocalTime To);
}
