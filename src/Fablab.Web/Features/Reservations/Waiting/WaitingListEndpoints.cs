using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fablab.Web.Features.Reservations.Waiting;

internal static class WaitingListEndpoints
{
    /// <summary>Where people answer; notices link to it.</summary>
    public const string PageAddress = "/waiting-list";

    public static void MapWaitingList(this RouteGroupBuilder api)
    {
        var list = api.MapGroup("/waiting-list").WithTags("reservations");
        list.MapPost("/", JoinAsync)
            .WithIdempotencyKey<JoinWaitingListRequest>()
            .WithName("JoinWaitingList")
            .WithSummary("Wish for time of a machine, of a pool or of a kind of machine; it is kept and offered when it becomes free")
            .WithRefusals("not-found", "wish-refused");
        list.MapGet("/", MineAsync).WithName("ListMyWishes").WithSummary("My wishes with their places in line and their open offers");
        list.MapGet("/{id:guid}", OneAsync).WithName("GetWish").WithSummary("One wish of mine").WithRefusals("not-found");
        list.MapDelete("/{id:guid}", WithdrawAsync).WithName("WithdrawWish").WithSummary("Leave the line; an open offer goes to the next").WithRefusals("not-found");
        list.MapPost("/{id:guid}/accept", AcceptAsync)
            .WithName("AcceptOffer")
            .WithSummary("Take the time that is kept for a wish")
            .WithRefusals("not-found", "no-open-offer", "project-not-yours");
        list.MapPost("/{id:guid}/decline", DeclineAsync)
            .WithName("DeclineOffer")
            .WithSummary("Let the kept time go to the next in line and wait for other time")
            .WithRefusals("not-found", "no-open-offer");
        api.MapGet("/machines/{code}/waiting-list", QueueAsync)
            .WithTags("machines")
            .WithName("ListWaitingForMachine")
            .WithSummary("Who waits for a machine, in the order in which they are asked; for the site's staff")
            .WithRefusals("not-found", "not-allowed");
    }

    public static string LocationOf(WaitingWishId id) => $"{ApiFeature.Base}/waiting-list/{id}";

    private static async Task<Results<Created<JoinedResponse>, ProblemHttpResult>> JoinAsync(JoinWaitingListRequest request, JoinWaitingList join, CancellationToken ct)
    {
        var result = await join.ExecuteAsync(request, ct);
        return result.Match<Results<Created<JoinedResponse>, ProblemHttpResult>>(
            joined => TypedResults.Created(LocationOf(new WaitingWishId(joined.Id)), joined),
            refusal => refusal.ToProblem());
    }

    private static async Task<Ok<IReadOnlyList<WaitingWishResponse>>> MineAsync(bool? all, ReadWaitingList read, CancellationToken ct) =>
        TypedResults.Ok(await read.MineAsync(all == true, ct));

    private static async Task<Results<Ok<WaitingWishResponse>, ProblemHttpResult>> OneAsync(Guid id, ReadWaitingList read, CancellationToken ct) =>
        (await read.OneAsync(new WaitingWishId(id), ct)).Match<Results<Ok<WaitingWishResponse>, ProblemHttpResult>>(
            wish => TypedResults.Ok(wish), refusal => refusal.ToProblem());

    private static async Task<Results<Ok<WithdrawnResponse>, ProblemHttpResult>> WithdrawAsync(Guid id, AnswerOffer answer, CancellationToken ct) =>
        (await answer.WithdrawAsync(new WaitingWishId(id), ct)).Match<Results<Ok<WithdrawnResponse>, ProblemHttpResult>>(
            state => TypedResults.Ok(new WithdrawnResponse(id, state)), refusal => refusal.ToProblem());

    private static async Task<Results<Ok<OfferAnswerResponse>, ProblemHttpResult>> AcceptAsync(Guid id, AnswerOffer answer, CancellationToken ct) =>
        Answered(await answer.AcceptAsync(new WaitingWishId(id), ct));

    private static async Task<Results<Ok<OfferAnswerResponse>, ProblemHttpResult>> DeclineAsync(Guid id, AnswerOffer answer, CancellationToken ct) =>
        Answered(await answer.DeclineAsync(new WaitingWishId(id), ct));

    private static async Task<Results<Ok<IReadOnlyList<QueueEntryResponse>>, ProblemHttpResult>> QueueAsync(string code, ReadWaitingList read, CancellationToken ct) =>
        (await read.QueueAsync(code, ct)).Match<Results<Ok<IReadOnlyList<QueueEntryResponse>>, ProblemHttpResult>>(
            line => TypedResults.Ok(line), refusal => refusal.ToProblem());

    private static Results<Ok<OfferAnswerResponse>, ProblemHttpResult> Answered(Fablab.Domain.Result<Reservation> result) =>
        result.Match<Results<Ok<OfferAnswerResponse>, ProblemHttpResult>>(
            reservation => TypedResults.Ok(new OfferAnswerResponse(reservation.Id.Value, reservation.State, reservation.Slot.Start, reservation.Slot.End)),
            refusal => refusal.ToProblem());
}
