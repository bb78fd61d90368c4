using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Members;
using Fablab.Domain.Privacy;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.Privacy.Consenting;
using Fablab.Web.Features.Privacy.Erasing;
using Fablab.Web.Features.Privacy.Exporting;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Privacy;

/// <param name="Reason">The member reads it.</param>
public sealed record EraseMemberRequest([property: Required, StringLength(ErasureRow.LongestReason, MinimumLength = 3)] string Reason);

/// <param name="PlannedAt">When it will be done; until then it can be cancelled.</param>
/// <param name="DueAt">When it is tried, later than planned while something is in the way.</param>
/// <param name="InTheWay">Codes of what would hold it up now.</param>
internal sealed record ErasureResponse(Guid Id, ErasureOrigin Origin, string? Reason, Instant AskedAt, Instant PlannedAt, Instant? DueAt, IReadOnlyList<string> InTheWay)
{
    public static ErasureResponse From(ErasureRow row, IReadOnlyList<ErasureObstacle> obstacles) =>
        new(row.Id.Value, row.Origin, row.Reason, row.AskedAt, row.PlannedAt, row.DueAt, [.. obstacles.Select(one => one.Code)]);
}

internal sealed record ConsentResponse(ConsentPurpose Purpose, int Version, bool IsGiven, IReadOnlyList<ConsentFact> History)
{
    public static ConsentResponse From(ConsentView view) =>
        new(view.Purpose, view.Version, view.IsGiven, [.. view.History.Select(row => new ConsentFact(row.Version, row.GivenAt, row.WithdrawnAt))]);
}

internal sealed record ConsentFact(int Version, Instant GivenAt, Instant? WithdrawnAt);

/// <param name="IsGiven">Yes or no, from now on.</param>
public sealed record ConsentRequest([property: Required] bool? IsGiven);

internal static class PrivacyEndpoints
{
    public static void MapPrivacyEndpoints(this RouteGroupBuilder api)
    {
        var mine = api.MapGroup("/me").WithTags("privacy");
        mine.MapGet("/export", ExportAsync).WithName("ExportMe").WithSummary("All that the lab has of me, as a ZIP; in a browser where I proved a moment ago to be there, and by no access token")
            .Produces(StatusCodes.Status200OK, contentType: "application/zip").WithRefusals("confirmation-needed");
        mine.MapGet("/erasure", MineAsync).WithName("GetMyErasure").WithSummary("When I will be erased").WithRefusals("not-found");
        mine.MapPost("/erasure", AskAsync).WithName("EraseMe").WithSummary("Have all erased that the lab has of me, after some days in which I can change my mind; by no access token")
            .WithRefusals("confirmation-needed", "erasure-blocked", "erasure-asked");
        mine.MapDelete("/erasure", CancelAsync).WithName("KeepMe").WithSummary("Change my mind").WithRefusals("not-found");
        mine.MapGet("/consents", ConsentsAsync).WithName("ListMyConsents").WithSummary("What I allow and need not, and what I said before");
        mine.MapPut("/consents/{purpose}", SayAsync).WithName("SetMyConsent").WithSummary("Allow something, or no longer").WithRefusals("not-found");

        var members = api.MapGroup("/members/{member:guid}/erasure").WithTags("privacy").WithRefusals("not-found", "not-allowed");
        members.MapPost("/", AskForAsync).WithName("EraseMember").WithSummary("Have a member erased, with a reason that they read, after some days in which they can object")
            .WithRefusals("confirmation-needed", "erasure-blocked", "erasure-asked");
        members.MapDelete("/", CancelForAsync).WithName("KeepMember").WithSummary("Take the wish to erase a member back");
    }

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> ExportAsync(ExportPerson export, CancellationToken ct) =>
        (await export.ExecuteAsync(ct)).Match<Results<PushStreamHttpResult, ProblemHttpResult>>(file => file, refusal => refusal.ToProblem());

    private static async Task<Results<Ok<ErasureResponse>, ProblemHttpResult>> MineAsync(AskErasure ask, CurrentMember me, CancellationToken ct) =>
        await ask.OpenAsync(me.Id, ct) is { } open ? TypedResults.Ok(ErasureResponse.From(open.Row, open.Obstacles)) : new NoSuchThing("erasure").ToProblem();

    private static async Task<Results<Created<ErasureResponse>, ProblemHttpResult>> AskAsync(AskErasure ask, CancellationToken ct) =>
        (await ask.AskForMeAsync(ct)).Match<Results<Created<ErasureResponse>, ProblemHttpResult>>(
            row => TypedResults.Created($"{ApiFeature.Base}/me/erasure", ErasureResponse.From(row, [])), refusal => refusal.ToProblem());

    private static async Task<Results<NoContent, ProblemHttpResult>> CancelAsync(AskErasure ask, CancellationToken ct) =>
        await ask.CancelForMeAsync(ct) is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();

    private static async Task<Results<Created<ErasureResponse>, ProblemHttpResult>> AskForAsync(Guid member, EraseMemberRequest request, AskErasure ask, CancellationToken ct) =>
        (await ask.AskForAsync(new MemberId(member), request.Reason, ct)).Match<Results<Created<ErasureResponse>, ProblemHttpResult>>(
            row => TypedResults.Created($"{ApiFeature.Base}/members/{member}/erasure", ErasureResponse.From(row, [])), refusal => refusal.ToProblem());

    private static async Task<Results<NoContent, ProblemHttpResult>> CancelForAsync(Guid member, AskErasure ask, CancellationToken ct) =>
        await ask.CancelForAsync(new MemberId(member), ct) is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();

    private static async Task<Ok<IReadOnlyList<ConsentResponse>>> ConsentsAsync(Consents consents, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<ConsentResponse>>([.. (await consents.OfMeAsync(ct)).Select(ConsentResponse.From)]);

    private static async Task<Results<NoContent, ProblemHttpResult>> SayAsync(string purpose, ConsentRequest request, Consents consents, CancellationToken ct)
    {
        if (PurposeOf(purpose) is not { } wanted)
        {
            return new NoSuchThing("consent").ToProblem();
        }

        await consents.SayAsync(wanted, request.IsGiven!.Value, ct);
        return TypedResults.NoContent();
    }

    /// <summary>By its name in JSON: <c>nameShown</c>.</summary>
    public static ConsentPurpose? PurposeOf(string? name) =>
        Enum.TryParse<ConsentPurpose>(name, ignoreCase: true, out var purpose) && Enum.IsDefined(purpose) && !char.IsAsciiDigit(name![0]) ? purpose : null;
}
