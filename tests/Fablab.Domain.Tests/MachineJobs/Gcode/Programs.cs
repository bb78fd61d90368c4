using System.Runtime.CompilerServices;
using Fablab.Domain.MachineJobs.Gcode;
using Fablab.Domain.Machines;

namespace Fablab.Domain.Tests.MachineJobs.Gcode;

/// <summary>Real jobs from <c>tests/gcode</c> and a few lines of our own.</summary>
internal static class Programs
{
    public static string Read(string name, [CallerFilePath] string source = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(source)!, "../../../gcode", name));

    public static GcodeAnalysis Analyze(string text, MachineProfile? profile = null)
    {
        using var reader = new StringReader(text);
        return GcodeAnalyzer.Analyze(reader, profile ?? MachineProfile.Unchecked);
    }
}
