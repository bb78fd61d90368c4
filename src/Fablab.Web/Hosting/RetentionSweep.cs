using System.ComponentModel.DataAnnotations;
using Fablab.Web.Data;
using Fablab.Web.Features.MachineJobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;
using Quartz;

namespace Fablab.Web.Hosting;

/// <summary>How long what is not a record of the lab is kept.</summary>
internal sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>Answers to requests with an Idempotency-Key, in hours (1 to 720).</summary>
    [Range(1, 720)]
    public int IdempotentAnswerHours { get; set; } = 24;

    /// <summary>Notices to members and what became of their mails, in days (1 to 3650).</summary>
    [Range(1, 3_650)]
    public int NoticeDays { get; set; } = 395;

    /// <summary>Access tokens and browser sessions after they ended, in days (1 to 3650).</summary>
    [Range(1, 3_650)]
    public int DeadTokenDays { get; set; } = 90;

    /// <summary>The network addresses that the audit keeps beside its entries, in days (1 to 3650). The entries themselves stay.</summary>
    [Range(1, 3_650)]
    public int AuditAddressDays { get; set; } = 365;

    /// <summary>Quarantined messages and records of bridges, in days (1 to 3650).</summary>
    [Range(1, 3_650)]
    public int QuarantineDays { get; set; } = 395;

    /// <summary>Job files that wait for no reservation, in days after they were last sent (1 to 3650).</summary>
    [Range(1, 3_650)]
    public int JobFileDays { get; set; } = 60;
}

[OptionsValidator]
internal sealed partial class RetentionOptionsValidator : IValidateOptions<RetentionOptions>;

/// <summary>Deletes what has been kept long enough. Meters, charges, invoices and what the audit tells are never touched: triggers would refuse.</summary>
internal sealed class RetentionSweep(IServiceScopeFactory scopes, IOptions<RetentionOptions> options, LabClock clock)
{
    public async Task RunAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FablabDb>();
        var answersBefore = clock.Now - Duration.FromHours(options.Value.IdempotentAnswerHours);
        var noticesBefore = clock.Now - Duration.FromDays(options.Value.NoticeDays);
        var quarantinedBefore = clock.Now - Duration.FromDays(options.Value.QuarantineDays);
        var tokensBefore = clock.Now - Duration.FromDays(options.Value.DeadTokenDays);

        await db.IdempotentAnswers.Where(answer => answer.AnsweredAt < answersBefore).ExecuteDeleteAsync(ct);
        await db.Notices.Where(notice => notice.At < noticesBefore).ExecuteDeleteAsync(ct);
        await db.Mails.Where(mail => mail.EndedAt < noticesBefore).ExecuteDeleteAsync(ct);
        await db.Quarantined.Where(row => row.ReceivedAt < quarantinedBefore).ExecuteDeleteAsync(ct);
        await db.BrowserSessions.Where(session => session.ExpiresAt < tokensBefore || session.EndedAt < tokensBefore).ExecuteDeleteAsync(ct);
        await db.Feeds.Where(feed => feed.RevokedAt < tokensBefore).ExecuteDeleteAsync(ct);
        await db.AccessTokens.Where(token => token.ExpiresAt < tokensBefore || token.RevokedAt < tokensBefore).ExecuteDeleteAsync(ct);
        var addressesBefore = clock.Now - Duration.FromDays(options.Value.AuditAddressDays);
        await db.Audit.Where(entry => entry.At < addressesBefore && entry.Address != null)
            .ExecuteUpdateAsync(set => set.SetProperty(entry => entry.Address, (string?)null).SetProperty(entry => entry.AddressSalt, (string?)null), ct);
        await scope.ServiceProvider.GetRequiredService<JobFileRetention>().RunAsync(Duration.FromDays(options.Value.JobFileDays), ct);
    }
}

/// <summary>Wakes <see cref="RetentionSweep"/>.</summary>
[DisallowConcurrentExecution]
internal sealed class RetentionSweepJob(RetentionSweep sweep) : IJob
{
    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await sweep.RunAsync(cancellationToken);
}
