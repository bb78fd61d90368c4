namespace Fablab.Domain.Trainings;

/// <summary>One text in the lab's two languages. One of them may be missing, and both where a text may be left out.</summary>
/// <param name="Fr">French; <see langword="null"/> when it is not said.</param>
/// <param name="En">English; the same.</param>
public sealed record Wording(string? Fr, string? En)
{
    public static readonly Wording None = new(null, null);

    public bool IsSaid => Fr is not null || En is not null;

    /// <summary>In a language, or in the other one when it is not said in that.</summary>
    /// <param name="language"><c>fr</c>, or anything else for English.</param>
    /// <returns>Empty when it is said in neither.</returns>
    public string In(string language) => (language == "fr" ? Fr ?? En : En ?? Fr) ?? "";
}
