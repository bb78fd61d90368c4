using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Microsoft.AspNetCore.Mvc;

namespace Fablab.Web.Features.Organisations.Verifying;

internal static class VerifyingPages
{
    public static void MapVerifyingPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(NewOrganisations.PageAddress, async (NewOrganisations news, CancellationToken ct) =>
            news.MayVerify ? (IResult)PageResults.Page<NewOrganisationsPage>(new { Organisations = await news.ListAsync(ct) }) : PageResults.NotFound());
        pages.MapPost(NewOrganisations.PageAddress, SayAsync);
    }

    private static async Task<IResult> SayAsync(
        [FromForm] Guid? verify, [FromForm] Guid? turnDown, [FromForm] int version, [FromForm] string? reason, NewOrganisations news, CancellationToken ct)
    {
        Refusal? refusal;
        if (turnDown is { } id)
        {
            var said = reason?.Trim() ?? "";
            if (news.MayVerify && said.Length is (0 or > OrganisationRow.LongestReason))
            {
                return PageResults.Page<NewOrganisationsPage>(
                    new { Organisations = await news.ListAsync(ct), Missing = (OrganisationId?)new OrganisationId(id), Typed = said }, StatusCodes.Status422UnprocessableEntity);
            }

            refusal = (await news.TurnDownAsync(new OrganisationId(id), said, VersionTag.Of(version), ct)).Refusal;
        }
        else
        {
            refusal = (await news.VerifyAsync(new OrganisationId(verify ?? default), VersionTag.Of(version), ct)).Refusal;
        }

        return refusal switch
        {
            // What changed meanwhile is shown anew.
            null or StaleVersion => Go.To(NewOrganisations.PageAddress),
            _ => PageResults.NotFound(),
        };
    }
}
