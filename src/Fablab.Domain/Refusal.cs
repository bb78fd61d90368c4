namespace Fablab.Domain;

/// <summary>An expected no, with a code that never changes and the facts that explain it.</summary>
/// <param name="Code">Stable, <c>kebab-case</c>; <c>docs/refusals.md</c> lists them all.</param>
public abstract record Refusal(string Code)
{
    /// <summary>Names and values for the text a person reads and for programs; instants, durations in seconds, numbers, codes.</summary>
    public virtual IReadOnlyDictionary<string, object> Facts => NoFacts;

    protected static IReadOnlyDictionary<string, object> NoFacts { get; } = new Dictionary<string, object>();
}
