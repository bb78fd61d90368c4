using Fablab.Web.Features.Places.Entities;
using Fablab.Web.Features.Places.Sites;
using Fablab.Web.Features.Places.Tariffs;

namespace Fablab.Web.Features.Places;

/// <summary>What a lab consists of before there is a machine: who issues invoices, sites, prices.</summary>
internal static class PlacesFeature
{
    public static void AddPlaces(this IHostApplicationBuilder builder) => builder.Services
        .AddScoped<KeepLegalEntities>()
        .AddScoped<KeepSites>()
        .AddScoped<KeepTariffs>();
}
