using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Microsoft.AspNetCore.Mvc;

namespace Fablab.Web.Features.Organisations.Verifying;

internal static class VerifyingPages
{
    public static void MapVerifyingPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(NewOrganisations.PageAddress, async (NewOrganisations news, CancellationToken ct) =>
            news.MayVerify ? (IResult)PageResults.Page<NewOrganisationsPage>(new { Organisations = await news.ListAsync(ct) }) : PageResults.NotFound());
        pages.MapPost(NewOrganisations.PageAddress, async ([FromForm] Guid verify, [FromForm] int version, NewOrganisations news, CancellationToken ct) =>
            (await news.VerifyAsync(new OrganisationId(verify), VersionTag.Of(version), ct)).Refusal switch
            {
                // What changed meanwhile is shown anew.
                null or StaleVersion => (IResult)Go.To(NewOrganisations.PageAddress),
                _ => PageResults.NotFound(),
            });
    }
}
