using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Billing.Issuing;
using Fablab.Web.Features.Organisations.SigningUp;
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
        var (id, said) = (new OrganisationId(turnDown ?? verify ?? default), PostedText.Of(reason));
        if (turnDown is not null && news.MayVerify && said.Length is 0 or > OrganisationRow.LongestReason)
        {
            return await AgainAsync("Missing");
        }

        var seen = VersionTag.Of(version);
        return (turnDown is null ? await news.VerifyAsync(id, seen, ct) : await news.TurnDownAsync(id, said, seen, ct)).Refusal switch
        {
            null => Go.To(NewOrganisations.PageAddress),
            StaleVersion or OrganisationTurnedDown => await AgainAsync("Changed"),
            OrganisationKnown => await AgainAsync("Known"),
            _ => PageResults.NotFound(),
        };

        async Task<IResult> AgainAsync(string why) => PageResults.Page<NewOrganisationsPage>(
            new { Organisations = await news.ListAsync(ct), Refused = (OrganisationId?)id, Why = why, Typed = said }, StatusCodes.Status422UnprocessableEntity);
    }
}
