using System.Text.RegularExpressions;

namespace Fablab.Domain.Tests.House;

/// <summary>A document that points nowhere, or tells a command that is not the one we run, is a bug.</summary>
public partial class The_documents
{
    [Test]
    public void Point_only_to_what_is_there()
    {
        var broken = Repository.Documents.SelectMany(document => Links().Matches(Code().Replace(Repository.Read(document), ""))
            .Select(link => link.Groups[1].Value)
            .Where(target => !target.Contains(':', StringComparison.Ordinal) && !IsThere(document, target))
            .Select(target => $"{document}: {target}"));

        Assert.That(broken, Is.Empty);
    }

    [Test]
    public void Tell_the_test_command_that_CI_runs()
    {
        const string Command = "dotnet test --solution Fablab.sln";

        using var all = Assert.EnterMultipleScope();
        Assert.That(Repository.Read("README.md"), Does.Contain(Command));
        Assert.That(Repository.Read(".ci/run"), Does.Contain(Command));
    }

    [Test]
    public void Promise_in_the_readme_no_more_safety_than_there_is() =>
        Assert.That(Repository.Read("README.md"), Does.Contain("*supplementary*").And.Contain("not a certified safety function"));

    private static bool IsThere(string document, string target)
    {
        var parts = target.Split('#');
        var file = parts[0].Length == 0
            ? document
            : Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(document)!, parts[0]))).Replace('\\', '/');
        if (!File.Exists(Path.Combine(Repository.Root, file)))
        {
            return parts.Length == 1 && Directory.Exists(Path.Combine(Repository.Root, file));
        }

        return parts.Length == 1 || Headings().Matches(Repository.Read(file)).Any(heading => Anchor(heading.Groups[1].Value) == parts[1]);
    }

    /// <summary>As code hosts make it: lower case, hyphens for spaces, nothing else but letters and digits.</summary>
    private static string Anchor(string heading) =>
        NoAnchor().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Links();

    [GeneratedRegex("```.*?```|`[^`\n]*`(?!\\])", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex("^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();
}
