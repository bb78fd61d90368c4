using System.ComponentModel.DataAnnotations;
using Fablab.Domain;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Reading;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Reservations.HandingOver;

/// <summary>An offer was made, whoever the address belongs to.</summary>
/// <param name="ExpiresAt">The start of the reservation.</param>
internal sealed record OfferedResponse(Guid Id, Guid Reservation, Guid? InExchange, Instant OfferedAt, Instant ExpiresAt)
{
    public static OfferedResponse From(HandoverRow offer, Reservation reservation) =>
        new(offer.Id, offer.Reservation.Value, offer.InExchange?.Value, offer.OfferedAt, reservation.Slot.Start);
}

internal sealed record HandoverThingResponse(Guid Id, string Machine, string MachineName, string Site, Instant Start, Instant End)
{
    public static HandoverThingResponse From(HandoverThing thing) => new(
        thing.Reservation.Id.Value, thing.Machine.Code, thing.Machine.Name, thing.Site.Code, thing.Reservation.Slot.Start, thing.Reservation.Slot.End);
}

/// <param name="Giver">Who offers it; <see langword="null"/> for one's own offers.</param>
internal sealed record HandoverResponse(Guid Id, string? Giver, HandoverThingResponse Reservation, HandoverThingResponse? InExchange, Instant OfferedAt, Instant ExpiresAt)
{
    public static HandoverResponse Received(HandoverView view) => new(
        view.Offer.Id, view.Giver, HandoverThingResponse.From(view.Thing), view.InExchange is { } thing ? HandoverThingResponse.From(thing) : null,
        view.Offer.OfferedAt, view.Thing.Reservation.Slot.Start);

    /// <summary>Nothing of the colleague, who may not even be there.</summary>
    public static HandoverResponse Given(HandoverView view) => Received(view) with { Giver = null, InExchange = null };
}

internal sealed record HandoversResponse(IReadOnlyList<HandoverResponse> Received, IReadOnlyList<HandoverResponse> Given);

/// <param name="JobDetached">The giver's job file stayed theirs; attach one of your own.</param>
internal sealed record HandedOverResponse(Guid Reservation, Guid? Given, bool JobDetached, Guid? ProjectId)
{
    public static HandedOverResponse From(HandedOver done) =>
        new(done.Received.Id.Value, done.Given?.Id.Value, done.IsJobDetached, done.Received.Project?.Value);
}

public sealed record AcceptHandoverRequest
{
    /// <summary>Codes of the soft problems that one accepts in spite of.</summary>
    [MaxLength(20)]
    public IReadOnlyList<string> AcceptSoft { get; init; } = [];
}

internal static class HandoverEndpoints
{
    public static void MapHandovers(this RouteGroupBuilder api)
    {
        api.MapPost("/reservations/{id:guid}/transfer", OfferAsync)
            .WithTags("reservations")
            .WithIdempotencyKey<TransferRequest>()
            .WithName("OfferReservation")
            .WithSummary("Offer a reservation that has not begun to a colleague, for nothing or for one of theirs")
            .WithRefusals("not-found", "reservation-not-changeable", "handover-pending");
        var handovers = api.MapGroup("/handovers").WithTags("reservations");
        handovers.MapGet("/", ListAsync).WithName("ListHandovers").WithSummary("Offers of reservations to me and by me that can still be taken");
        handovers.MapPost("/{id:guid}/accept", AcceptAsync)
            .WithName("AcceptHandover")
            .WithSummary("Take an offered reservation, by the rules of booking")
            .WithRefusals("not-found", "handover-is-over", "booking-refused", "stale-version");
        handovers.MapPost("/{id:guid}/decline", DeclineAsync)
            .WithName("DeclineHandover").WithSummary("Decline an offered reservation").WithRefusals("not-found", "handover-is-over");
        handovers.MapDelete("/{id:guid}", WithdrawAsync)
            .WithName("WithdrawHandover").WithSummary("Take an offer back").WithRefusals("not-found", "handover-is-over");
    }

    public static string LocationOf(Guid id) => $"{ApiFeature.Base}/handovers/{id}";

    private static async Task<Results<Created<OfferedResponse>, ProblemHttpResult>> OfferAsync(
        Guid id, TransferRequest request, OfferReservation offer, ReadReservations read, CurrentMember me, CancellationToken ct)
    {
        if (!(await offer.ExecuteAsync(new ReservationId(id), request, ct)).TryGet(out var offered, out var refusal))
        {
            return refusal.ToProblem();
        }

        return (await read.OneAsync(me, offered.Reservation, ct)).Match<Results<Created<OfferedResponse>, ProblemHttpResult>>(
            view => TypedResults.Created(LocationOf(offered.Id), OfferedResponse.From(offered, view.Reservation)),
            gone => gone.ToProblem());
    }

    private static async Task<Ok<HandoversResponse>> ListAsync(Handovers handovers, CancellationToken ct) => TypedResults.Ok(new HandoversResponse(
        [.. (await handovers.ReceivedAsync(ct)).Select(HandoverResponse.Received)], [.. (await handovers.GivenAsync(ct)).Select(HandoverResponse.Given)]));

    private static async Task<Results<Ok<HandedOverResponse>, ProblemHttpResult>> AcceptAsync(
        Guid id, AcceptHandoverRequest? request, AnswerHandover answer, CancellationToken ct)
    {
        var result = await answer.AcceptAsync(id, request?.AcceptSoft ?? [], ct);
        return result.Match<Results<Ok<HandedOverResponse>, ProblemHttpResult>>(done => TypedResults.Ok(HandedOverResponse.From(done)), refusal => refusal.ToProblem());
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeclineAsync(Guid id, AnswerHandover answer, CancellationToken ct) =>
        Closed(await answer.DeclineAsync(id, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> WithdrawAsync(Guid id, AnswerHandover answer, CancellationToken ct) =>
        Closed(await answer.WithdrawAsync(id, ct));

    private static Results<NoContent, ProblemHttpResult> Closed(Result<HandoverRow> result) =>
        result.Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), refusal => refusal.ToProblem());
}
