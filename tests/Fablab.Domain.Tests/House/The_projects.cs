using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Fablab.Domain.Tests.House;

/// <summary>Who may know whom, and where versions stand.</summary>
public partial class The_projects
{
    [TestCase("src/Fablab.Domain")]
    [TestCase("src/Fablab.Contracts")]
    [TestCase("src/Fablab.Mqtt")]
    [TestCase("firmware-bridge/Fablab.Bridge", "Fablab.Contracts", "Fablab.Mqtt")]
    [TestCase("firmware-bridge/Fablab.MachineSimulator", "Fablab.Contracts")]
    [TestCase("src/Fablab.ServerProtocol", "Fablab.Domain", "Fablab.Contracts")]
    [TestCase("src/Fablab.Web", "Fablab.Domain", "Fablab.Contracts", "Fablab.ServerProtocol", "Fablab.Mqtt", "Fablab.Bridge", "Fablab.MachineSimulator")]
    public void Know_only_those_they_may_know(string folder, params string[] wanted)
    {
        var known = Named(ProjectIn(folder), "ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Replace('\\', '/')));

        Assert.That(known, Is.EquivalentTo(wanted));
    }

    [TestCase("src/Fablab.Domain", "NodaTime")]
    [TestCase("src/Fablab.Contracts")]
    [TestCase("src/Fablab.ServerProtocol")]
    public void Keep_rules_and_messages_free_of_packages(string folder, params string[] wanted) =>
        Assert.That(Named(ProjectIn(folder), "PackageReference"), Is.EquivalentTo(wanted));

    [Test]
    public void Let_bridge_and_simulator_be_hosted_by_the_composition_of_the_web_alone()
    {
        var elsewhere = Repository.Sources
            .Where(file => file.StartsWith("src/Fablab.Web/", StringComparison.Ordinal))
            .Where(file => file is not "src/Fablab.Web/Program.cs" && !file.StartsWith("src/Fablab.Web/Demo/", StringComparison.Ordinal))
            .Where(file => BridgeOrSimulator().IsMatch(Repository.Read(file)));

        Assert.That(elsewhere, Is.Empty, "Only Program.cs and Demo/ may know the namespaces of bridge and simulator");
    }

    [Test]
    public void Start_no_other_program()
    {
        var starting = Repository.Sources
            .Where(file => file.StartsWith("src/", StringComparison.Ordinal) || file.StartsWith("firmware-bridge/", StringComparison.Ordinal))
            .Where(file => OtherPrograms().IsMatch(Repository.Read(file)));

        Assert.That(starting, Is.Empty, "Nobody who breaks in finds a way to a shell, and the operating system may forbid one");
    }

    [Test]
    public void Are_all_in_the_solution()
    {
        var solution = Repository.Read("Fablab.sln").Replace('\\', '/');

        Assert.That(Repository.Projects.Where(project => !solution.Contains($"\"{project}\"", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Take_every_version_from_one_file()
    {
        var own = Repository.Projects.Where(project => XDocument.Parse(Repository.Read(project)).Descendants("PackageReference")
            .Any(reference => reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null || reference.Element("Version") is not null));

        Assert.That(own, Is.Empty, "Versions stand in Directory.Packages.props");
    }

    [Test]
    public void Use_only_packages_whose_reason_and_licence_are_written_down()
    {
        var document = Repository.Read("docs/dependencies.md");
        var used = Named("Directory.Packages.props", "PackageVersion").ToList();
        var written = InRows().Matches(document).SelectMany(row => Quoted().Matches(row.Value.Split('|')[1])).Select(name => name.Groups[1].Value).ToList();

        using var all = Assert.EnterMultipleScope();
        Assert.That(used.Except(written), Is.Empty, "Not in docs/dependencies.md");
        Assert.That(written.Except(used), Is.Empty, "In docs/dependencies.md and no longer used");
    }

    private static string ProjectIn(string folder) => $"{folder}/{Path.GetFileName(folder)}.csproj";

    private static IEnumerable<string> Named(string file, string item) =>
        XDocument.Parse(Repository.Read(file)).Descendants(item).Select(element => element.Attribute("Include")!.Value);

    [GeneratedRegex(@"\bProcess\.Start\b|\bProcessStartInfo\b|\bnew Process\b|\bDllImport\b|\bLibraryImport\b")]
    private static partial Regex OtherPrograms();

    [GeneratedRegex(@"\bFablab\.(Bridge|MachineSimulator)\b(?!-)")]
    private static partial Regex BridgeOrSimulator();

    [GeneratedRegex("^\\| `.*$", RegexOptions.Multiline)]
    private static partial Regex InRows();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
