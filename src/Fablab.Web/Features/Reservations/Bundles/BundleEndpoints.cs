using System.ComponentModel.DataAnnotations;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Features.Reservations.Cancelling;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Bundles;

/// <summary>One machine of a bundle, and when.</summary>
public sealed record BundlePartRequest
{
    /// <summary>Code of a machine or pool.</summary>
    [Required, StringLength(40)]
    public required string Machine { get; init; }

    public required Instant Start { get; init; }

    /// <summary>Not part of the slot.</summary>
    public required Instant End { get; init; }

    /// <summary>A job uploaded for this machine.</summary>
    public Guid? JobId { get; init; }

    /// <summary>Whom the time of this machine is charged to; left out for whom the bundle is.</summary>
    public Guid? ProjectId { get; init; }
}

/// <summary>Several machines that are of use only together.</summary>
public sealed record BookBundleRequest : IValidatableObject
{
    /// <summary>Between two and twenty.</summary>
    [Required, MinLength(2), MaxLength(20)]
    public required IReadOnlyList<BundlePartRequest> Parts { get; init; }

    /// <summary>Whom the time is charged to; left out for oneself.</summary>
    public Guid? ProjectId { get; init; }

    /// <summary>What it is for, in a few words, as of a single booking; each machine has it.</summary>
    [StringLength(BookingWish.LongestTitle)]
    public string? Title { get; init; }

    /// <summary>Id of the member who will use the machines, when staff book on their behalf.</summary>
    public Guid? ForMember { get; init; }

    /// <summary>Who comes along.</summary>
    [MaxLength(50)]
    public IReadOnlyList<CompanionRequest> Company { get; init; } = [];

    /// <summary>Codes of the soft problems that one books in spite of.</summary>
    [MaxLength(20)]
    public IReadOnlyList<string> AcceptSoft { get; init; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Parts is not null && Parts.Any(part => part is null || !LabClock.IsPlausible(part.Start) || !LabClock.IsPlausible(part.End)))
        {
            yield return new ValidationResult("Start and end lie between the years 2000 and 2200.", [nameof(Parts)]);
        }

        foreach (var trouble in CompanionRequest.TroubleWith(Company))
        {
            yield return trouble;
        }
    }

    internal BookingWish WishFor(BundlePartRequest part, MemberId me) => new()
    {
        Member = ForMember is { } other ? new MemberId(other) : me,
        Machine = part.Machine,
        Start = part.Start,
        End = part.End,
        Project = (part.ProjectId ?? ProjectId) is { } project ? new ProjectId(project) : null,
        Title = BookMachineRequest.TitleOf(Title),
        Job = part.JobId is { } job ? new MachineJobId(job) : null,
        Alongside = [.. Parts.Where(other => other != part && other.Start <= part.Start && other.End >= part.End).Select(other => other.Machine)],
        Companions = CompanionRequest.MembersOf(Company),
        People = 1 + Company.Count,
    };
}

/// <summary>The reservations that stand or fall together, in the order of the request's parts.</summary>
internal sealed record BundleResponse(Guid Id, IReadOnlyList<BookedResponse> Reservations);

internal static class BundleEndpoints
{
    public static void MapBundles(this RouteGroupBuilder api)
    {
        var bundles = api.MapGroup("/reservation-bundles").WithTags("reservations");
        bundles.MapPost("/", BookAsync)
            .WithIdempotencyKey<BookBundleRequest>()
            .WithName("BookBundle")
            .WithSummary("Book several machines, at once or one after the other: all or none")
            .WithRefusals("not-found", "booking-refused", "not-allowed");
        bundles.MapPost("/{id:guid}/cancel", CancelAsync)
            .WithName("CancelBundle")
            .WithSummary("Cancel all reservations of a bundle that have not begun")
            .WithRefusals("not-found", "reservation-is-over", "booking-refused");
    }

    public static string LocationOf(BundleId id) => $"{ApiFeature.Base}/reservation-bundles/{id}";

    private static async Task<Results<Created<BundleResponse>, ProblemHttpResult>> BookAsync(BookBundleRequest request, BookBundle book, CancellationToken ct)
    {
        var result = await book.ExecuteAsync(request, ct);
        return result.Match<Results<Created<BundleResponse>, ProblemHttpResult>>(
            booked => TypedResults.Created(LocationOf(new BundleId(booked.Id)), booked),
            refusal => refusal.ToProblem());
    }

    private static async Task<Results<Ok<CancelledManyResponse>, ProblemHttpResult>> CancelAsync(Guid id, CancelMany cancel, CancellationToken ct)
    {
        var bundle = new BundleId(id);
        var result = await cancel.ExecuteAsync(reservations => reservations.Where(r => r.Bundle == bundle), "bundle", ct);
        return result.Match<Results<Ok<CancelledManyResponse>, ProblemHttpResult>>(cancelled => TypedResults.Ok(cancelled), refusal => refusal.ToProblem());
    }
}
