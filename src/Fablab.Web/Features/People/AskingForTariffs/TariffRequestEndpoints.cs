using System.ComponentModel.DataAnnotations;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.MachineJobs.Uploading;
using Fablab.Web.Features.People.Groups;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.People.AskingForTariffs;

/// <param name="From">Left out for now.</param>
/// <param name="Until">No more in the group from here on; left out without an end.</param>
/// <param name="Seen">What was seen, in words that stay when the document is gone.</param>
public sealed record AcceptTariffRequest(Instant? From, Instant? Until, [property: StringLength(500)] string? Seen);

/// <param name="Reason">For the member.</param>
public sealed record RefuseTariffRequest([property: Required, StringLength(DecideTariffRequests.LongestReason, MinimumLength = 1)] string Reason);

internal sealed record MyTariffRequestResponse(Guid Id, Guid GroupId, string Group, Instant AskedAt, TariffRequestState State, string? Reason)
{
    public static MyTariffRequestResponse From(TariffRequestView view) => new(view.Row.Id, view.Row.Group.Value, view.Group, view.Row.AskedAt, view.Row.State, view.Row.Reason);
}

/// <param name="Groups">That members may ask for.</param>
internal sealed record MyTariffRequestsResponse(IReadOnlyList<TariffGroupResponse> Groups, IReadOnlyList<MyTariffRequestResponse> Requests);

internal sealed record TariffRequestResponse(Guid Id, Guid MemberId, string Member, Guid GroupId, string Group, Instant AskedAt)
{
    public static TariffRequestResponse From(WaitingTariffRequest one) => new(one.Row.Id, one.Row.Member.Value, one.Name, one.Row.Group.Value, one.Group, one.Row.AskedAt);
}

internal static class TariffRequestEndpoints
{
    public static void MapTariffRequests(this RouteGroupBuilder api)
    {
        var limit = ((IEndpointRouteBuilder)api).ServiceProvider.GetRequiredService<IOptions<TariffProofOptions>>().Value.LargestBytes + UploadJobEndpoint.OtherFieldsBytes;
        var mine = api.MapGroup("/me/tariff-requests").WithTags("members");
        mine.MapGet("/", MineAsync).WithName("ListMyTariffRequests").WithSummary("Tariff groups that members may ask for, and what I asked for, the newest first");
        mine.MapPost("/", AskAsync).WithName("AskForTariff").WithSummary("Ask to belong to a tariff group, with a document that shows it (multipart: file, group)")
            .WithRefusals("not-found", "tariff-request-refused", "proof-unreadable", "file-too-large")
            .WithMetadata(new RequestSizeLimitAttribute(limit)).WithFormOptions(multipartBodyLengthLimit: limit).DisableAntiforgery();
        mine.MapDelete("/{id:guid}", WithdrawAsync).WithName("WithdrawTariffRequest").WithSummary("Take back what waits; its document is gone at once").WithRefusals("not-found");

        var staff = api.MapGroup("/tariff-requests").WithTags("members").WithRefusals("not-found");
        staff.MapGet("/", WaitingAsync).WithName("ListTariffRequests").WithSummary("Requests of members of my sites that wait, the oldest first");
        staff.MapGet("/{id:guid}/proof", ProofAsync).WithName("GetTariffProof").WithSummary("The document that was shown, as long as it is kept")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream");
        staff.MapPost("/{id:guid}/accept", AcceptAsync).WithName("AcceptTariffRequest").WithSummary("Put the member into the group, from and until")
            .WithRefusals("tariff-request-answered", "group-membership-refused");
        staff.MapPost("/{id:guid}/refuse", RefuseAsync).WithName("RefuseTariffRequest").WithSummary("Say no, with a reason that the member reads").WithRefusals("tariff-request-answered");
    }

    /// <summary>Always to be kept and never to be shown in place: what it holds came from somebody, and its name from us.</summary>
    public static FileContentHttpResult FileOf(TariffProofRow proof) =>
        TypedResults.File(proof.Content, ProofFile.MediaTypeOf(proof.Kind), $"{proof.Request}.{ProofFile.ExtensionOf(proof.Kind)}");

    private static async Task<Ok<MyTariffRequestsResponse>> MineAsync(AskForTariff ask, CancellationToken ct) => TypedResults.Ok(new MyTariffRequestsResponse(
        [.. (await ask.GroupsAsync(ct)).Select(TariffGroupResponse.From)], [.. (await ask.MineAsync(ct)).Select(MyTariffRequestResponse.From)]));

    private static async Task<Results<Created<MyTariffRequestResponse>, ProblemHttpResult>> AskAsync(IFormFile file, [FromForm] Guid group, AskForTariff ask, CancellationToken ct)
    {
        await using var content = file.OpenReadStream();
        return (await ask.ExecuteAsync(group, content, ct)).Match<Results<Created<MyTariffRequestResponse>, ProblemHttpResult>>(
            made => TypedResults.Created($"{ApiFeature.Base}/me/tariff-requests/{made.Row.Id}", MyTariffRequestResponse.From(made)),
            refusal => refusal.ToProblem());
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> WithdrawAsync(Guid id, AskForTariff ask, CancellationToken ct) => Answer(await ask.WithdrawAsync(id, ct));

    private static async Task<Results<Ok<Page<TariffRequestResponse>>, ProblemHttpResult>> WaitingAsync(int? limit, string? after, DecideTariffRequests decide, CancellationToken ct) => decide.MayDecide
        ? TypedResults.Ok((await decide.WaitingAsync(Cursor.Parse(after), Cursor.Limit(limit), ct)).Select(TariffRequestResponse.From))
        : new NoSuchThing("tariff-requests").ToProblem();

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ProofAsync(Guid id, DecideTariffRequests decide, CancellationToken ct) =>
        (await decide.ProofAsync(id, ct)).Match<Results<FileContentHttpResult, ProblemHttpResult>>(proof => FileOf(proof), refusal => refusal.ToProblem());

    private static async Task<Results<NoContent, ProblemHttpResult>> AcceptAsync(Guid id, AcceptTariffRequest request, DecideTariffRequests decide, CancellationToken ct) =>
        Answer(await decide.AcceptAsync(id, request.From, request.Until, request.Seen, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> RefuseAsync(Guid id, RefuseTariffRequest request, DecideTariffRequests decide, CancellationToken ct) =>
        Answer(await decide.RefuseAsync(id, request.Reason, ct));

    private static Results<NoContent, ProblemHttpResult> Answer(Refusal? refusal) => refusal is null ? TypedResults.NoContent() : refusal.ToProblem();
}
