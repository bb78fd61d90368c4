using Fablab.Web.Features.MachineJobs.Fetching;

namespace Fablab.Web.Features.MachineJobs;

internal static class MachineJobsFeature
{
    public static void AddMachineJobs(this IServiceCollection services) => services.AddSingleton<JobFiles>();

    public static void MapMachineJobs(this IEndpointRouteBuilder api) => api.MapGroup("/bridges").MapFetchJobFile();
}
