using Fablab.Domain.Members;
using Fablab.Web.Components;
using Microsoft.AspNetCore.Mvc;

namespace Fablab.Web.Features.Organisations.Verifying;

internal static class VerifyingPages
{
    public static void MapVerifyingPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(NewOrganisations.PageAddress, async (NewOrganisations news, CancellationToken ct) =>
            news.MayVerify ? (IResult)PageResults.Page<NewOrganisationsPage>(new { Organisations = await news.ListAsync(ct) }) : PageResults.NotFound());
        pages.MapPost(NewOrganisations.PageAddress, async ([FromForm] Guid verify, NewOrganisations news, CancellationToken ct) =>
            (await news.VerifyAsync(new OrganisationId(verify), ct)).Refusal is null ? (IResult)Go.To(NewOrganisations.PageAddress) : PageResults.NotFound());
    }
}
