namespace Fablab.Web.Features.Machines;

internal static class MachinesFeature
{
    public static void AddMachines(this IHostApplicationBuilder builder) => builder.Services
        .AddScoped<ReadMachines>();
}
