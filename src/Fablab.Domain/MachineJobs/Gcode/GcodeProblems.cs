namespace Fablab.Domain.MachineJobs.Gcode;

/// <summary>The first reasons against a program, each with the line it stands in.</summary>
internal sealed class GcodeProblems
{
    private readonly List<GcodeProblem> found = [];

    /// <summary>The line that is read now, from 1 on.</summary>
    public long Line { get; set; } = 1;

    public IReadOnlyList<GcodeProblem> Found => found;

    public void Report(string code, string text, string remedy)
    {
        // One of a kind per line is enough for people.
        if (found.Count < GcodeAnalyzer.MaxProblems && !(found.Count > 0 && found[^1].Line == Line && found[^1].Code == code))
        {
            found.Add(new GcodeProblem(code, Line, text, remedy));
        }
    }
}
