using System.ComponentModel.DataAnnotations;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Members.SigningIn;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace Fablab.Web.Features.Notices.Pushing;

/// <param name="Browser">What the browser says of itself.</param>
internal sealed record PushSubscriptionResponse(Guid Id, string Browser, Instant CreatedAt)
{
    public static PushSubscriptionResponse From(PushSubscriptionRow row) => new(row.Id, row.Browser, row.CreatedAt);
}

/// <param name="PublicKey">What a browser asks its push service with (<c>applicationServerKey</c>), base64url.</param>
internal sealed record PushKeyResponse(string PublicKey);

/// <summary>As browsers write a subscription as JSON.</summary>
public sealed record SubscribeToPushRequest(
    [property: Required, StringLength(PushSubscriptions.LongestEndpoint)] string Endpoint, [property: Required] PushSubscriptionKeys Keys);

/// <param name="P256dh">The browser's public key.</param>
/// <param name="Auth">The secret shared with it.</param>
public sealed record PushSubscriptionKeys([property: Required, StringLength(200)] string P256dh, [property: Required, StringLength(100)] string Auth);

internal static class PushEndpoints
{
    public static void MapPush(this RouteGroupBuilder api)
    {
        var push = api.MapGroup("/members/me").WithTags("members");
        push.MapGet("/push-key", ReadKeyAsync).WithName("GetPushKey").WithSummary("The key with which a browser subscribes to what the lab tells me");
        push.MapGet("/push-subscriptions", ListAsync).WithName("ListMyPushSubscriptions").WithSummary("Browsers that show my notices although no page is open");
        push.MapPost("/push-subscriptions", SubscribeAsync)
            .WithName("SubscribeToPush").WithSummary("Show my notices in this browser; only from a browser that is signed in").WithRefusals("push-refused");
        push.MapDelete("/push-subscriptions/{id:guid}", RemoveAsync).WithName("UnsubscribeFromPush").WithSummary("Show my notices there no more").WithRefusals("not-found");
    }

    public static void MapPushForms(this IEndpointRouteBuilder pages)
    {
        pages.MapPost("/account/push", SubscribeByFormAsync);
        pages.MapPost("/account/push/remove", RemoveByFormAsync);
    }

    private static async Task<Ok<PushKeyResponse>> ReadKeyAsync(PushKeys keys, CancellationToken ct) => TypedResults.Ok(new PushKeyResponse(await keys.PublicAsync(ct)));

    private static async Task<Ok<IReadOnlyList<PushSubscriptionResponse>>> ListAsync(PushSubscriptions subscriptions, CurrentMember me, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<PushSubscriptionResponse>>([.. (await subscriptions.ListAsync(me.Id, ct)).Select(PushSubscriptionResponse.From)]);

    private static async Task<Results<Created<PushSubscriptionResponse>, ProblemHttpResult>> SubscribeAsync(
        SubscribeToPushRequest request, PushSubscriptions subscriptions, CurrentMember me, HttpContext http, CancellationToken ct)
    {
        var result = await AddAsync(new(request.Endpoint, request.Keys.P256dh, request.Keys.Auth), subscriptions, me, http, ct);
        if (!result.TryGet(out var id, out var refusal))
        {
            return refusal.ToProblem();
        }

        var made = (await subscriptions.ListAsync(me.Id, ct)).Single(row => row.Id == id);
        return TypedResults.Created($"/api/v1/members/me/push-subscriptions/{id}", PushSubscriptionResponse.From(made));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(Guid id, PushSubscriptions subscriptions, CurrentMember me, CancellationToken ct) =>
        (await subscriptions.RemoveAsync(me.Id, id, ct)).Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), refusal => refusal.ToProblem());

    private static async Task<IResult> SubscribeByFormAsync(
        [FromForm] string? endpoint, [FromForm] string? p256dh, [FromForm] string? auth, PushSubscriptions subscriptions, CurrentMember me, HttpContext http, CancellationToken ct) =>
        (await AddAsync(new(endpoint ?? "", p256dh ?? "", auth ?? ""), subscriptions, me, http, ct)).Refusal is { } refusal
            ? PageResults.Page<PushRefusedPage>(new { }, RefusalTable.StatusOf(refusal))
            : Go.To("/account#push");

    private static async Task<IResult> RemoveByFormAsync([FromForm] Guid? remove, PushSubscriptions subscriptions, CurrentMember me, CancellationToken ct)
    {
        if (remove is { } id)
        {
            await subscriptions.RemoveAsync(me.Id, id, ct);
        }

        return Go.To("/account#push");
    }

    private static async Task<Fablab.Domain.Result<Guid>> AddAsync(BrowserPush push, PushSubscriptions subscriptions, CurrentMember me, HttpContext http, CancellationToken ct) =>
        BrowserSessions.IdOf(http.User) is { } session ? await subscriptions.AddAsync(me.Id, session, http.Request.Headers.UserAgent.ToString(), push, ct) : new PushRefused();
}
