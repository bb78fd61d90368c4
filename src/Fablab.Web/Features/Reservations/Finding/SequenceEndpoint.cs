using System.ComponentModel.DataAnnotations;
using Fablab.Domain.MachineJobs;
using Fablab.Web.Api;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Finding;

/// <summary>One step of work: on a machine, a pool, or any machine of a category.</summary>
public sealed record SequenceStepRequest
{
    /// <summary>Code of a machine or pool; left out for any of the category.</summary>
    [StringLength(40)]
    public string? Machine { get; init; }

    [StringLength(40)]
    public string? Category { get; init; }

    /// <summary>Code of a site.</summary>
    [StringLength(40)]
    public string? Site { get; init; }

    /// <summary>How long it takes; left out with a job, whose estimate counts then.</summary>
    [Range(1, 62 * 86_400)]
    public int? Seconds { get; init; }

    /// <summary>A job of one's own.</summary>
    public Guid? JobId { get; init; }
}

/// <summary>Several steps, one after the other.</summary>
public sealed record FindSequenceRequest : IValidatableObject
{
    /// <summary>In the order of the work.</summary>
    [Required, MinLength(2), MaxLength(8)]
    public required IReadOnlyList<SequenceStepRequest> Steps { get; init; }

    /// <summary>So long at most between the end of a step and the start of the next.</summary>
    [Range(0, 62 * 86_400)]
    public int MostGapSeconds { get; init; } = 86_400;

    public required Instant From { get; init; }

    public required Instant To { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!LabClock.IsPlausible(From) || !LabClock.IsPlausible(To) || To <= From || To - From > Reading.Availability.LongestWindow)
        {
            yield return new ValidationResult("The window ends after its start and at most 62 days later, between the years 2000 and 2200.", [nameof(From), nameof(To)]);
        }

        if (Steps is not null && Steps.Any(step => step is null || (step.Machine is null && step.Category is null) || (step.Seconds is null && step.JobId is null)))
        {
            yield return new ValidationResult("Each step names a machine or a category, and a length or a job.", [nameof(Steps)]);
        }
    }
}

/// <summary>One way to do all of the work. Its parts are what <c>/reservation-bundles</c> takes.</summary>
internal sealed record SequenceResponse(IReadOnlyList<SequencePartResponse> Parts)
{
    public static SequenceResponse From(SequenceFound found) => new([.. found.Parts.Select(SequencePartResponse.From)]);
}

/// <param name="Machine">Code of a machine or pool.</param>
internal sealed record SequencePartResponse(string Machine, string MachineName, string Site, Instant Start, Instant End, QuoteResponse Quote)
{
    public static SequencePartResponse From(FoundOpening part) => new(
        part.Bookable.Code, part.Bookable.Name, part.Bookable.Site.Code, part.Slot.Start, part.Slot.End, QuoteResponse.For(part.Slot, part.Bookable.Tariff));
}

/// <param name="Solutions">The earliest first.</param>
/// <param name="Excluded">For each step what keeps machines out of it.</param>
internal sealed record SequencesResponse(IReadOnlyList<SequenceResponse> Solutions, IReadOnlyList<IReadOnlyList<ExclusionResponse>> Excluded);

internal static class SequenceEndpoint
{
    public static void MapSequence(this RouteGroupBuilder api) => api.MapPost("/openings/sequence", FindAsync)
        .WithTags("machines")
        .WithName("FindSequence")
        .WithSummary("The earliest times at which several machines are free one after the other, to be booked as a bundle")
        .WithRefusals("not-found");

    private static async Task<Results<Ok<SequencesResponse>, ProblemHttpResult>> FindAsync(
        FindSequenceRequest request, FindSequence find, OpeningWishes wishes, CancellationToken ct)
    {
        var steps = new List<WantedStep>();
        foreach (var step in request.Steps)
        {
            var job = step.JobId is { } id ? await wishes.JobAsync(new MachineJobId(id), ct) : null;
            if (step.JobId is not null && job is null)
            {
                return new NoSuchThing("job").ToProblem();
            }

            var where = new BookableFilter { Code = step.Machine, Site = step.Site, Category = OpeningWishes.Category(step.Category) };
            steps.Add(new WantedStep(where, step.Seconds is { } seconds ? Duration.FromSeconds(seconds) : null, job));
        }

        var found = await find.ExecuteAsync(steps, SearchWindow.Of(request.From, request.To), Duration.FromSeconds(request.MostGapSeconds), ct);
        return TypedResults.Ok(new SequencesResponse(
            [.. found.Solutions.Select(SequenceResponse.From)], [.. found.Excluded.Select(step => (IReadOnlyList<ExclusionResponse>)[.. step.Select(ExclusionResponse.From)])]));
    }
}
