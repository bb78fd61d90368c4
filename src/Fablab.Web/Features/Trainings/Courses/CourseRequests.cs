using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Machines;
using Fablab.Domain.Trainings;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Trainings.Authorising;
using Fablab.Web.Features.Trainings.Quizzes;

namespace Fablab.Web.Features.Trainings.Courses;

/// <summary>All of a course that its site's managers say; what is left out is empty.</summary>
public record EditCourseRequest : IValidatableObject
{
    /// <summary>In one language at least.</summary>
    [Required]
    public required WordingRequest Name { get; init; }

    public WordingRequest? Description { get; init; }

    public CourseKind Kind { get; init; }

    /// <summary>Codes of machines that it authorises for.</summary>
    [MaxLength(200)]
    public IReadOnlyList<string> Machines { get; init => field = value ?? []; } = [];

    /// <summary>It authorises for all machines of these kinds.</summary>
    [MaxLength(20)]
    public IReadOnlyList<MachineCategory> Categories { get; init => field = value ?? []; } = [];

    public AuthorisationLevel Level { get; init; } = AuthorisationLevel.Full;

    [MaxLength(50)]
    public IReadOnlyList<HoursRequest>? Hours { get; init; }

    public TermsRequest? Terms { get; init; }

    /// <summary>What must be passed besides attending.</summary>
    public QuizRequest? Quiz { get; init; }

    /// <summary>Ids of members who teach it; that makes them trainers at its site.</summary>
    [MaxLength(50)]
    public IReadOnlyList<Guid> Trainers { get; init => field = value ?? []; } = [];

    /// <summary>Not taught any more.</summary>
    public bool IsClosed { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Machines.Any(code => string.IsNullOrWhiteSpace(code) || code.Length > 40))
        {
            yield return new ValidationResult("Codes of machines have 1 to 40 characters.", [nameof(Machines)]);
        }

        if (!WordingRequest.IsGood(Name, CourseRow.LongestName) || (Description is not null && !Description.IsShort(CourseRow.LongestDescription)))
        {
            yield return new ValidationResult(
                $"The name has 1 to {CourseRow.LongestName} characters in one language at least, the description {CourseRow.LongestDescription} at most in each.", [nameof(Name), nameof(Description)]);
        }

        foreach (var trouble in HoursRequest.TroubleWith(Level, Hours).Concat(TermsRequest.TroubleWith(Terms)).Concat(QuizRequest.TroubleWith(Quiz)))
        {
            yield return trouble;
        }
    }
}

public sealed record CreateCourseRequest : EditCourseRequest
{
    /// <summary>Code of the site whose managers it belongs to.</summary>
    [Required, StringLength(40)]
    public required string Site { get; init; }
}

public sealed record RecogniseCourseRequest
{
    public required bool IsRecognised { get; init; }
}

/// <param name="Sites">Codes of the sites that recognise it, its own first.</param>
internal sealed record CourseResponse(
    Guid Id, WordingResponse Name, WordingResponse Description, CourseKind Kind, IReadOnlyList<string> Sites, IReadOnlyList<string> Machines, IReadOnlyList<MachineCategory> Categories,
    AuthorisationLevel Level, IReadOnlyList<HoursRequest>? Hours, TermsRequest Terms, bool HasQuiz, IReadOnlyList<Guid> Trainers, bool IsClosed, int Version)
{
    public static CourseResponse From(CourseView view, IReadOnlyDictionary<SiteId, string> codes) => new(
        view.Row.Id.Value, WordingResponse.From(view.Row.Name), WordingResponse.From(view.Row.Description), view.Row.Kind,
        [.. view.Sites.OrderBy(site => site == view.Row.Site ? 0 : 1).Select(site => codes[site])],
        view.Row.Machines, view.Row.Categories, view.Row.Level, HoursRequest.Of(view.Row.Hours), TermsRequest.From(view.Row.Terms), view.Row.Quiz is not null,
        [.. view.Trainers.Select(trainer => trainer.Value)], view.Row.IsClosed, view.Row.Version);
}
