using System.Globalization;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Members.AccessTokens;
using Fablab.Web.Features.Members.Accounts;
using Fablab.Web.Features.Members.Securing;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Hosting;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Organisations.OwnTokens;

internal static class OrganisationTokenPages
{
    public static string AddressOf(OrganisationId organisation) => $"/organisations/{organisation}/tokens";

    public static void MapOrganisationTokenPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/organisations/{id:guid}/tokens", (Guid id, OrganisationTokensPageModel page, CancellationToken ct) =>
            page.ShowAsync(new OrganisationId(id), new OwnTokenForm("", AccountPages.Lives[0], null), null, ct));
        pages.MapPost("/organisations/{id:guid}/tokens", ActAsync);
    }

    private static async Task<IResult> ActAsync(Guid id, HttpContext http, OrganisationTokens tokens, OrganisationTokensPageModel page, CancellationToken ct)
    {
        var (organisation, posted) = (new OrganisationId(id), await http.Request.ReadFormAsync(ct));
        if (Guid.TryParse(posted["revoke"], out var token))
        {
            // One that is gone already is what was wanted.
            var refused = (await tokens.RevokeAsync(organisation, token, ct)).Refusal;
            return refused is NotAllowed or NoSuchThing { What: "organisation" } ? Refused(refused) : Go.To(AddressOf(organisation));
        }

        var name = posted["name"].ToString().Trim();
        var days = int.TryParse(posted["days"], NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && AccountPages.Lives.Contains(wanted) ? wanted : AccountPages.Lives[0];
        if (name.Length == 0)
        {
            return await page.ShowAsync(organisation, new OwnTokenForm(name, days, "name"), null, ct);
        }

        var result = await tokens.CreateAsync(organisation, name, Duration.FromDays(days), ct);
        return result.TryGet(out var made, out var refusal)
            ? await page.ShowAsync(organisation, new OwnTokenForm("", days, null), made.Secret, ct)
            : refusal switch
            {
                ConfirmationNeeded => Go.To(SecurityPages.ConfirmFor(AddressOf(organisation))),
                TooManyTokens => await page.ShowAsync(organisation, new OwnTokenForm(name, days, refusal.Code), null, ct),
                _ => Refused(refusal),
            };
    }

    private static IResult Refused(Refusal refusal) => refusal is NotAllowed ? PageResults.Error(StatusCodes.Status403Forbidden) : PageResults.NotFound();
}

/// <summary>A token of an organisation as it is asked for.</summary>
/// <param name="Lack">Why it could not be made: <c>name</c>, or the code of a refusal.</param>
public sealed record OwnTokenForm(string Name, int Days, string? Lack);

/// <summary>Puts the page of an organisation's own tokens together.</summary>
internal sealed class OrganisationTokensPageModel(ReadOrganisations read, OrganisationTokens tokens, CurrentMember me, IDateTimeZoneProvider zones, IOptions<WebOptions> web)
{
    /// <param name="secret">Of a token that was just made.</param>
    public async Task<IResult> ShowAsync(OrganisationId id, OwnTokenForm form, string? secret, CancellationToken ct)
    {
        if (!(await read.OneAsync(me, id, ct)).TryGet(out var organisation, out _) || !(await tokens.ListAsync(id, ct)).TryGet(out var list, out _))
        {
            return PageResults.NotFound();
        }

        return PageResults.Page<OrganisationTokensPage>(
            new { Organisation = organisation, Tokens = list, Secret = secret, Form = form, AccountPages.Lives, Zone = zones[web.Value.TimeZone] },
            form.Lack is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}
