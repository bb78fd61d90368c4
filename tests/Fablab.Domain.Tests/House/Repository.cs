namespace Fablab.Domain.Tests.House;

/// <summary>The files of the repository as they lie in the work tree, without what builds and runs leave behind.</summary>
internal static class Repository
{
    private static readonly string[] Left =
        [".git", ".vs", ".idea", ".vscode", "bin", "obj", "artifacts", "TestResults", "node_modules", "fablab-data", "bridge-data"];

    public static string Root { get; } = FindRoot();

    /// <summary>Paths below the root, with forward slashes, in order.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Below(Root).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> Sources => Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal) && !IsMigration(file));

    public static IEnumerable<string> Projects => Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal));

    public static IEnumerable<string> Documents => Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal) && !IsRecording(file));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>What real controllers said is kept as it was.</summary>
    public static bool IsRecording(string file) => file.StartsWith("tests/recordings/", StringComparison.Ordinal) || file.StartsWith("tests/gcode/", StringComparison.Ordinal);

    private static bool IsMigration(string file) => file.Contains("/Migrations/", StringComparison.Ordinal);

    private static IEnumerable<string> Below(string folder) =>
        Directory.EnumerateFiles(folder).Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Concat(Directory.EnumerateDirectories(folder).Where(inner => !Left.Contains(Path.GetFileName(inner))).SelectMany(Below));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Fablab.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside of the repository.");
    }
}
