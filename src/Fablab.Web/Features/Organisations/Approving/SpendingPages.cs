using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Approving;
using Microsoft.AspNetCore.Mvc;

namespace Fablab.Web.Features.Organisations.Approving;

internal static class SpendingPages
{
    private const int LongestReason = 500;

    public static void MapSpendingPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/organisations/{id:guid}/requests", (Guid id, ReadOrganisations read, SpendingRequests requests, CurrentMember me, CancellationToken ct) =>
            ShowAsync(new OrganisationId(id), false, read, requests, me, ct));
        pages.MapPost("/organisations/{id:guid}/requests", AnswerAsync);
    }

    private static async Task<IResult> AnswerAsync(
        Guid id, [FromForm] Guid reservation, [FromForm] string? act, [FromForm] string? reason, ApproveReservation approve, ReadOrganisations read, SpendingRequests requests,
        CurrentMember me, CancellationToken ct)
    {
        var said = StorableText.Of(reason?.Trim() ?? "");
        var organisation = new OrganisationId(id);
        var result = await approve.AnswerSpendingAsync(organisation, new ReservationId(reservation), act == "approve", said.Length == 0 ? null : said[..Math.Min(said.Length, LongestReason)], ct);
        return result.Refusal is null ? Go.To($"/organisations/{id}/requests") : await ShowAsync(organisation, true, read, requests, me, ct);
    }

    private static async Task<IResult> ShowAsync(OrganisationId id, bool isTooLate, ReadOrganisations read, SpendingRequests requests, CurrentMember me, CancellationToken ct) =>
        (await read.OneAsync(me, id, ct)).TryGet(out var organisation, out _) && (await requests.ListAsync(id, ct)).TryGet(out var waiting, out _)
            ? PageResults.Page<RequestsPage>(
                new { Organisation = organisation, Requests = waiting, IsTooLate = isTooLate }, isTooLate ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : PageResults.NotFound();
}
