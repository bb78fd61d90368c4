using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;

namespace Fablab.Web.Features.People.Admitting;

/// <summary>Who waits to become a member, and the answer; and asking for it.</summary>
internal static class AdmittingPages
{
    public const string Address = "/people/requests";

    public static void MapAdmittingPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Address, (AdmitMembers admit, LabClock clock, CancellationToken ct) => ShowAsync(admit, clock, null, ct));
        pages.MapPost(Address, AnswerAsync);
        pages.MapPost("/sites/{code}/membership", async (string code, AskForMembership ask, CancellationToken ct) =>
            (await ask.ExecuteAsync(code, ct)).Refusal is NoSuchThing ? (IResult)PageResults.NotFound() : Go.To($"/sites/{code}"));
    }

    private static async Task<IResult> AnswerAsync(
        [FromForm] string? site, [FromForm] Guid? member, [FromForm] string? act, [FromForm] string? reason, AdmitMembers admit, LabClock clock, CancellationToken ct)
    {
        var said = reason?.Trim() is { Length: > 0 } text ? text[..Math.Min(text.Length, 500)] : null;
        var refusal = await admit.AnswerAsync(site ?? "", new MemberId(member ?? Guid.Empty), act == "accept", said, ct);
        return refusal switch
        {
            null => Go.To(Address),
            NoSuchThing => PageResults.NotFound(),
            _ => await ShowAsync(admit, clock, refusal, ct),
        };
    }

    private static async Task<IResult> ShowAsync(AdmitMembers admit, LabClock clock, Refusal? refusal, CancellationToken ct) =>
        (await admit.SitesAsync(Right.AdmitMembers, ct)).Count == 0
            ? PageResults.NotFound()
            : PageResults.Page<MembershipRequestsPage>(
                new { Requests = await admit.WaitingAsync(ct), Refusal = refusal, Now = clock.Now }, refusal is null ? StatusCodes.Status200OK : RefusalTable.StatusOf(refusal));
}
