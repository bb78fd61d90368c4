using System.Globalization;
using Fablab.Domain;
using Fablab.Domain.Billing;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Places.Entities;
using Fablab.Web.Features.Places.Sites;
using Fablab.Web.Features.Places.Tariffs;

namespace Fablab.Web.Features.Places.Setup;

/// <summary>Where administrators say what the lab consists of: who issues invoices, which sites, which prices.</summary>
internal static class SetupPages
{
    public const string Address = "/setup";

    private const decimal Millionths = 1_000_000;

    public static void MapSetupPages(this IEndpointRouteBuilder pages)
    {
        var setup = pages.MapGroup(Address);
        setup.MapGet("/", ShowAsync);
        setup.MapGet("/legal-entities/new", (KeepLegalEntities keep, CancellationToken ct) => EntityAsync(null, keep, ct));
        setup.MapPost("/legal-entities/new", (HttpContext http, KeepLegalEntities keep, CancellationToken ct) => SaveEntityAsync(null, http, keep, ct));
        setup.MapGet("/legal-entities/{id:guid}", (Guid id, KeepLegalEntities keep, CancellationToken ct) => EntityAsync(id, keep, ct));
        setup.MapPost("/legal-entities/{id:guid}", (Guid id, HttpContext http, KeepLegalEntities keep, CancellationToken ct) => SaveEntityAsync(id, http, keep, ct));
        setup.MapGet("/new-site", (KeepSites keep, KeepLegalEntities entities, ReadMachines machines, CancellationToken ct) => SiteAsync(null, keep, entities, machines, ct));
        setup.MapPost("/new-site", (HttpContext http, KeepSites keep, KeepLegalEntities entities, ReadMachines machines, CancellationToken ct) => SaveSiteAsync(null, http, keep, entities, machines, ct));
        setup.MapGet("/sites/{code}", SiteAsync);
        setup.MapPost("/sites/{code}", SaveSiteAsync);
        setup.MapGet("/tariffs/new", (KeepTariffs keep, CancellationToken ct) => TariffAsync(null, keep, ct));
        setup.MapPost("/tariffs/new", (HttpContext http, KeepTariffs keep, CancellationToken ct) => SaveTariffAsync(null, http, keep, ct));
        setup.MapGet("/tariffs/{id:guid}", (Guid id, KeepTariffs keep, CancellationToken ct) => TariffAsync(id, keep, ct));
        setup.MapPost("/tariffs/{id:guid}", (Guid id, HttpContext http, KeepTariffs keep, CancellationToken ct) => SaveTariffAsync(id, http, keep, ct));
    }

    private static async Task<IResult> ShowAsync(KeepLegalEntities entities, KeepTariffs tariffs, ReadMachines machines, CancellationToken ct) => entities.IsAllowed
        ? PageResults.Page<SetupPage>(new
        {
            Entities = (IReadOnlyList<LegalEntityRow>)await entities.ListAsync(ct),
            Sites = (IReadOnlyList<SiteRow>)await machines.SitesAsync(ct),
            Tariffs = await tariffs.ListAsync(ct),
        })
        : PageResults.NotFound();

    private static async Task<IResult> EntityAsync(Guid? id, KeepLegalEntities keep, CancellationToken ct)
    {
        var row = keep.IsAllowed && id is not null ? (await keep.ListAsync(ct)).Find(one => one.Id == id) : null;
        return !keep.IsAllowed || (row is null && id is not null) ? PageResults.NotFound() : Entity(row, row is null ? new TypedForm() : new TypedForm()
            .With("name", row.Name).With("legalForm", row.LegalForm).With("address", row.Address).With("siren", row.Siren).With("vatNumber", row.VatNumber).With("iban", row.Iban).With("tag", KeepLegalEntities.TagOf(row)));
    }

