using Fablab.Domain.Billing;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Organisations;

/// <param name="MayCharge">I may book on this project.</param>
internal sealed record ProjectResponse(Guid Id, string Name, Guid OrganisationId, string Organisation, string? PurchaseOrder, bool MayCharge)
{
    public static ProjectResponse From(ProjectView view) => new(
        view.Project.Id.Value, view.Project.Name, view.Project.Organisation.Value, view.Organisation, view.Project.PurchaseOrder,
        (Access.WhoMay(Right.ChargeProject) & Access.StandingOf(view.Role)) != Standing.None);
}

internal sealed record OrganisationResponse(Guid Id, string Name, string Address, string? Siren, string? VatNumber)
{
    public static OrganisationResponse From(OrganisationRow row) => new(row.Id.Value, row.Name, row.Address, row.Siren, row.VatNumber);
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

        var organisations = api.MapGroup("/organisations/{id:guid}").WithTags("organisations").WithRefusals("not-found");
        organisations.MapGet("/", OneAsync).WithName("GetOrganisation").WithSummary("An organisation I belong to");
        organisations.MapGet("/charges", ChargesAsync).WithName("ListOrganisationCharges").WithSummary("Charges of an organisation's projects, newest first");
        organisations.MapGet("/invoices", InvoicesAsync).WithName("ListOrganisationInvoices").WithSummary("An organisation's invoices, newest first");
    }

    private static async Task<Ok<IReadOnlyList<ProjectResponse>>> ProjectsAsync(ReadOrganisations read, CurrentMember me, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<ProjectResponse>>([.. (await read.MyProjectsAsync(me.Id, ct)).Select(ProjectResponse.From)]);

    private static async Task<Results<Ok<OrganisationResponse>, ProblemHttpResult>> OneAsync(Guid id, ReadOrganisations read, CurrentMember me, CancellationToken ct) =>
        (await read.OneAsync(me, new OrganisationId(id), ct)).Match<Results<Ok<OrganisationResponse>, ProblemHttpResult>>(
            row => TypedResults.Ok(OrganisationResponse.From(row)),
            refusal => refusal.ToProblem());

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
