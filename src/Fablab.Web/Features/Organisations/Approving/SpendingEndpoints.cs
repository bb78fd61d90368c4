using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Features.Reservations;
using Fablab.Web.Features.Reservations.Approving;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace Fablab.Web.Features.Organisations.Approving;

/// <param name="Price">Of the whole slot, net.</param>
/// <param name="ExpiresAt">When it lapses.</param>
/// <param name="Version">To be sent as <c>If-Match</c> with the answer.</param>
internal sealed record SpendingRequestResponse(
    Guid Id, string Machine, string Project, string Member, string? Title, Instant Start, Instant End, MoneyResponse Price, Instant? ExpiresAt, string Version)
{
    public static SpendingRequestResponse From(SpendingRequest request) => new(
        request.Reservation.Id.Value, request.Machine, request.Project, request.Member, request.Reservation.Title, request.Reservation.Slot.Start, request.Reservation.Slot.End,
        MoneyResponse.From(new(request.Reservation.PriceMinor, request.Currency)), request.Reservation.ExpiresAt,
        ReservationVersion.Of(request.Reservation));
}

internal static class SpendingEndpoints
{
    public static void MapSpendingRequests(this RouteGroupBuilder organisation)
    {
        organisation.MapGet("/requests", ListAsync).WithName("ListSpendingRequests").WithSummary("Bookings that wait for a yes of the organisation, the first to lapse first")
            .WithRefusals("not-allowed");
        var one = organisation.MapGroup("/requests/{reservation:guid}").WithRefusals("not-allowed", "not-requested", "stale-version");
        one.MapPost("/approve", ApproveAsync).WithName("ApproveSpending").WithSummary("Say yes to a booking for the organisation that pays").WithRefusals("project-not-yours");
        one.MapPost("/decline", DeclineAsync).WithName("DeclineSpending").WithSummary("Say no; the booked time is free again");
    }

    private static async Task<Results<Ok<IReadOnlyList<SpendingRequestResponse>>, ProblemHttpResult>> ListAsync(Guid id, SpendingRequests requests, CancellationToken ct) =>
        (await requests.ListAsync(new OrganisationId(id), ct)).Match<Results<Ok<IReadOnlyList<SpendingRequestResponse>>, ProblemHttpResult>>(
            found => TypedResults.Ok<IReadOnlyList<SpendingRequestResponse>>([.. found.Select(SpendingRequestResponse.From)]),
            refusal => refusal.ToProblem());

    private static async Task<Results<Ok<AnsweredResponse>, ProblemHttpResult>> ApproveAsync(
        Guid id, Guid reservation, [FromHeader(Name = "If-Match")] string? ifMatch, ApproveReservation approve, CancellationToken ct) =>
        Answer(await approve.AnswerSpendingAsync(new OrganisationId(id), new ReservationId(reservation), true, null, ifMatch, ct));

    private static async Task<Results<Ok<AnsweredResponse>, ProblemHttpResult>> DeclineAsync(
        Guid id, Guid reservation, DeclineRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, ApproveReservation approve, CancellationToken ct) =>
        Answer(await approve.AnswerSpendingAsync(new OrganisationId(id), new ReservationId(reservation), false, request.Reason, ifMatch, ct));

    private static Results<Ok<AnsweredResponse>, ProblemHttpResult> Answer(Fablab.Domain.Result<Reservation> result) =>
        result.Match<Results<Ok<AnsweredResponse>, ProblemHttpResult>>(
            answered => TypedResults.Ok(new AnsweredResponse(answered.Id.Value, answered.State)), refusal => refusal.ToProblem());
}
