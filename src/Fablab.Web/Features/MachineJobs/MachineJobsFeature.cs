using Fablab.Web.Features.MachineJobs.Fetching;
using Fablab.Web.Features.MachineJobs.Uploading;
using Fablab.Web.Hosting;

namespace Fablab.Web.Features.MachineJobs;

internal static class MachineJobsFeature
{
    public static void AddMachineJobs(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<MachineJobOptions, MachineJobOptionsValidator>(MachineJobOptions.Section);
        builder.Services.AddSingleton<JobFiles>();
        builder.Services.AddScoped<UploadJob>();
        builder.Services.AddScoped<JobFileRetention>();
    }

    public static void MapMachineJobs(this IEndpointRouteBuilder api)
    {
        api.MapGroup("/jobs").WithTags("jobs").MapUploadJob();
        api.MapGroup("/bridges").WithTags("bridges").MapFetchJobFile();
    }
}
