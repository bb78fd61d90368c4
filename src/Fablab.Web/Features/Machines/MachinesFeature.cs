using Fablab.Web.Features.Machines.Keeping;
using Fablab.Web.Features.Machines.Mending;

namespace Fablab.Web.Features.Machines;

internal static class MachinesFeature
{
    public static void AddMachines(this IHostApplicationBuilder builder) => builder.Services
        .AddScoped<ReadMachines>()
        .AddScoped<KeepMachines>()
        .AddScoped<MachineKeepingPageModel>()
        .AddScoped<ReportFault>()
        .AddScoped<MendFaults>()
        .AddScoped<ReadFaults>();
}
