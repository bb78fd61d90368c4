namespace Fablab.Domain.MachineJobs.Gcode;

/// <summary>What a program says about itself, what its moves say, and what speaks against running it.</summary>
public sealed record GcodeAnalysis
{
    /// <summary>The first reasons against it, at most <see cref="GcodeAnalyzer.MaxProblems"/>; with one, the program is not run.</summary>
    public required IReadOnlyList<GcodeProblem> Problems { get; init; }

    public bool IsAccepted => Problems.Count == 0;

    public required long Lines { get; init; }

    /// <summary>Name and version of the slicer, when the file names it.</summary>
    public string? Slicer { get; init; }

    /// <summary>The slicer's estimate, else length by feed of all moves, accelerations left out; <see langword="null"/> without either.</summary>
    public Duration? Estimate { get; init; }

    public required EstimateSource EstimateSource { get; init; }

    /// <summary>As the slicer says, else what the moves push out.</summary>
    public double? FilamentMillimetres { get; init; }

    public double? FilamentGrams { get; init; }

    /// <summary>As the slicer names it: <c>PLA</c>; several are separated by a semicolon.</summary>
    public string? Material { get; init; }

    /// <summary>The hottest that is asked for; from the slicer's settings when a macro does the heating.</summary>
    public double? NozzleCelsius { get; init; }

    public double? BedCelsius { get; init; }

    /// <summary>The box around all commanded points, in millimetres; <see langword="null"/> on an axis that never moves.</summary>
    public required GcodeRange? X { get; init; }

    public required GcodeRange? Y { get; init; }

    public required GcodeRange? Z { get; init; }

    /// <summary>Length of the tool's whole way in millimetres.</summary>
    public required double PathMillimetres { get; init; }

    /// <summary>Numbers of the tools that are called, ascending.</summary>
    public required IReadOnlyList<int> Tools { get; init; }
}

public sealed record GcodeRange(double Min, double Max)
{
    public double Length => Max - Min;
}

public enum EstimateSource
{
    None,
    Slicer,
    Moves,
}

/// <summary>One reason against a program.</summary>
/// <param name="Code">Stable, <c>kebab-case</c>.</param>
/// <param name="Line">Counted from 1; 0 when it is about the file as a whole.</param>
/// <param name="Found">The piece of the line that it is about.</param>
/// <param name="Remedy">What the person can do.</param>
public sealed record GcodeProblem(string Code, long Line, string Found, string Remedy);