    private static async Task<IResult> SaveEntityAsync(Guid? id, HttpContext http, KeepLegalEntities keep, CancellationToken ct)
    {
        var row = keep.IsAllowed && id is not null ? (await keep.ListAsync(ct)).Find(one => one.Id == id) : null;
        if (!keep.IsAllowed || (row is null && id is not null))
        {
            return PageResults.NotFound();
        }

        var form = TypedForm.From(await http.Request.ReadFormAsync(ct));
        var request = new MakeLegalEntityRequest
        {
            Name = form.Text("name", 100), LegalForm = form.Text("legalForm", 100), Address = form.Text("address", 300), Siren = form.Text("siren", 20),
            VatNumber = form.Text("vatNumber", 30, isNeeded: false), Iban = form.Text("iban", 50), InvoiceSeries = row?.InvoiceSeries ?? form.Text("invoiceSeries", 16).ToUpperInvariant(),
        };
        if (form.IsGood && row is null && !request.InvoiceSeries.Split('-').All(part => part.Length > 0 && part.All(char.IsAsciiLetterOrDigit)))
        {
            form.Refuse("invoiceSeries", "not-a-series");
        }

        if (form.IsGood)
        {
            Take((row is null ? await keep.MakeAsync(request, ct) : await keep.EditAsync(row.Id, request, form["tag"], ct)).Refusal, form, "invoiceSeries");
        }

        return form.IsGood ? Go.To(Address) : Entity(row, form);
    }

    private static IResult Entity(LegalEntityRow? row, TypedForm form) => PageResults.Page<LegalEntityPage>(new { Entity = row, Form = form }, StatusOf(form));

    private static async Task<IResult> SiteAsync(string? code, KeepSites keep, KeepLegalEntities entities, ReadMachines machines, CancellationToken ct)
    {
        var site = keep.IsAllowed && code is not null ? (await machines.SitesAsync(ct)).Find(one => one.Code == code) : null;
        return !keep.IsAllowed || (site is null && code is not null) ? PageResults.NotFound() : await ShowSiteAsync(site, entities, site is null ? new TypedForm().With("timeZone", "Europe/Paris") : new TypedForm()
            .With("name", site.Name).With("address", site.Address).With("legalEntity", $"{site.LegalEntity}").With("latitude", Degrees(site.Latitude)).With("longitude", Degrees(site.Longitude)).With("tag", KeepSites.TagOf(site)), ct);
    }

    private static async Task<IResult> SaveSiteAsync(string? code, HttpContext http, KeepSites keep, KeepLegalEntities entities, ReadMachines machines, CancellationToken ct)
    {
        var site = keep.IsAllowed && code is not null ? (await machines.SitesAsync(ct)).Find(one => one.Code == code) : null;
        if (!keep.IsAllowed || (site is null && code is not null))
        {
            return PageResults.NotFound();
        }

        var form = TypedForm.From(await http.Request.ReadFormAsync(ct));
        var request = new MakeSiteRequest
        {
            Code = site?.Code ?? form.Code("code"), TimeZone = site?.TimeZone ?? form.Text("timeZone", 50), Name = form.Text("name", 100), Address = form.Text("address", 300),
            LegalEntityId = Guid.TryParse(form["legalEntity"], out var entity) ? entity : Guid.Empty, Latitude = (double?)form.Number("latitude", -90, 90), Longitude = (double?)form.Number("longitude", -180, 180),
        };
        if (form.IsGood)
        {
            Take((site is null ? await keep.MakeAsync(request, ct) : await keep.EditAsync(site.Code, request, form["tag"], ct)).Refusal, form, "code");
        }

        return form.IsGood ? Go.To(site is null ? MachinesOf(request.Code) : Address) : await ShowSiteAsync(site, entities, form, ct);
    }

    private static async Task<IResult> ShowSiteAsync(SiteRow? site, KeepLegalEntities entities, TypedForm form, CancellationToken ct) =>
        PageResults.Page<EditSitePage>(new { Site = site, Form = form, Entities = (IReadOnlyList<LegalEntityRow>)await entities.ListAsync(ct) }, StatusOf(form));

