using Quartz;

namespace Fablab.Web.Features.Desks;

internal static class DesksFeature
{
    public static void AddDesks(this IServiceCollection services)
    {
        services.AddScoped<DeskStore>();
        services.AddScoped<DeskWork>();
        services.AddScoped<UseDesk>();
        services.AddSingleton<DeskNews>();
        services.AddSingleton<DeskSweep>();
        services.AddQuartz(quartz => quartz.ScheduleJob<DeskSweepJob>(trigger => trigger
            .WithIdentity(nameof(DeskSweepJob))
            .StartNow()
            .WithSimpleSchedule(schedule => schedule.WithInterval(DeskSweepJob.Every).RepeatForever())));
    }
}
