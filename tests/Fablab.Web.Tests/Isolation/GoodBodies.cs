using System.Text.Json.Nodes;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Isolation;

/// <summary>For each operation a body that is well formed, made from the API's description: what is refused then is refused for who asks.</summary>
internal sealed class GoodBodies(JsonNode description)
{
    private const string SchemaReference = "#/components/schemas/";

    private static readonly Dictionary<string, string> Known = new()
    {
        ["machine"] = "printer-1", ["topic"] = "plug-x", ["site"] = "atelier", ["email"] = "stranger@fablab.example", ["currency"] = "EUR", ["period"] = "2027-02", ["birthDate"] = "1990-05-17", ["firstStart"] = "2027-03-20T09:00:00",
        ["start"] = "2027-03-20T09:00:00Z", ["from"] = "2027-03-01T09:00:00Z", ["windowStart"] = "2027-03-20T09:00:00Z",
        ["end"] = "2027-03-20T10:00:00Z", ["to"] = "2027-03-01T10:00:00Z", ["until"] = "2027-06-01T00:00:00Z", ["windowEnd"] = "2027-03-20T12:00:00Z",
    };

    /// <summary>One of several is asked for, which a description cannot say.</summary>
    private static readonly Dictionary<string, (string Name, string Value)[]> Needed = new()
    {
        ["/api/v1/reservations/{id}/transfer"] = [("toEmail", DemoIds.Owner)],
        ["/api/v1/sites"] = [("code", "third-site"), ("timeZone", "Europe/Paris")], ["/api/v1/sites/{code}/bridges"] = [("code", "another-bridge")],
        ["/api/v1/sites/{code}/machines"] = [("code", "another-machine"), ("tariff", "Meeting room")], ["/api/v1/sites/{code}/pools"] = [("code", "another-pool")],
        ["/api/v1/legal-entities"] = [("invoiceSeries", "OTHER")],
    };

    /// <returns><see langword="null"/> when the operation takes none.</returns>
    public JsonNode? Of(string method, string path)
    {
        var schema = description["paths"]?[path]?[method.ToLowerInvariant()]?["requestBody"]?["content"]?["application/json"]?["schema"];
        if (schema is null)
        {
            return null;
        }

        var body = Object(Resolved(schema), path);
        foreach (var (name, value) in Needed.GetValueOrDefault(path, []))
        {
            body[name] = value;
        }

        return body;
    }

    private JsonObject Object(JsonNode schema, string path)
    {
        var made = new JsonObject();
        var required = (schema["required"] as JsonArray ?? []).Select(name => (string)name!).ToList();
        foreach (var name in required)
        {
            made[name] = Value(name, Resolved(schema["properties"]![name]!), path);
        }

        return made;
    }

    private JsonNode? Value(string name, JsonNode schema, string path)
    {
        if (name == "start" && path.Contains("series", StringComparison.Ordinal))
        {
            return "2027-03-20T09:00:00";
        }

        if (Known.TryGetValue(name, out var known))
        {
            return known;
        }

        if (schema["enum"] is JsonArray words)
        {
            return words[0]?.DeepClone();
        }

        if (schema["properties"] is JsonObject { Count: 2 } languages && languages.ContainsKey("fr") && languages.ContainsKey("en"))
        {
            // A text in one of two languages, of which none is required by itself.
            return new JsonObject { ["en"] = "Said in a test" };
        }

        if (schema["properties"] is JsonObject)
        {
            return Object(schema, path);
        }

        var types = (schema["type"] as JsonArray)?.Select(type => (string?)type).ToList() ?? [(string?)schema["type"]];
        return types switch
        {
            _ when types.Contains("null") || name is "quietFrom" or "quietUntil" => null,
            _ when types.Contains("array") || name is "rules" => new JsonArray(),
            _ when types.Contains("integer") || types.Contains("number") => 1800,
            _ when types.Contains("boolean") => true,
            _ when (string?)schema["format"] == "uuid" => Guid.NewGuid().ToString(),
            _ => "Said in a test",
        };
    }

    private JsonNode Resolved(JsonNode node)
    {
        while (((string?)node["$ref"] ?? (string?)(node["oneOf"] as JsonArray)?.Select(one => one?["$ref"]).FirstOrDefault(one => one is not null)) is { } named)
        {
            node = description["components"]!["schemas"]![named[SchemaReference.Length..]]!;
        }

        return node;
    }
}
