using System.Text.Json;

namespace Fablab.Bridge.Tests.Drivers.OctoPrint;

/// <summary>The recorded lines of one file; see the README beside the recordings.</summary>
internal static class Recording
{
    public static IEnumerable<string> Files(string kind) => Directory
        .EnumerateFiles(Repository.OctoPrintRecordings, $"{kind}-*.jsonl")
        .Order(StringComparer.Ordinal);

    public static IEnumerable<JsonElement> Lines(string file) => File
        .ReadLines(file)
        .Where(line => line.Length > 0)
        .Select(line => JsonDocument.Parse(line).RootElement);

    public static IEnumerable<Exchange> Exchanges(string file) => Lines(file)
        .Where(line => line.GetProperty("kind").GetString() == "http")
        .Select(Exchange.From);

    /// <summary>Messages in the order they came, each with its seconds since the socket was opened.</summary>
    public static IEnumerable<(double Seconds, JsonElement Message)> Pushed(string file) =>
        from line in Lines(file)
        where line.GetProperty("kind").GetString() == "ws-recv" && line.TryGetProperty("messages", out var messages)
            && messages.ValueKind is JsonValueKind.Array
        from message in line.GetProperty("messages").EnumerateArray()
        select (line.GetProperty("t").GetDouble(), message);
}

/// <summary>One question and its answer. Times in seconds.</summary>
internal sealed record Exchange(
    string Step, double AskedAt, double AnsweredAt, string Method, string Target, JsonElement Request, int Status, JsonElement Answer)
{
    public static Exchange From(JsonElement line)
    {
        var request = line.GetProperty("request");
        var response = line.GetProperty("response");
        var asked = line.GetProperty("t").GetDouble();
        return new Exchange(
            line.GetProperty("step").GetString()!,
            asked,
            asked + (line.GetProperty("elapsed_ms").GetDouble() / 1000),
            request.GetProperty("method").GetString()!,
            request.GetProperty("target").GetString()!,
            Body(request),
            response.GetProperty("status").GetInt32(),
            Body(response));
    }

    private static JsonElement Body(JsonElement side) =>
        side.TryGetProperty("json", out var json) ? json : side.TryGetProperty("text", out var text) ? text : default;
}
