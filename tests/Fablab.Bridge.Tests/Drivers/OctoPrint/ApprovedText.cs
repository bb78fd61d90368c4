namespace Fablab.Bridge.Tests.Drivers.OctoPrint;

/// <summary>Compares a text with the approved one beside the tests; a difference is left as <c>.received.txt</c> to look at.</summary>
internal static class ApprovedText
{
    public static void Check(string name, string text, string driver = "OctoPrint")
    {
        var folder = Path.Combine(Repository.Root, "tests", "Fablab.Bridge.Tests", "Drivers", driver, "Approved");
        var approved = Path.Combine(folder, $"{name}.approved.txt");
        var received = Path.Combine(folder, $"{name}.received.txt");
        var expected = File.Exists(approved) ? File.ReadAllText(approved).ReplaceLineEndings("\n") : "";
        if (expected == text)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, text);
        Assert.That(text, Is.EqualTo(expected), $"{name} changed; compare {name}.received.txt with the approved file");
    }
}

internal static class Repository
{
    public static readonly string Root = FindRoot();

    public static string OctoPrintRecordings => Path.Combine(Root, "tests", "recordings", "octoprint");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Fablab.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("No Fablab.sln above the test's folder");
    }
}
