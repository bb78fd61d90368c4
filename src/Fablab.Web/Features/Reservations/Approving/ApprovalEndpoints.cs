using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Approving;

/// <summary>A reservation that waits for a manager's yes.</summary>
/// <param name="ExpiresAt">When it lapses.</param>
/// <param name="Version">To be sent as <c>If-Match</c> with the answer.</param>
internal sealed record RequestedResponse(Guid Id, string Machine, string Member, Instant Start, Instant End, Instant? ExpiresAt, string Version);

/// <param name="Reason">For the member.</param>
public sealed record DeclineRequest([StringLength(500)] string? Reason);

internal sealed record AnsweredResponse(Guid Id, ReservationState State);

internal static class ApprovalEndpoints
{
    private const int MostListed = 200;

    public static void MapApproval(this RouteGroupBuilder reservations)
    {
        reservations.MapGet("/requested", WaitingAsync).WithName("ListRequests").WithSummary("Reservations of my sites that wait for a manager's yes, the first to lapse first");
        var one = reservations.MapGroup("/{id:guid}").WithRefusals("not-found", "not-allowed", "not-requested", "stale-version");
        one.MapPost("/approve", ApproveAsync).WithName("ApproveReservation").WithSummary("Say yes to a request; it is confirmed").WithRefusals("project-not-yours");
        one.MapPost("/decline", DeclineAsync).WithName("DeclineReservation").WithSummary("Say no to a request; its time is free again");
    }

    private static async Task<Ok<IReadOnlyList<RequestedResponse>>> WaitingAsync(ApproveReservation approve, CancellationToken ct)
    {
        var waiting = await approve.WaitingAsync(MostListed, ct);
        return TypedResults.Ok<IReadOnlyList<RequestedResponse>>([.. waiting.Select(view => new RequestedResponse(
            view.Reservation.Id.Value, view.Machine, view.Member, view.Reservation.Slot.Start, view.Reservation.Slot.End, view.Reservation.ExpiresAt, ReservationVersion.Of(view.Reservation)))]);
    }

    private static async Task<Results<Ok<AnsweredResponse>, ProblemHttpResult>> ApproveAsync(
        Guid id, [FromHeader(Name = "If-Match")] string? ifMatch, ApproveReservation approve, CancellationToken ct) =>
        Answer(await approve.ApproveAsync(new ReservationId(id), ifMatch, ct));

    private static async Task<Results<Ok<AnsweredResponse>, ProblemHttpResult>> DeclineAsync(
        Guid id, DeclineRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, ApproveReservation approve, CancellationToken ct) =>
        Answer(await approve.DeclineAsync(new ReservationId(id), request.Reason, ifMatch, ct));

    private static Results<Ok<AnsweredResponse>, ProblemHttpResult> Answer(Fablab.Domain.Result<Reservation> result) =>
        result.Match<Results<Ok<AnsweredResponse>, ProblemHttpResult>>(
            answered => TypedResults.Ok(new AnsweredResponse(answered.Id.Value, answered.State)), refusal => refusal.ToProblem());
}
