using System.Globalization;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Organisations.Editing;
using Fablab.Web.Features.Reservations;

namespace Fablab.Web.Features.Organisations.SigningUp;

/// <summary>Signing an organisation up, and changing what it says of itself, in one form.</summary>
internal static class SignUpPages
{
    public const string Address = "/organisations/sign-up";

    private static readonly string[] Told = ["organisation-known", "too-many-organisations", "stale-version"];

    public static void MapSignUpPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Address, () => Show(new OrganisationForm(), Address, "/organisations", null, null));
        pages.MapPost(Address, SignUpAsync);
        pages.MapGet("/organisations/{id:guid}/edit", AskAsync);
        pages.MapPost("/organisations/{id:guid}/edit", EditAsync);
    }

    private static async Task<IResult> SignUpAsync(HttpContext http, SignUpOrganisation signUp, IdempotentRequest idempotent, CurrentMember me, CancellationToken ct)
    {
        var form = OrganisationForm.Read(await http.Request.ReadFormAsync(ct));
        idempotent.Begin(me.Id, form.Key, http.Request, form.Typed);
        return (await idempotent.OnceAsync(() => signUp.ExecuteAsync(form.Typed, ct), row => row.Id.Value)).TryGet(out var id, out var refusal)
            ? Go.To($"/organisations/{id}")
            : Show(form, Address, "/organisations", null, refusal);
    }

    private static async Task<IResult> AskAsync(Guid id, ReadOrganisations read, CurrentMember me, CancellationToken ct) =>
        me.May(Right.ManageOrganisation, Subject.Of(new OrganisationId(id))) && (await read.OneAsync(me, new OrganisationId(id), ct)).TryGet(out var row, out _)
            ? Show(OrganisationForm.Of(row), $"/organisations/{id}/edit", $"/organisations/{id}", row.Version, null)
            : PageResults.NotFound();

    private static async Task<IResult> EditAsync(Guid id, HttpContext http, EditOrganisation edit, CancellationToken ct)
    {
        var posted = await http.Request.ReadFormAsync(ct);
        var form = OrganisationForm.Read(posted);
        var version = int.TryParse(posted["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var refusal = (await edit.ExecuteAsync(new OrganisationId(id), form.Typed, VersionTag.Of(version), ct)).Refusal;
        return refusal switch
        {
            null => Go.To($"/organisations/{id}"),
            NoSuchThing => PageResults.NotFound(),
            NotAllowed => PageResults.Error(StatusCodes.Status403Forbidden),
            _ => Show(form, $"/organisations/{id}/edit", $"/organisations/{id}", version, refusal),
        };
    }

    private static IResult Show(OrganisationForm form, string address, string back, int? version, Refusal? refusal) =>
        PageResults.Page<OrganisationFormPage>(
            new
            {
                Form = form with { Reasons = (refusal as OrganisationRefused)?.Reasons ?? [] },
                Address = address,
                Back = back,
                Version = version,
                Refused = Told.Contains(refusal?.Code) ? refusal!.Code : null,
            },
            refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
}
