using System.Text;
using System.Text.RegularExpressions;
using Fablab.Bridge.Runtime;
using Fablab.Bridge.Tests.Drivers.OctoPrint;
using Microsoft.Extensions.Configuration;

namespace Fablab.Bridge.Tests.Runtime;

/// <summary>What people copy from <c>docs/machines</c> must start.</summary>
public partial class The_pages_about_machines
{
    private static IEnumerable<string> Pages => Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "docs", "machines"), "*.md")
        .Select(file => Path.GetFileNameWithoutExtension(file))
        .Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Pages))]
    public void Show_settings_that_the_bridge_takes(string page)
    {
        var examples = Examples().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "machines", $"{page}.md")));

        Assert.That(examples, Is.Not.Empty, "each page shows an example");
        foreach (Match example in examples)
        {
            using var json = new MemoryStream(Encoding.UTF8.GetBytes(example.Groups["json"].Value));
            foreach (var machine in new ConfigurationBuilder().AddJsonStream(json).Build().GetSection("Bridge:Machines").GetChildren())
            {
                var (jobControl, interlock) = (machine.GetSection("JobControl"), machine.GetSection("Interlock"));
                Assert.That(KnownDrivers.Create().Check(jobControl.Exists() ? jobControl : null, interlock.Exists() ? interlock : null), Is.Empty);
            }
        }
    }

    [GeneratedRegex(@"```json\n(?<json>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Examples();
}
