using System.Text.RegularExpressions;

namespace Fablab.Domain.Tests.House;

/// <summary>What a file may be named, how long it may grow and what it may not give away.</summary>
public partial class The_files
{
    private const int MostLines = 400;

    private static readonly string[] SaysNothing = ["Services", "Helpers", "Managers", "Common", "Utils", "Utilities", "Misc"];

    [Test]
    public void Lie_in_folders_whose_name_says_what_is_inside()
    {
        var folders = Repository.Files.Select(file => Path.GetDirectoryName(file)!.Replace('\\', '/')).Distinct();

        Assert.That(folders.Where(folder => folder.Split('/').Intersect(SaysNothing, StringComparer.OrdinalIgnoreCase).Any()), Is.Empty);
    }

    [Test]
    public void Stay_short_enough_to_be_read_in_one_go()
    {
        var tooLong = Repository.Sources.Where(file => Repository.Read(file).AsSpan().Count('\n') > MostLines).ToList();

        Assert.That(tooLong, Is.Empty, $"More than {MostLines} lines");
    }

    [Test]
    public void Tell_nothing_of_the_computer_they_were_written_on()
    {
        var paths = new Regex($"{Regex.Escape(Repository.Root)}|/home/[a-z]|/Users/[a-z]|[A-Z]:\\\\Users", RegexOptions.CultureInvariant);

        Assert.That(Texts.Where(file => file != ThisFile && paths.IsMatch(Repository.Read(file))), Is.Empty);
    }

    [Test]
    public void Name_no_package_registry()
    {
        // The client's own settings say where packages come from; a host in the repository would be one more thing that can break a build.
        var hosts = new Regex(@"\b(nuget\.org|npmjs\.(org|com)|pypi\.org|crates\.io|maven\.org|proxy\.golang\.org)\b", RegexOptions.IgnoreCase);

        Assert.That(Texts.Where(file => file != ThisFile && hosts.IsMatch(Repository.Read(file))), Is.Empty);
    }

    [Test]
    public void That_were_approved_have_a_test_that_reads_them()
    {
        var recordings = Repository.Files.Where(Repository.IsRecording).Select(file => KindOfRecording().Replace(Path.GetFileNameWithoutExtension(file), "")).ToList();
        var orphans = Repository.Files.Where(file => file.Contains(".approved.", StringComparison.Ordinal)).Where(file => !IsRead(file, recordings));

        Assert.That(orphans, Is.Empty);
    }

    private static string ThisFile => "tests/Fablab.Domain.Tests/House/The_files.cs";

    private static IEnumerable<string> Texts => Repository.Files.Where(file => !Repository.IsRecording(file) && Path.GetExtension(file) is not (".ttf" or ".png" or ".pdf" or ".woff2" or ".ico"));

    private static bool IsRead(string approved, IReadOnlyList<string> recordings)
    {
        var project = string.Join('/', approved.Split('/').Take(2)) + "/";
        var name = Path.GetFileName(approved);
        name = name[..name.IndexOf(".approved.", StringComparison.Ordinal)];
        return recordings.Any(recording => name.StartsWith(recording, StringComparison.Ordinal))
            || Repository.Sources.Where(file => file.StartsWith(project, StringComparison.Ordinal)).Any(file => Repository.Read(file).Contains(name, StringComparison.Ordinal));
    }

    [GeneratedRegex("^(http|push|mqtt)-")]
    private static partial Regex KindOfRecording();
}
