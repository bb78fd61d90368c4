using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Fablab.Bridge.Tests.Drivers.Grbl;

/// <summary>One recorded conversation under <c>tests/recordings</c>; its README tells what each file holds.</summary>
internal sealed record GrblRecording(string Name, ImmutableArray<GrblRecordedLine> Lines)
{
    public IEnumerable<GrblRecordedLine> Received => Lines.Where(line => line.IsReceived);

    /// <summary>The G-code the recorded sender sent, in order.</summary>
    public IEnumerable<GrblRecordedLine> Program =>
        Lines.Where(line => line is { IsReceived: false, Realtime: null } && !line.Text.StartsWith('$') && line.Text.Length > 0);

    public static IEnumerable<string> Names =>
        new[] { "grbl", "grblhal" }.SelectMany(family => Directory.GetFiles(Path.Combine(Root, family), "*.jsonl")
            .Select(file => $"{family}/{Path.GetFileNameWithoutExtension(file)}")
            .Order(StringComparer.Ordinal));

    private static string Root => Path.Combine(RepositoryRoot(), "tests", "recordings");

    public static GrblRecording Load(string name) =>
        new(name, [.. File.ReadLines(Path.Combine(Root, name + ".jsonl")).Select(GrblRecordedLine.Parse)]);

    public TimeSpan FirstSent(byte realtime) => Lines.First(line => line.Realtime == realtime).At;

    public static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Fablab.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests must run inside the repository.");
    }
}

internal sealed record GrblRecordedLine(TimeSpan At, bool IsReceived, string Text, byte? Realtime)
{
    public static GrblRecordedLine Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var at = TimeSpan.FromSeconds(root.GetProperty("t").GetDouble());
        var isReceived = root.GetProperty("dir").GetString() == "rx";

        return root.TryGetProperty("realtime", out var realtime)
            ? new GrblRecordedLine(at, isReceived, string.Empty, byte.Parse(realtime.GetString()!.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            : new GrblRecordedLine(at, isReceived, root.GetProperty("line").GetString()!, null);
    }
}
