using Fablab.Web.Features.Exchange.Exporting;
using Fablab.Web.Features.Exchange.Importing;
using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Hosting;

namespace Fablab.Web.Features.Exchange;

internal static class ExchangeFeature
{
    public static void AddExchange(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<ImportOptions, ImportOptionsValidator>(ImportOptions.Section);
        services.AddScoped<ImportedThings>();
        services.AddScoped<ImportedGroups>();
        services.AddKeyedScoped<IMailActs, ImportedWelcome>(ImportedWelcome.MailCode);
        services.AddScoped<IImportKind, ImportMembers>();
        services.AddScoped<IImportKind, ImportMachines>();
        services.AddScoped<IImportKind, ImportAuthorisations>();
        services.AddScoped<IImportKind, ImportReservations>();
        services.AddScoped<ImportRows>();
        services.AddScoped<SiteExports>();
        services.AddScoped<PlaceExports>();
        services.AddScoped<PeopleExports>();
        services.AddScoped<MoneyExports>();
        services.AddScoped<ExportData>();
    }

    public static void MapExchange(this IEndpointRouteBuilder api)
    {
        api.MapImports();
        api.MapExports();
    }
}
