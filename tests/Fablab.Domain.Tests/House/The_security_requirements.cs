using System.Text.RegularExpressions;

namespace Fablab.Domain.Tests.House;

/// <summary>Each is tried by a test, or the document says why not.</summary>
public partial class The_security_requirements
{
    private const int Known = 68;

    private const string Reason = "none: ";

    private static IReadOnlyList<Match> Rows { get; } = [.. Row().Matches(Repository.Read("docs/security.md")).Cast<Match>()];

    [Test]
    public void Are_all_told_in_order() =>
        Assert.That(Rows.Select(row => row.Groups["number"].Value), Is.EqualTo(Enumerable.Range(1, Known).Select(number => $"S{number}")));

    [Test]
    public void Have_a_test_or_a_reason() => Assert.That(
        Rows.Where(row => !NamedTests.AreIn(row.Groups["tests"].Value) && !row.Groups["tests"].Value.StartsWith(Reason, StringComparison.Ordinal)).Select(row => row.Value),
        Is.Empty);

    [Test]
    public void Name_only_tests_that_exist() => Assert.That(Rows.SelectMany(row => NamedTests.MissingIn(row.Groups["tests"].Value)), Is.Empty);

    [GeneratedRegex(@"^\| (?<number>S\d+) \| [^|]* \| (?<requirement>[^|]+) \| (?<tests>[^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
