using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fablab.Bridge.Tests.Simulator;

/// <summary>
/// Compares two answers by member names and JSON kinds. A null fits any kind, since whether a number is known yet is a
/// matter of time; each element of an array must have a fellow of its shape on the other side.
/// </summary>
internal static class JsonShape
{
    public static IReadOnlyList<string> Differences(JsonNode? recorded, JsonNode? ours, string path = "$")
    {
        if (recorded is null || ours is null)
        {
            return [];
        }

        return (recorded, ours) switch
        {
            (JsonObject a, JsonObject b) => InObjects(a, b, path),
            (JsonArray a, JsonArray b) => InArrays(a, b, path),
            (JsonValue a, JsonValue b) when Kind(a) == Kind(b) => [],
            _ => [$"{path}: recorded {Kind(recorded)}, ours {Kind(ours)}"],
        };
    }

    private static List<string> InObjects(JsonObject recorded, JsonObject ours, string path) =>
    [
        .. recorded.Where(member => !ours.ContainsKey(member.Key)).Select(member => $"{path}.{member.Key} is missing"),
        .. ours.Where(member => !recorded.ContainsKey(member.Key)).Select(member => $"{path}.{member.Key} was not recorded"),
        .. recorded.Where(member => ours.ContainsKey(member.Key)).SelectMany(member => Differences(member.Value, ours[member.Key], $"{path}.{member.Key}")),
    ];

    private static List<string> InArrays(JsonArray recorded, JsonArray ours, string path) =>
    [
        .. recorded.Where(a => ours.Count > 0 && ours.All(b => Differences(a, b).Count > 0)).Select(a => $"{path}[] lacks the recorded {a?.ToJsonString()}"),
        .. ours.Where(b => recorded.Count > 0 && recorded.All(a => Differences(a, b).Count > 0)).Select(b => $"{path}[] has an unrecorded {b?.ToJsonString()}"),
    ];

    private static JsonValueKind Kind(JsonNode node) => node.GetValueKind() is JsonValueKind.False ? JsonValueKind.True : node.GetValueKind();
}
