using Fablab.Web.Features.Desks;
using Quartz;

namespace Fablab.Web.Hosting;

/// <summary>
/// What happens by itself. Rows with a due instant are the truth; Quartz, in memory, only wakes the sweeps that look for them,
/// so a firing too many or too few changes nothing.
/// </summary>
internal static class DueWork
{
    public static void AddDueWork(this IHostApplicationBuilder builder)
    {
        builder.Services.AddQuartz(quartz => quartz.ScheduleJob<DeskSweepJob>(trigger => trigger
            .WithIdentity(nameof(DeskSweepJob))
            .StartNow()
            .WithSimpleSchedule(schedule => schedule.WithInterval(DeskSweepJob.Every).RepeatForever())));
        builder.Services.AddQuartzHostedService(quartz => quartz.WaitForJobsToComplete = true);
    }
}
