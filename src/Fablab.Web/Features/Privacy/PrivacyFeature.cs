using Fablab.Web.Features.Privacy.Consenting;
using Fablab.Web.Features.Privacy.Erasing;
using Fablab.Web.Features.Privacy.Exporting;
using Fablab.Web.Features.Privacy.Informing;
using Fablab.Web.Features.Privacy.Retaining;
using Fablab.Web.Hosting;

namespace Fablab.Web.Features.Privacy;

/// <summary>What the lab knows of people: handed out, erased, kept no longer than needed, and shown to others by their leave only.</summary>
internal static class PrivacyFeature
{
    public static void AddPrivacy(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<PrivacyOptions, PrivacyOptionsValidator>(PrivacyOptions.Section);
        services.AddScoped<ExportPerson>();
        services.AddScoped<AskErasure>();
        services.AddScoped<EraseMember>();
        services.AddScoped<EraseRows>();
        services.AddSingleton<ErasureList>();
        services.AddSingleton<ErasureSweep>();
        services.AddScoped<Consents>();
        services.AddScoped<EndUnusedAccounts>();
        services.AddScoped<ForgetBuyers>();
        services.AddSingleton<RetentionSweep>();
        services.AddScoped<PrivacyPageModel>();
        services.AddScoped<ReadStatement>();
    }

    public static void MapPrivacy(this RouteGroupBuilder api) => api.MapPrivacyEndpoints();
}
