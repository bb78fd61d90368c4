using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Trainings.Courses;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Trainings.Refunding;

/// <param name="DueAt">Since when it is owed.</param>
/// <param name="RefundedAt">When staff said that it was given back; left out while it is owed.</param>
internal sealed record RefundResponse(
    Guid Id, Guid MemberId, string Name, string? Email, Guid SessionId, WordingResponse Course, string Site, Instant Start, MoneyResponse Amount, RefundCause Cause, Instant DueAt, Instant? RefundedAt)
{
    public static RefundResponse From(RefundView view) => new(
        view.Row.Id.Value, view.Row.Member.Value, view.Name, view.Email, view.Session.Id.Value, WordingResponse.From(view.Course.Name), view.Site.Code, view.Session.Start,
        MoneyResponse.From(view.Row.Amount), view.Row.Cause, view.Row.DueAt, view.Row.RefundedAt);
}

/// <summary>What is owed for trainings, by the API and as a page of each site.</summary>
internal static class RefundPages
{
    public static string AddressOf(string site) => $"/sites/{site}/refunds";

    public static void MapTrainingRefunds(this RouteGroupBuilder api)
    {
        var refunds = api.MapGroup("/training-refunds").WithTags("trainings").WithRefusals("not-found");
        refunds.MapGet("/", ListAsync).WithName("ListTrainingRefunds")
            .WithSummary("What is owed for trainings of the sites that I manage, the newest first; with refunded=true what was given back");
        refunds.MapPost("/{id:guid}/refunded", SettleAsync).WithName("SettleTrainingRefund").WithSummary("Say that the price of a seat was given back; once").WithRefusals("refunded-already");
    }

    public static void MapRefundPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/sites/{code}/refunds", (string code, bool? refunded, string? after, RefundsPageModel page, CancellationToken ct) => page.ShowAsync(code, refunded == true, after, null, ct));
        pages.MapPost("/sites/{code}/refunds", async (string code, [FromForm] Guid? refund, Refunds refunds, RefundsPageModel page, CancellationToken ct) =>
            (await refunds.SettleAsync(new TrainingRefundId(refund ?? Guid.Empty), ct)).Refusal is { } refusal ? await page.ShowAsync(code, false, null, refusal, ct) : Go.To(AddressOf(code)));
    }

    private static async Task<Results<Ok<Page<RefundResponse>>, ProblemHttpResult>> ListAsync(
        string? site, bool? refunded, string? after, int? limit, Refunds refunds, CancellationToken ct) =>
        await refunds.ListAsync(site, refunded == true, Cursor.Parse(after), Cursor.Limit(limit), ct) is { } page ? TypedResults.Ok(page.Select(RefundResponse.From)) : new NoSuchThing("refunds").ToProblem();

    private static async Task<Results<Ok<RefundResponse>, ProblemHttpResult>> SettleAsync(Guid id, Refunds refunds, CancellationToken ct) =>
        (await refunds.SettleAsync(new TrainingRefundId(id), ct)).Match<Results<Ok<RefundResponse>, ProblemHttpResult>>(view => TypedResults.Ok(RefundResponse.From(view)), refusal => refusal.ToProblem());
}

/// <summary>Puts the page of a site's refunds together.</summary>
internal sealed class RefundsPageModel(FablabDb db, Refunds refunds)
{
    public async Task<IResult> ShowAsync(string code, bool isRefunded, string? after, Refusal? refusal, CancellationToken ct)
    {
        code = StorableText.Of(code);
        return refusal is not NoSuchThing && await refunds.ListAsync(code, isRefunded, Cursor.Parse(after), Cursor.DefaultLimit, ct) is { } page
            ? PageResults.Page<RefundsPage>(
                new { Site = await db.Sites.AsNoTracking().SingleAsync(row => row.Code == code, ct), Refunds = page.Items, page.Next, IsRefunded = isRefunded, Refusal = refusal },
                refusal is null ? StatusCodes.Status200OK : RefusalTable.StatusOf(refusal))
            : PageResults.NotFound();
    }
}