    private static async Task<IResult> TariffAsync(Guid? id, KeepTariffs keep, CancellationToken ct)
    {
        var tariff = keep.IsAllowed && id is { } known ? await keep.NewestOfAsync(known, ct) : null;
        return !keep.IsAllowed || (tariff is null && id is not null) ? PageResults.NotFound() : Tariff(tariff, tariff is null
            ? new TypedForm().With("currency", "EUR").With("basis", $"{TimeBasis.Session}").With("increment", "1").With("minimum", "0").With("vat", "20")
            : new TypedForm().With("name", tariff.Name).With("currency", tariff.Currency).With("rate", Amount(tariff.HourlyRateMicros / Millionths)).With("basis", $"{tariff.Basis}")
                .With("increment", Amount((decimal)tariff.Increment.TotalSeconds / 60)).With("minimum", Amount((decimal)tariff.Minimum.TotalSeconds / 60))
                .With("energy", Amount(tariff.EnergyRateMicros / Millionths)).With("vat", Amount(tariff.VatRateBasisPoints / 100m)));
    }

    private static async Task<IResult> SaveTariffAsync(Guid? id, HttpContext http, KeepTariffs keep, CancellationToken ct)
    {
        var tariff = keep.IsAllowed && id is { } known ? await keep.NewestOfAsync(known, ct) : null;
        if (!keep.IsAllowed || (tariff is null && id is not null))
        {
            return PageResults.NotFound();
        }

        var form = TypedForm.From(await http.Request.ReadFormAsync(ct));
        var request = new TariffRequest
        {
            Name = tariff?.Name ?? form.Text("name", 100), Currency = tariff?.Currency ?? form.Text("currency", 3).ToUpperInvariant(),
            HourlyRateMicros = Whole((form.Number("rate", 0, 100_000, isNeeded: true) ?? 0) * Millionths), Basis = form.Choice<TimeBasis>("basis"),
            IncrementSeconds = Seconds(form, "increment", 1 / 60m), MinimumSeconds = Seconds(form, "minimum", 0), EnergyRateMicros = Whole((form.Number("energy", 0, 1_000) ?? 0) * Millionths),
            VatRateBasisPoints = (int)Whole((form.Number("vat", 0, 100, isNeeded: true) ?? 0) * 100),
        };
        if (form.IsGood && (request.Currency.Length != 3 || !request.Currency.All(char.IsAsciiLetterUpper)))
        {
            form.Refuse("currency", "not-a-currency");
        }

        if (form.IsGood)
        {
            Take((await keep.SetAsync(request, ct, mustBeNew: tariff is null)).Refusal, form, "name");
        }

        return form.IsGood ? Go.To(Address) : Tariff(tariff, form);
    }

    private static IResult Tariff(Tariff? tariff, TypedForm form) => PageResults.Page<TariffPage>(new { Tariff = tariff, Form = form }, StatusOf(form));

    /// <summary>A no of the use case, beside the field that it is about.</summary>
    private static void Take(Refusal? refusal, TypedForm form, string code)
    {
        foreach (var reason in refusal is SetUpRefused refused ? refused.Reasons : refusal is null ? [] : [refusal.Code])
        {
            form.Refuse(
                reason switch
                {
                    "code-taken" => code,
                    "siren-invalid" => "siren",
                    "vat-number-invalid" => "vatNumber",
                    "iban-invalid" => "iban",
                    "time-zone-unknown" => "timeZone",
                    "legal-entity-unknown" => "legalEntity",
                    "position-incomplete" => "latitude",
                    _ => "all",
                },
                reason);
        }
    }

    private static string MachinesOf(string site) => Machines.Keeping.MachineKeepingPages.ListOf(site);

    private static int StatusOf(TypedForm form) => form.IsGood ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;

    private static int Seconds(TypedForm form, string field, decimal leastMinutes) => (int)Whole((form.Number(field, leastMinutes, 1_440, isNeeded: true) ?? 1) * 60);

    private static long Whole(decimal value) => (long)Math.Round(value, MidpointRounding.AwayFromZero);

    private static string Amount(decimal value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Degrees(double? value) => value?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";
}
