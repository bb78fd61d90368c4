using Fablab.Domain.Trainings;
using Fablab.Web.Data;

namespace Fablab.Web.Features.Trainings.Courses;

/// <summary>A text in French, in English or in both; who reads sees their own language, or the other when that is missing.</summary>
public sealed record WordingRequest
{
    public string? Fr { get; init; }

    public string? En { get; init; }

    /// <param name="longest">Characters of each language.</param>
    internal static bool IsGood(WordingRequest? wording, int longest) => wording is not null && wording.ToWording().IsSaid && wording.IsShort(longest);

    internal bool IsShort(int longest) => ToWording() is var said && (said.Fr?.Length ?? 0) <= longest && (said.En?.Length ?? 0) <= longest;

    internal Wording ToWording() => new(Said(Fr), Said(En));

    private static string? Said(string? text) => string.IsNullOrWhiteSpace(text) ? null : StorableText.Of(text.Trim());
}

internal sealed record WordingResponse(string? Fr, string? En)
{
    public static WordingResponse From(Wording wording) => new(wording.Fr, wording.En);
}
