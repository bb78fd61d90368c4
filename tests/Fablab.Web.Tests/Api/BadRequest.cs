using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Fablab.Web.Tests.Api;

/// <summary>One operation of the API, as a source of requests that are mostly wrong.</summary>
internal sealed class BadRequest(string method, string path, IReadOnlyList<JsonNode> parameters, JsonNode? schema, BadValues values)
{
    private static readonly string[] Methods = ["get", "post", "put", "delete"];

    private static readonly string[] ContentTypes = ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-99"];

    public static IReadOnlyList<BadRequest> Operations(JsonNode description)
    {
        var values = new BadValues(description);
        return
        [
            .. from path in description["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               where Methods.Contains(operation.Key)
               select new BadRequest(
                   operation.Key,
                   path.Key,
                   [.. (operation.Value!["parameters"]?.AsArray() ?? []).Select(parameter => parameter!)],
                   operation.Value["requestBody"]?["content"]?["application/json"]?["schema"],
                   values),
        ];
    }

    public HttpRequestMessage Make(Random random)
    {
        var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), new Uri(Address(random), UriKind.Relative));
        if (method is not "get" && random.Next(20) > 0)
        {
            request.Content = new ByteArrayContent(Body(random));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(random.Next(20) == 0 ? ContentTypes[random.Next(ContentTypes.Length)] : "application/json");
        }

        foreach (var header in new[] { "If-Match", "If-None-Match", "Idempotency-Key" }.Where(_ => random.Next(10) == 0))
        {
            request.Headers.TryAddWithoutValidation(header, random.Next(3) switch
            {
                0 => "\"nonsense\"",
                1 => "W/x,,\"",
                _ => new string('k', random.Next(1, 300)),
            });
        }

        return request;
    }

    private string Address(Random random)
    {
        var address = path;
        var query = new List<string>();
        foreach (var parameter in parameters)
        {
            var name = (string)parameter["name"]!;
            switch ((string)parameter["in"]!)
            {
                case "path":
                    address = address.Replace($"{{{name}}}", Uri.EscapeDataString(InPath(random.Next(3) == 0 ? Guid.NewGuid().ToString() : BadValues.Text(random))), StringComparison.Ordinal);
                    break;
                case "query" when random.Next(3) > 0:
                    query.Add($"{name}={Uri.EscapeDataString(random.Next(3) == 0 ? BadValues.Number(random).ToString(CultureInfo.InvariantCulture) : BadValues.Text(random))}");
                    break;
            }
        }

        return query.Count == 0 ? address : $"{address}?{string.Join('&', query)}";
    }

    // No server lets a NUL into a path, and without anything there it would be another address.
    private static string InPath(string text) => text.Replace("\0", "", StringComparison.Ordinal) is { Length: > 0 } kept ? kept : "x";

    private byte[] Body(Random random) => random.Next(14) switch
    {
        0 => [],
        1 => "{"u8.ToArray(),
        2 => "[]"u8.ToArray(),
        3 => "null"u8.ToArray(),
        4 => Encoding.UTF8.GetBytes(new string('[', 500)),
        5 => Encoding.UTF8.GetBytes($"\"{new string('x', 20_000)}\""),
        6 => [0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d],   // no UTF-8
        _ => Encoding.UTF8.GetBytes(schema is null ? "{}" : values.Of(schema, random)?.ToJsonString() ?? "null"),
    };
}
