namespace Fablab.Web.Features.Organisations;

internal static class OrganisationsFeature
{
    public static void AddOrganisations(this IHostApplicationBuilder builder) => builder.Services.AddScoped<ReadOrganisations>();
}
