using Fablab.Domain;
using Fablab.Domain.Desks;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
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
            ShowAsync(new OrganisationId(id), null, read, requests, me, ct));
        pages.MapPost("/organisations/{id:guid}/requests", AnswerAsync);
    }

    private static async Task<IResult> AnswerAsync(
        Guid id, [FromForm] Guid reservation, [FromForm] string? act, [FromForm] string? reason, [FromForm] string? version, ApproveReservation approve, ReadOrganisations read,
        SpendingRequests requests, CurrentMember me, CancellationToken ct)
    {
        if (act is not ("approve" or "decline") || string.IsNullOrEmpty(version))
        {
            return PageResults.NotFound();
        }

        var said = StorableText.Of(reason?.Trim() ?? "");
        var organisation = new OrganisationId(id);
        var why = said.Length == 0 ? null : said[..Math.Min(said.Length, LongestReason)];
        var result = await approve.AnswerSpendingAsync(organisation, new ReservationId(reservation), act == "approve", why, version, ct);
        return result.Refusal is not { } refused ? Go.To($"/organisations/{id}/requests") : await ShowAsync(organisation, refused, read, requests, me, ct);
    }

    private static async Task<IResult> ShowAsync(OrganisationId id, Refusal? refused, ReadOrganisations read, SpendingRequests requests, CurrentMember me, CancellationToken ct) =>
        (await read.OneAsync(me, id, ct)).TryGet(out var organisation, out _) && (await requests.ListAsync(id, ct)).TryGet(out var waiting, out _)
            ? PageResults.Page<RequestsPage>(
                new { Organisation = organisation, Requests = waiting, Refused = refused switch { null => null, StaleVersion => "Changed", ProjectNotYours => "NotCharged", _ => "Over" } },
                refused is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity)
            : PageResults.NotFound();
}
