using System.Text.RegularExpressions;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Tests.Testing;

namespace Fablab.Web.Tests.Api;

public sealed partial class The_list_of_refusals
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "refusals.md"));

    [Test]
    public void Has_every_code_with_its_status()
    {
        var told = Rows("Codes of answers").Select(row => $"{row[0]} {row[1].Split(' ')[0]}");

        var known = RefusalTable.Answers.Select(answer => $"{answer.Key} {answer.Value.Status}");

        Assert.That(told, Is.EquivalentTo(known));
    }

    [Test]
    public void Has_no_refusal_that_looks_like_a_success() =>
        Assert.That(RefusalTable.Answers.Values.Select(answer => answer.Status), Has.All.InRange(400, 599));

    [Test]
    public void Covers_every_refusal_there_is()
    {
        var refusals = new[] { typeof(Refusal).Assembly, typeof(RefusalTable).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsSubclassOf(typeof(Refusal)) && !type.IsAbstract);

        Assert.That(refusals.Select(CodeOf), Is.SubsetOf(RefusalTable.Answers.Keys));
    }

    [Test]
    public void Has_every_booking_problem_with_its_severity()
    {
        var told = Rows("Codes of booking problems").Select(row => $"{row[0]} {row[1]}");

        Assert.That(told, Is.EquivalentTo(ProblemsInTheSources().Concat(ProblemsOfStandings()).Distinct()));
    }

    private static IEnumerable<string> ProblemsInTheSources()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories);
        foreach (var text in files.Select(File.ReadAllText).Where(text => text.Contains(nameof(BookingProblem), StringComparison.Ordinal)))
        {
            foreach (Match match in ShortForm().Matches(text))
            {
                yield return $"{match.Groups["code"].Value} hard";
            }

            foreach (Match match in LongForm().Matches(text))
            {
                yield return $"{match.Groups["code"].Value} {match.Groups["severity"].Value.ToLowerInvariant()}";
            }
        }
    }

    private static IEnumerable<string> ProblemsOfStandings() =>
        from lack in Enum.GetValues<MembershipLack>()
        from age in Enum.GetValues<AgeLack>()
        from problem in new MemberStanding { Lack = lack, Age = age, IsSuspended = true, HasAcceptedTerms = false, HasAcceptedSafetyRules = false }.Against()
        select $"{problem.Code} {(problem.IsHard ? "hard" : "soft")}";

    private static string CodeOf(Type refusal)
    {
        var constructor = refusal.GetConstructors().Single();
        var made = constructor.Invoke([.. constructor.GetParameters().Select(parameter =>
            parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null)]);
        return ((Refusal)made).Code;
    }

    private static IEnumerable<string[]> Rows(string heading)
    {
        var section = Document[Document.IndexOf($"## {heading}", StringComparison.Ordinal)..];
        var next = section.IndexOf("\n## ", 1, StringComparison.Ordinal);
        return (next < 0 ? section : section[..next]).Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..])
            .Select(cells => cells.Select(cell => cell.Trim('`')).ToArray());
    }

    [GeneratedRegex("(Hard|Against)\\(\"(?<code>[a-z-]+)\"")]
    private static partial Regex ShortForm();

    [GeneratedRegex("\\(\\s*\"(?<code>[a-z-]+)\",\\s*ProblemSeverity\\.(?<severity>Hard|Soft)")]
    private static partial Regex LongForm();
}
