using System.Text.RegularExpressions;

namespace Fablab.Domain.Tests.House;

/// <summary>Functions of state, event and time: what decides touches no wire, no disk, no clock and no chance (ADR 0008).</summary>
public partial class The_pure_cores
{
    private static readonly string[] Cores =
    [
        "src/Fablab.Domain/",
        "firmware-bridge/Fablab.Bridge/Supervision/",
        "firmware-bridge/Fablab.Bridge/Spool/JournalSender.cs",
        "firmware-bridge/Fablab.Bridge/Spool/SpoolChain.cs",
        "firmware-bridge/Fablab.Bridge/Spool/SessionTotals.cs",
    ];

    private static IEnumerable<string> Files => Repository.Sources.Where(file => Cores.Any(core => file.StartsWith(core, StringComparison.Ordinal)));

    [Test]
    public void Are_where_they_are_looked_for() =>
        Assert.That(Cores.Where(core => !Files.Any(file => file.StartsWith(core, StringComparison.Ordinal))), Is.Empty);

    [TestCaseSource(nameof(Files))]
    public void Ask_the_world_for_nothing(string file)
    {
        var asked = Repository.Read(file).Split('\n')
            .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
            .SelectMany(line => World().Matches(line).Select(match => match.Value));

        Assert.That(asked, Is.Empty);
    }

    [GeneratedRegex(@"\b(Guid\.(NewGuid|CreateVersion7)|Random|RandomNumberGenerator|Stopwatch|TimeProvider|Environment|Task|ValueTask|async|await|Thread|Socket|HttpClient|ILogger|Console)\b|\b(File|Directory)\.")]
    private static partial Regex World();
}
