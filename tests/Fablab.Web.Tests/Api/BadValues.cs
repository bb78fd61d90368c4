using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fablab.Web.Data.Mappings;

namespace Fablab.Web.Tests.Api;

/// <summary>Values for the members of a body: some are as described, most are not.</summary>
internal sealed class BadValues(JsonNode description)
{
    private const int Deepest = 6;
    private const string SchemaReference = "#/components/schemas/";

    private static readonly string[] Texts =
    [
        "", " ", "printer-1", "printers", "room-1", "no-such-machine", "atelier", "campus", "Europe/Nowhere", "2026-13-45T99:99:99Z", "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z", "-9998-01-01T00:00:00Z", "2026-03-09T09:00:00Z", "2026-03-09T08:00:00Z", "2026-03-29T02:30:00", "2026-02-30", "1969-12-31", "0:30:00", "1:00:00",
        "-1:00:00", "99999999:00:00", "1e400", "NaN", "monday", "\u202e\u0000\ud83d\udd25", "' OR 1=1 --", "../../etc/passwd", "<script>", "%00",
        "00000000-0000-0000-0000-000000000000", "00000000-0000-7000-8000-000000000011", "00000000-0000-7000-8000-000000000031",
    ];

    private static readonly string[] RuleMembers =
    [
        "minimum", "maximum", "granularity", "toBook", "toChange", "toCancel", "ahead", "between", "per", "setUp", "cleanUp", "mostTime", "mostBookings", "period", "rollingDays",
        "whose", "enforced", "includesPast", "windows", "relaxes", "mayCrossClosing", "first", "last", "time", "reason", "public", "named", "exceptions", "hours", "for",
        "whenLongerThan", "whenOutside", "heldFor", "atLeast", "codes", "terms", "version", "use", "before", "scope", "liftedBy", "id",
    ];

    public JsonNode? Of(JsonNode schema, Random random, int depth = 0)
    {
        var resolved = Resolved(schema);
        if (depth > Deepest || random.Next(6) == 0)
        {
            return Garbage(random);
        }

        if (resolved["properties"] is JsonObject properties)
        {
            return Object(properties, random, depth);
        }

        if (resolved["enum"] is JsonArray words && random.Next(3) > 0)
        {
            return words[random.Next(words.Count)]?.DeepClone();
        }

        return TypeOf(resolved) switch
        {
            "array" => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => resolved["items"] is { } items ? Of(items, random, depth + 1) : Garbage(random))]),
            "integer" or "number" => JsonValue.Create(Number(random)),
            "boolean" => JsonValue.Create(random.Next(2) == 0),
            _ => JsonValue.Create(random.Next(3) == 0 ? Instant(random) : Text(random)),
        };
    }

    public static string Text(Random random) => random.Next(30) == 0 ? new string('y', 5_000) : Texts[random.Next(Texts.Length)];

    public static double Number(Random random) => random.Next(8) switch
    {
        0 => 0,
        1 => -1,
        2 => 1.5,
        3 => int.MaxValue,
        4 => long.MinValue,
        5 => 1e308,
        _ => random.Next(1, 100_000),
    };

    private JsonObject Object(JsonObject properties, Random random, int depth)
    {
        var made = new JsonObject();
        foreach (var (name, property) in properties.Where(_ => random.Next(8) > 0))
        {
            // Rules describe themselves only in words.
            made[name] = name == "rules" && random.Next(4) > 0 ? Rules(random) : Of(property!, random, depth + 1);
        }

        if (random.Next(10) == 0)
        {
            made["surplus"] = Garbage(random);
        }

        return made;
    }

    private static JsonArray Rules(Random random)
    {
        var kinds = RuleJson.Kinds.Keys.ToList();
        return new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ =>
        {
            var rule = new JsonObject { ["kind"] = kinds[random.Next(kinds.Count)] };
            foreach (var member in RuleMembers.Where(_ => random.Next(4) == 0))
            {
                rule[member] = random.Next(3) == 0 ? Garbage(random) : JsonValue.Create(Text(random));
            }

            return rule;
        })]);
    }

    private static JsonNode? Garbage(Random random) => random.Next(7) switch
    {
        0 => null,
        1 => JsonValue.Create(Text(random)),
        2 => JsonValue.Create(Number(random)),
        3 => JsonValue.Create(true),
        4 => new JsonArray(),
        5 => new JsonObject { ["deep"] = new JsonObject { ["deeper"] = new JsonArray(JsonValue.Create(1)) } },
        _ => JsonSerializer.SerializeToNode(Enumerable.Range(0, 200)),
    };

    private JsonNode Resolved(JsonNode node)
    {
        for (var i = 0; i < Deepest; i++)
        {
            var named = (string?)node["$ref"] ?? (string?)(node["oneOf"] as JsonArray)?.Select(one => one?["$ref"]).FirstOrDefault(one => one is not null);
            if (named is null || !named.StartsWith(SchemaReference, StringComparison.Ordinal))
            {
                break;
            }

            node = description["components"]!["schemas"]![named[SchemaReference.Length..]]!;
        }

        return node;
    }

    private static string? TypeOf(JsonNode node) => node["type"] switch
    {
        JsonArray types => types.Select(type => (string?)type).FirstOrDefault(type => type != "null"),
        JsonValue type => (string?)type,
        _ => null,
    };

    private static string Instant(Random random) => new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero)
        .AddMinutes(random.Next(-1_000_000, 1_000_000)).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
