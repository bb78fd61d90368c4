using Fablab.Domain;
using Fablab.Domain.Billing;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Organisations.Approving;
using Fablab.Web.Features.Organisations.Belonging;
using Fablab.Web.Features.Organisations.Budgeting;
using Fablab.Web.Features.Organisations.Editing;
using Fablab.Web.Features.Organisations.Inviting;
using Fablab.Web.Features.Organisations.OwnTokens;
using Fablab.Web.Features.Organisations.SigningUp;
using Fablab.Web.Features.Reservations.Reading;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace Fablab.Web.Features.Organisations;

/// <param name="MayCharge">I may book on this project.</param>
/// <param name="IsDefault">My choice for bookings of which nothing else is said, or else its organisation's.</param>
internal sealed record ProjectResponse(Guid Id, string Name, Guid OrganisationId, string Organisation, string? PurchaseOrder, bool MayCharge, bool IsDefault)
{
    public static ProjectResponse From(ProjectView view) => new(
        view.Project.Id.Value, view.Project.Name, view.Project.Organisation.Value, view.Organisation, view.Project.PurchaseOrder,
        ChargedProjects.MayCharge(view.Role), view.IsDefault);
}

internal sealed record ChargeLineResponse(PriceComponent Component, long QuantityE4, string UnitCode, long PriceMicros, int PriceBase, MoneyResponse Net);

internal sealed record ChargeResponse(
    Guid Id, Guid SessionId, Guid ReservationId, string Machine, Guid? ProjectId, string? Project, Instant From, Instant Until, LocalDate Period, MoneyResponse Net,
    int VatRateBasisPoints, IReadOnlyList<ChargeLineResponse> Lines, IReadOnlyList<ExplanationStep> Explanation, Instant ChargedAt)
{
    public static ChargeResponse Of(ChargeView view)
    {
        var charge = view.Charge;
        return new ChargeResponse(
            charge.Id.Value, charge.Session.Value, charge.Reservation.Value, view.MachineCode, charge.Project?.Value, view.Project, charge.From, charge.Until,
            charge.Period, MoneyResponse.From(charge.Net), charge.VatRateBasisPoints,
            [.. charge.Lines.Select(line => new ChargeLineResponse(
                line.Component, line.QuantityE4, line.UnitCode, line.PriceMicros, line.PriceBase, MoneyResponse.From(line.Net)))],
            charge.Explanation, charge.ChargedAt);
    }
}

internal sealed record InvoiceListItem(Guid Id, string Number, LocalDate Period, LocalDate IssuedOn, LocalDate DueOn, MoneyResponse Net, MoneyResponse Gross)
{
    public static InvoiceListItem From(InvoiceRow row) => new(
        row.Id.Value, row.Number, row.Period, row.IssuedOn, row.DueOn, MoneyResponse.From(row.Net), MoneyResponse.From(row.Gross));
}

internal static class OrganisationEndpoints
{
    public static void MapOrganisations(this RouteGroupBuilder api)
    {
        api.MapGet("/projects", ProjectsAsync).WithTags("organisations").WithName("ListMyProjects").WithSummary("Open projects of my organisations");
        api.MapGet("/charges", MyChargesAsync).WithTags("billing").WithName("ListMyCharges").WithSummary("Charges that I pay myself, newest first");

        api.MapSigningUp();
        api.MapInvitations();
        var organisations = api.MapGroup("/organisations/{id:guid}").WithTags("organisations").WithRefusals("not-found");
        organisations.MapGet("/", OneAsync).WithName("GetOrganisation").WithSummary("An organisation I belong to, with its version as ETag");
        organisations.MapPut("/", EditAsync).WithName("EditOrganisation").WithSummary("Change what an organisation says of itself; another name or number is verified anew")
            .WithRefusals("not-allowed", "organisation-refused", "organisation-known", "stale-version");
        organisations.MapBelonging();
        organisations.MapProjects();
        organisations.MapSpendingRequests();
        organisations.MapOwnTokens();
        organisations.MapOrganisationReservations();
        api.MapDefaultProject();
        organisations.MapGet("/charges", ChargesAsync).WithName("ListOrganisationCharges").WithSummary("Charges of an organisation's projects, newest first");
        organisations.MapGet("/invoices", InvoicesAsync).WithName("ListOrganisationInvoices").WithSummary("An organisation's invoices, newest first");
    }

    private static async Task<Ok<IReadOnlyList<ProjectResponse>>> ProjectsAsync(ReadOrganisations read, CurrentMember me, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<ProjectResponse>>([.. (await read.MyProjectsAsync(me.Id, ct)).Select(ProjectResponse.From)]);

    public static string LocationOf(OrganisationId id) => $"{ApiFeature.Base}/organisations/{id}";

    private static async Task<Results<Ok<OrganisationResponse>, ProblemHttpResult>> OneAsync(
        Guid id, ReadOrganisations read, CurrentMember me, HttpResponse http, CancellationToken ct) =>
        Answer(await read.OneAsync(me, new OrganisationId(id), ct), me.May(Right.ManageOrganisation, Subject.Of(new OrganisationId(id))), http);

    private static async Task<Results<Ok<OrganisationResponse>, ProblemHttpResult>> EditAsync(
        Guid id, OrganisationRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, EditOrganisation edit, HttpResponse http, CancellationToken ct) =>
        Answer(await edit.ExecuteAsync(new OrganisationId(id), request, ifMatch, ct), true, http);

    private static Results<Ok<OrganisationResponse>, ProblemHttpResult> Answer(Result<OrganisationRow> result, bool isOwner, HttpResponse http)
    {
        if (!result.TryGet(out var row, out var refusal))
        {
            return refusal.ToProblem();
        }

        http.Headers.ETag = VersionTag.Of(row.Version);
        var response = OrganisationResponse.From(row);
        return TypedResults.Ok(isOwner ? response : response with { TurnedDownReason = null });
    }

    private static async Task<Ok<Page<ChargeResponse>>> MyChargesAsync(int? limit, string? after, ReadOrganisations read, CurrentMember me, CancellationToken ct) =>
        TypedResults.Ok((await read.MyChargesAsync(me.Id, Cursor.Parse(after), Cursor.Limit(limit), ct)).Select(ChargeResponse.Of));

    private static async Task<Results<Ok<Page<ChargeResponse>>, ProblemHttpResult>> ChargesAsync(
        Guid id, int? limit, string? after, ReadOrganisations read, CurrentMember me, CancellationToken ct) =>
        (await read.ChargesAsync(me, new OrganisationId(id), Cursor.Parse(after), Cursor.Limit(limit), ct)).Match<Results<Ok<Page<ChargeResponse>>, ProblemHttpResult>>(
            page => TypedResults.Ok(page.Select(ChargeResponse.Of)),
            refusal => refusal.ToProblem());

    private static async Task<Results<Ok<Page<InvoiceListItem>>, ProblemHttpResult>> InvoicesAsync(
        Guid id, int? limit, string? after, ReadOrganisations read, CurrentMember me, CancellationToken ct) =>
        (await read.InvoicesAsync(me, new OrganisationId(id), Cursor.Parse(after), Cursor.Limit(limit), ct)).Match<Results<Ok<Page<InvoiceListItem>>, ProblemHttpResult>>(
            page => TypedResults.Ok(page.Select(InvoiceListItem.From)),
            refusal => refusal.ToProblem());
}
