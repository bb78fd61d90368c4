using System.Text.RegularExpressions;

namespace Fablab.Domain.Tests.House;

/// <summary>Tests that a document names as proof, <c>Web: `A_mail.Is_one_clean_mail`</c>: behind the name of their project, class and method.</summary>
internal static partial class NamedTests
{
    /// <summary>Every test stands behind the name of its project, so none is passed over.</summary>
    public static bool AreIn(string text) =>
        Quoted().Count(text) is > 0 and var quoted && quoted == OfProject().Matches(text).Sum(project => Test().Count(project.Value));

    public static IEnumerable<string> MissingIn(string text) => OfProject().Matches(text)
        .SelectMany(project => Test().Matches(project.Value)
            .Where(test => !Exists($"tests/Fablab.{project.Groups["project"].Value}.Tests/", test.Groups["class"].Value, test.Groups["method"].Value))
            .Select(test => $"{project.Groups["project"].Value}: {test.Value}"));

    private static bool Exists(string folder, string type, string method) => Repository.Sources
        .Where(file => file.StartsWith(folder, StringComparison.Ordinal) && Path.GetFileNameWithoutExtension(file) == type)
        .Select(Repository.Read)
        .Any(text => Regex.IsMatch(text, $@"\bclass {type}\b") && Regex.IsMatch(text, $@"^    public (async )?(void|Task) {method}\(", RegexOptions.Multiline));

    [GeneratedRegex(@"(?<project>[A-Z]\w+): `[^`]+`(, `[^`]+`)*")]
    private static partial Regex OfProject();

    [GeneratedRegex(@"`(?<class>\w+)\.(?<method>\w+)`")]
    private static partial Regex Test();

    [GeneratedRegex("`[^`]+`")]
    private static partial Regex Quoted();
}
