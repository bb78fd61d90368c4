using System.ComponentModel.DataAnnotations;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Maintaining;

/// <summary>Work that is due on a machine at an instant, after so many hours, or both.</summary>
public sealed record PlanMaintenanceRequest : IValidatableObject
{
    [Required, StringLength(200, MinimumLength = 3)]
    public required string Title { get; init; }

    public Instant? DueAt { get; init; }

    /// <summary>Due when the machine has run this long in all, in seconds of metered time.</summary>
    [Range(1, 4_000_000_000)]
    public long? DueAtRunSeconds { get; init; }

    /// <summary>Nobody books beyond it while it is open.</summary>
    public bool StopsBookings { get; init; } = true;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (DueAt is null && DueAtRunSeconds is null)
        {
            yield return new ValidationResult("A task is due at an instant or after so many seconds of use.", [nameof(DueAt), nameof(DueAtRunSeconds)]);
        }

        if (DueAt is { } at && !LabClock.IsPlausible(at))
        {
            yield return new ValidationResult("It is due between the years 2000 and 2200.", [nameof(DueAt)]);
        }
    }
}

/// <param name="RunSeconds">What the machine has run in all; <see langword="null"/> when it was not looked up.</param>
internal sealed record MaintenanceTaskResponse(
    Guid Id, string Title, Instant? DueAt, long? DueAtRunSeconds, long? RunSeconds, bool StopsBookings, Instant OpenedAt, Instant? DoneAt)
{
    public static MaintenanceTaskResponse From(MaintenanceTaskRow task, Duration? ran = null) => new(
        task.Id, task.Title, task.DueAt, (long?)task.DueAtRunTotal?.TotalSeconds, (long?)ran?.TotalSeconds, task.StopsBookings, task.OpenedAt, task.DoneAt);
}

internal static class MaintenanceEndpoints
{
    public static void MapMaintenance(this RouteGroupBuilder api)
    {
        var ofMachine = api.MapGroup("/machines/{code}/maintenance-tasks").WithTags("maintenance").WithRefusals("not-found", "not-allowed");
        ofMachine.MapGet("/", ListAsync).WithName("ListMaintenanceTasks").WithSummary("Open maintenance of a machine and what it has run");
        ofMachine.MapPost("/", PlanAsync).WithName("PlanMaintenance").WithSummary("Plan maintenance by date or by hours; bookings stop before it");
        api.MapPost("/maintenance-tasks/{id:guid}/done", DoneAsync).WithTags("maintenance")
            .WithName("CompleteMaintenance").WithSummary("Maintenance is done; bookings go on").WithRefusals("not-found");
    }

    private static async Task<Results<Ok<IReadOnlyList<MaintenanceTaskResponse>>, ProblemHttpResult>> ListAsync(string code, MaintenanceTasks tasks, CancellationToken ct)
    {
        var result = await tasks.OpenAsync(code, ct);
        return result.Match<Results<Ok<IReadOnlyList<MaintenanceTaskResponse>>, ProblemHttpResult>>(
            open => TypedResults.Ok<IReadOnlyList<MaintenanceTaskResponse>>([.. open.Select(view => MaintenanceTaskResponse.From(view.Task, view.RunTotal))]),
            refusal => refusal.ToProblem());
    }

    private static async Task<Results<Created<MaintenanceTaskResponse>, ProblemHttpResult>> PlanAsync(
        string code, PlanMaintenanceRequest request, MaintenanceTasks tasks, CancellationToken ct)
    {
        var ran = request.DueAtRunSeconds is { } seconds ? Duration.FromSeconds(seconds) : (Duration?)null;
        var result = await tasks.PlanAsync(code, request.Title, request.DueAt, ran, request.StopsBookings, ct);
        return result.Match<Results<Created<MaintenanceTaskResponse>, ProblemHttpResult>>(
            task => TypedResults.Created($"{ApiFeature.Base}/maintenance-tasks/{task.Id}", MaintenanceTaskResponse.From(task)), refusal => refusal.ToProblem());
    }

    private static async Task<Results<Ok<MaintenanceTaskResponse>, ProblemHttpResult>> DoneAsync(Guid id, MaintenanceTasks tasks, CancellationToken ct)
    {
        var result = await tasks.DoneAsync(id, ct);
        return result.Match<Results<Ok<MaintenanceTaskResponse>, ProblemHttpResult>>(
            task => TypedResults.Ok(MaintenanceTaskResponse.From(task)), refusal => refusal.ToProblem());
    }
}
