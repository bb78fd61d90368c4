using System.Text.RegularExpressions;

namespace Fablab.Domain.Tests.House;

/// <summary>What goes wrong elsewhere is held by a test here, or its feature is not there yet.</summary>
public partial class The_known_defects
{
    private const int Known = 20;

    private static IReadOnlyList<Match> Rows { get; } = [.. Row().Matches(Repository.Read("docs/known-defects.md")).Cast<Match>()];

    [Test]
    public void Are_all_told_in_order() =>
        Assert.That(Rows.Select(row => row.Groups["number"].Value), Is.EqualTo(Enumerable.Range(1, Known).Select(number => $"D{number}")));

    [Test]
    public void Have_a_test_or_wait_for_what_would_need_it() =>
        Assert.That(Rows.Where(row => !NamesTests(row) && !row.Groups["tests"].Value.StartsWith("comes with ", StringComparison.Ordinal)).Select(row => row.Value), Is.Empty);

    [Test]
    public void Name_only_tests_that_exist()
    {
        var missing = Rows.SelectMany(row => OfProject().Matches(row.Groups["tests"].Value))
            .SelectMany(project => Test().Matches(project.Value)
                .Where(test => !Exists($"tests/Fablab.{project.Groups["project"].Value}.Tests/", test.Groups["class"].Value, test.Groups["method"].Value))
                .Select(test => $"{project.Groups["project"].Value}: {test.Value}"));

        Assert.That(missing, Is.Empty);
    }

    /// <summary>Every test stands behind the name of its project, so none is passed over.</summary>
    private static bool NamesTests(Match row)
    {
        var tests = row.Groups["tests"].Value;
        return Quoted().Count(tests) is > 0 and var quoted && quoted == OfProject().Matches(tests).Sum(project => Test().Count(project.Value));
    }

    private static bool Exists(string folder, string type, string method) => Repository.Sources
        .Where(file => file.StartsWith(folder, StringComparison.Ordinal) && Path.GetFileNameWithoutExtension(file) == type)
        .Select(Repository.Read)
        .Any(text => Regex.IsMatch(text, $@"\bclass {type}\b") && Regex.IsMatch(text, $@"^    public (async )?(void|Task) {method}\(", RegexOptions.Multiline));

    [GeneratedRegex(@"^\| (?<number>D\d+) \| (?<elsewhere>[^|]+) \| (?<tests>[^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"(?<project>[A-Z]\w+): `[^`]+`(, `[^`]+`)*")]
    private static partial Regex OfProject();

    [GeneratedRegex(@"`(?<class>\w+)\.(?<method>\w+)`")]
    private static partial Regex Test();

    [GeneratedRegex("`[^`]+`")]
    private static partial Regex Quoted();
}
