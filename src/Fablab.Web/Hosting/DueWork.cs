using Fablab.Web.Features.Audit.Sealing;
using Fablab.Web.Features.Billing.Running;
using Fablab.Web.Features.Desks;
using Fablab.Web.Features.Feeds.Inviting;
using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Features.Notices.Pushing;
using Fablab.Web.Features.People.Groups;
using Fablab.Web.Features.Presence.Closing;
using Fablab.Web.Features.Privacy.Erasing;
using Fablab.Web.Features.Privacy.Retaining;
using Fablab.Web.Features.Reservations.Waiting;
using Fablab.Web.Features.Trainings;
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
        builder.Services.AddQuartz(quartz =>
        {
            Wake<DeskSweepJob>(quartz, DeskSweepJob.Every);
            Wake<OutageSweepJob>(quartz, OutageSweepJob.Every);
            Wake<WaitingSweepJob>(quartz, WaitingSweepJob.Every);
            Wake<CalendarSweepJob>(quartz, CalendarSweepJob.Every);
            Wake<MailSweepJob>(quartz, MailSweepJob.Every);
            Wake<PushSweepJob>(quartz, PushSweepJob.Every);
            Wake<VisitSweepJob>(quartz, VisitSweepJob.Every);
            Wake<TrainingSweepJob>(quartz, TrainingSweepJob.Every);
            Wake<TariffEndSweepJob>(quartz, TariffEndSweepJob.Every);
            Wake<SealAuditJob>(quartz, SealAuditJob.Every);
            Wake<InvoiceRunJob>(quartz, InvoiceRunJob.Every);
            Wake<ErasureSweepJob>(quartz, ErasureSweepJob.Every);
            Wake<RetentionSweepJob>(quartz, RetentionSweepJob.Every);
        });
        builder.Services.AddQuartzHostedService(quartz => quartz.WaitForJobsToComplete = true);
    }

    /// <summary>At the start, so that nothing waits after an outage, and then every so often.</summary>
    private static void Wake<TJob>(IQuartzBuilder quartz, TimeSpan every)
        where TJob : class, IJob => quartz.ScheduleJob<TJob>(trigger => trigger
            .WithIdentity(typeof(TJob).Name)
            .StartNow()
            .WithSimpleSchedule(schedule => schedule.WithInterval(every).RepeatForever()));
}
