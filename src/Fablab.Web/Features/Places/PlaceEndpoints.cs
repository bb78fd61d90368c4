using Fablab.Domain.Billing;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Places.Entities;
using Fablab.Web.Features.Places.Sites;
using Fablab.Web.Features.Places.Tariffs;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Fablab.Web.Features.Places;

/// <param name="VatNumber">Left out by who has none.</param>
internal sealed record LegalEntityResponse(Guid Id, string Name, string LegalForm, string Address, string Siren, string? VatNumber, string Iban, string InvoiceSeries)
{
    public static LegalEntityResponse From(LegalEntityRow row) => new(row.Id, row.Name, row.LegalForm, row.Address, row.Siren, row.VatNumber.Length == 0 ? null : row.VatNumber, row.Iban, row.InvoiceSeries);
}

internal static class PlaceEndpoints
{
    public static void MapPlaces(this RouteGroupBuilder api)
    {
        var entities = api.MapGroup("/legal-entities").WithTags("places");
        entities.MapGet("/", EntitiesAsync).WithName("ListLegalEntities").WithSummary("Who issues the invoices of the lab's sites").WithRefusals("not-allowed");
        entities.MapPost("/", MakeEntityAsync).WithName("MakeLegalEntity").WithSummary("Say who issues invoices, with a series of numbers of its own").WithRefusals("not-allowed", "code-taken", "set-up-refused");
        entities.MapPut("/{id:guid}", EditEntityAsync).WithName("EditLegalEntity").WithSummary("What its next invoices say of it").WithRefusals("not-found", "stale-version", "set-up-refused");
        var sites = api.MapGroup("/sites").WithTags("places").WithRefusals("not-allowed", "set-up-refused");
        sites.MapPost("/", MakeSiteAsync).WithName("MakeSite").WithSummary("Open a site").WithRefusals("code-taken");
        sites.MapPut("/{code}", EditSiteAsync).WithName("EditSite").WithSummary("Where a site is, and who issues its invoices").WithRefusals("not-found", "stale-version");
        var tariffs = api.MapGroup("/tariffs").WithTags("places").WithRefusals("not-allowed");
        tariffs.MapGet("/", TariffsAsync).WithName("ListTariffs").WithSummary("The prices of machines, the newest version of each");
        tariffs.MapPost("/", SetTariffAsync).WithName("SetTariff").WithSummary("A new price, or the next version of one: new reservations of its machines are priced with it");
    }

    private static async Task<Results<Ok<IReadOnlyList<LegalEntityResponse>>, ProblemHttpResult>> EntitiesAsync(KeepLegalEntities keep, CancellationToken ct) =>
        keep.IsAllowed ? TypedResults.Ok<IReadOnlyList<LegalEntityResponse>>([.. (await keep.ListAsync(ct)).Select(LegalEntityResponse.From)]) : new NotAllowed().ToProblem();

    private static async Task<Results<Created<LegalEntityResponse>, ProblemHttpResult>> MakeEntityAsync(MakeLegalEntityRequest request, KeepLegalEntities keep, CancellationToken ct) =>
        (await keep.MakeAsync(request, ct)).Match<Results<Created<LegalEntityResponse>, ProblemHttpResult>>(
            made => TypedResults.Created($"{ApiFeature.Base}/legal-entities/{made.Id}", LegalEntityResponse.From(made)), refusal => refusal.ToProblem());

    private static async Task<Results<Ok<LegalEntityResponse>, ProblemHttpResult>> EditEntityAsync(
        Guid id, LegalEntityRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, KeepLegalEntities keep, HttpResponse http, CancellationToken ct)
    {
        if (!(await keep.EditAsync(id, request, ifMatch, ct)).TryGet(out var row, out var refusal))
        {
            return refusal.ToProblem();
        }

        http.Headers.ETag = KeepLegalEntities.TagOf(row);
        return TypedResults.Ok(LegalEntityResponse.From(row));
    }

    private static async Task<Results<Created<SiteResponse>, ProblemHttpResult>> MakeSiteAsync(MakeSiteRequest request, KeepSites keep, CancellationToken ct) =>
        (await keep.MakeAsync(request, ct)).Match<Results<Created<SiteResponse>, ProblemHttpResult>>(
            made => TypedResults.Created($"{ApiFeature.Base}/sites/{made.Code}", SiteResponse.From(made)), refusal => refusal.ToProblem());

    private static async Task<Results<Ok<SiteResponse>, ProblemHttpResult>> EditSiteAsync(
        string code, SiteRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, KeepSites keep, HttpResponse http, CancellationToken ct)
    {
        if (!(await keep.EditAsync(code, request, ifMatch, ct)).TryGet(out var site, out var refusal))
        {
            return refusal.ToProblem();
        }

        http.Headers.ETag = KeepSites.TagOf(site);
        return TypedResults.Ok(SiteResponse.From(site));
    }

    private static async Task<Results<Ok<IReadOnlyList<MachinePriceResponse>>, ProblemHttpResult>> TariffsAsync(KeepTariffs keep, CancellationToken ct) =>
        keep.IsAllowed ? TypedResults.Ok<IReadOnlyList<MachinePriceResponse>>([.. (await keep.ListAsync(ct)).Select(MachinePriceResponse.From)]) : new NotAllowed().ToProblem();

    private static async Task<Results<Ok<MachinePriceResponse>, ProblemHttpResult>> SetTariffAsync(TariffRequest request, KeepTariffs keep, CancellationToken ct) =>
        (await keep.SetAsync(request, ct)).Match<Results<Ok<MachinePriceResponse>, ProblemHttpResult>>(tariff => TypedResults.Ok(MachinePriceResponse.From(tariff)), refusal => refusal.ToProblem());
}
