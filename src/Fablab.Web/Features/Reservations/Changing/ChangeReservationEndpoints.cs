using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Features.Reservations.Reading;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Changing;

/// <summary>Where a reservation shall move to.</summary>
public sealed record MoveReservationRequest : IValidatableObject
{
    /// <summary>Code of another machine or pool; left out to stay.</summary>
    [StringLength(40)]
    public string? Machine { get; init; }

    public required Instant Start { get; init; }

    /// <summary>Not part of the slot.</summary>
    public required Instant End { get; init; }

    /// <summary>Codes of the soft problems that one moves in spite of.</summary>
    [MaxLength(20)]
    public IReadOnlyList<string> AcceptSoft { get; init; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!LabClock.IsPlausible(Start) || !LabClock.IsPlausible(End))
        {
            yield return new ValidationResult("Start and end lie between the years 2000 and 2200.", [nameof(Start), nameof(End)]);
        }
    }
}

/// <summary>The new end of a reservation; earlier before its start, later also while it is used.</summary>
public sealed record ExtendReservationRequest : IValidatableObject
{
    /// <summary>Not part of the slot.</summary>
    public required Instant End { get; init; }

    [MaxLength(20)]
    public IReadOnlyList<string> AcceptSoft { get; init; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!LabClock.IsPlausible(End))
        {
            yield return new ValidationResult("The end lies between the years 2000 and 2200.", [nameof(End)]);
        }
    }
}

internal static class ChangeReservationEndpoints
{
    public static void MapChangeReservation(this RouteGroupBuilder reservations)
    {
        var one = reservations.MapGroup("/{id:guid}").WithRefusals("not-found", "stale-version", "booking-refused", "reservation-not-changeable");
        one.MapPost("/move", MoveAsync).WithName("MoveReservation").WithSummary("Give a reservation another time or machine, by the rules of booking");
        one.MapPost("/extend", ExtendAsync).WithName("ExtendReservation").WithSummary("Let a reservation end at another time; one that is used can only end later");
    }

    private static Task<Results<Ok<SlotChangedResponse>, ProblemHttpResult>> MoveAsync(
        Guid id, MoveReservationRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, ChangeReservation change, HttpResponse http, CancellationToken ct) =>
        AnswerAsync(change.ExecuteAsync(new ReservationId(id), request.Machine, request.Start, request.End, request.AcceptSoft, ifMatch, ct), http);

    private static Task<Results<Ok<SlotChangedResponse>, ProblemHttpResult>> ExtendAsync(
        Guid id, ExtendReservationRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, ChangeReservation change, HttpResponse http, CancellationToken ct) =>
        AnswerAsync(change.ExecuteAsync(new ReservationId(id), null, null, request.End, request.AcceptSoft, ifMatch, ct), http);

    private static async Task<Results<Ok<SlotChangedResponse>, ProblemHttpResult>> AnswerAsync(Task<Fablab.Domain.Result<Reservation>> change, HttpResponse http)
    {
        if (!(await change).TryGet(out var changed, out var refusal))
        {
            return refusal.ToProblem();
        }

        http.Headers.ETag = ReservationVersion.Of(changed);
        return TypedResults.Ok(SlotChangedResponse.From(changed));
    }
}

/// <summary>The reservation after the change.</summary>
internal sealed record SlotChangedResponse(Guid Id, Guid MachineId, Instant Start, Instant End, SlotResponse Kept, ReservationState State)
{
    public static SlotChangedResponse From(Reservation r) => new(r.Id.Value, r.Machine.Value, r.Slot.Start, r.Slot.End, SlotResponse.From(r.Kept), r.State);
}
