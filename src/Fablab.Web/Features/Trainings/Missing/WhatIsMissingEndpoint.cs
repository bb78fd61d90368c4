using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Trainings.Authorising;
using Fablab.Web.Features.Trainings.Courses;
using Fablab.Web.Features.Trainings.Sessions;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fablab.Web.Features.Trainings.Missing;

internal sealed record HelpfulCourseResponse(Guid Id, WordingResponse Name, CourseKind Kind, AuthorisationLevel Level);

/// <param name="IsRequired">The machine asks for an authorisation; rules of its site may ask for one too.</param>
/// <param name="Missing">Code of the booking problem, left out when nothing is missing.</param>
/// <param name="Authorisation">The best that one has or had, also for another unit of its pool.</param>
/// <param name="Courses">Those that would help.</param>
/// <param name="NextSession">The one to take.</param>
internal sealed record MachineStandingResponse(
    string Machine, bool IsRequired, string? Missing, AuthorisationResponse? Authorisation, IReadOnlyList<HelpfulCourseResponse> Courses, SessionResponse? NextSession);

internal static class WhatIsMissingEndpoint
{
    public static void MapWhatIsMissing(this RouteGroupBuilder api) => api.MapGet("/machines/{code}/authorisation", HandleAsync).WithTags("authorisations")
        .WithName("GetMyAuthorisation").WithSummary("What I have for a machine, what I am missing, and the next training session to take").WithRefusals("not-found");

    private static async Task<Results<Ok<MachineStandingResponse>, ProblemHttpResult>> HandleAsync(
        string code, ReadMachines machines, WhatIsMissing missing, LabClock clock, CancellationToken ct)
    {
        if (await machines.MachineAsync(code, ct) is not { } view)
        {
            return new NoSuchThing("machine").ToProblem();
        }

        var standing = await missing.ForAsync(view.Machine, ct);
        return TypedResults.Ok(new MachineStandingResponse(
            code,
            standing.IsRequired,
            standing.Missing,
            standing.Held is { } held ? AuthorisationResponse.From(held, code, clock.Now) : null,
            [.. standing.Courses.Select(course => new HelpfulCourseResponse(course.Id.Value, WordingResponse.From(course.Name), course.Kind, course.Level))],
            standing.Next is { } next ? SessionResponse.From(next) : null));
    }
}
