namespace Fablab.Simulation.Invariants;

/// <summary>A promise of the system did not hold.</summary>
internal sealed class InvariantBrokenException(string invariant, string what) : Exception($"{invariant}: {what}")
{
    /// <summary>The invariant's number in <c>README.md</c>, for instance <c>I2</c>.</summary>
    public string Invariant { get; } = invariant;
}
