namespace Fablab.Domain.Machines;

/// <summary>What a machine's programs are checked against. What is <see langword="null"/> is not checked.</summary>
public sealed record MachineProfile
{
    public static readonly MachineProfile Unchecked = new();

    /// <summary>Where the tool may go, in millimetres of machine coordinates.</summary>
    public ReachableSpace? Reach { get; init; }

    public double? MaximumNozzleCelsius { get; init; }

    public double? MaximumBedCelsius { get; init; }

    /// <summary>Decides the unit of dwells and which characters act at once; <see langword="null"/> when it is told from the file.</summary>
    public GcodeDialect? Dialect { get; init; }

    /// <summary>Speed of moves that name none, for the time estimate.</summary>
    public double RapidMillimetresPerMinute { get; init; } = 3_000;
}

/// <summary>A box in millimetres, both ends included.</summary>
public sealed record ReachableSpace(double MinX, double MaxX, double MinY, double MaxY, double MinZ, double MaxZ);

/// <summary>How a controller reads G-code where the families differ.</summary>
public enum GcodeDialect
{
    /// <summary>Marlin and its relatives: <c>G4 P</c> counts milliseconds.</summary>
    Printer,

    /// <summary>GRBL and its relatives: <c>G4 P</c> counts seconds; <c>! ~ ?</c> act wherever they stand.</summary>
    Grbl,
}
