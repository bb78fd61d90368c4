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
    public void Have_a_test_or_wait_for_what_would_need_it() => Assert.That(
        Rows.Where(row => !NamedTests.AreIn(row.Groups["tests"].Value) && !row.Groups["tests"].Value.StartsWith("comes with ", StringComparison.Ordinal)).Select(row => row.Value),
        Is.Empty);

    [Test]
    public void Name_only_tests_that_exist() => Assert.That(Rows.SelectMany(row => NamedTests.MissingIn(row.Groups["tests"].Value)), Is.Empty);

    [GeneratedRegex(@"^\| (?<number>D\d+) \| (?<elsewhere>[^|]+) \| (?<tests>[^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
