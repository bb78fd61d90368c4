using System.Text.Json.Nodes;

namespace Fablab.Bridge.Tests.Simulator;

/// <summary>Reads what real controllers put on the wire, from <c>tests/recordings</c>.</summary>
internal static class RecordedFile
{
    public static IReadOnlyList<JsonObject> Read(string folder, string namePattern)
    {
        var file = Directory.GetFiles(Path.Combine(Root(), "tests", "recordings", folder), namePattern).Single();
        return [.. File.ReadLines(file).Select(line => JsonNode.Parse(line)!.AsObject())];
    }

    public static string Sample(string name) => Path.Combine(Root(), "tests", "gcode", name);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Fablab.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("Fablab.sln was not found above the tests.");
        }

        return folder.FullName;
    }
}
