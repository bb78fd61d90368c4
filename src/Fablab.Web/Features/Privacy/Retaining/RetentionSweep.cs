using Fablab.Domain.Privacy;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.MachineJobs;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;
using Quartz;

namespace Fablab.Web.Features.Privacy.Retaining;

/// <summary>
/// Deletes what has been kept long enough, so many rows at a time that nobody waits for it. Meters, charges, invoices and what the audit tells
/// are not touched: triggers would refuse.
/// </summary>
internal sealed class RetentionSweep(IServiceScopeFactory scopes, IOptions<PrivacyOptions> options, LabClock clock)
{
    /// <summary>Rows of one statement.</summary>
    public const int Batch = 1_000;

    /// <summary>Statements of one sweep for one kind of thing; the rest goes with the next.</summary>
    private const int MostBatches = 100;

    public async Task RunAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FablabDb>();
        var kept = options.Value.Retention;
        await SentAsync(db, kept, ct);
        await EndedAsync(db, kept, ct);
        await NamedAsync(db, kept, ct);
        await scope.ServiceProvider.GetRequiredService<JobFileRetention>().RunAsync(Duration.FromDays(kept.JobFileDays), ct);
        await scope.ServiceProvider.GetRequiredService<EndUnusedAccounts>().ExecuteAsync(ct);
        await scope.ServiceProvider.GetRequiredService<ForgetBuyers>().ExecuteAsync(ct);
    }

    private async Task SentAsync(FablabDb db, RetentionOptions kept, CancellationToken ct)
    {
        var answersBefore = clock.Now - Duration.FromHours(kept.IdempotentAnswerHours);
        var noticesBefore = RetentionRules.Before(clock.Now, kept.NoticeDays);
        var quarantinedBefore = RetentionRules.Before(clock.Now, kept.QuarantineDays);
        await InBatchesAsync(size => db.IdempotentAnswers.Where(answer => answer.AnsweredAt < answersBefore).OrderBy(answer => answer.AnsweredAt).Take(size).ExecuteDeleteAsync(ct));
        await InBatchesAsync(size => db.Notices.Where(notice => notice.At < noticesBefore).OrderBy(notice => notice.At).Take(size).ExecuteDeleteAsync(ct));
        await InBatchesAsync(size => db.Mails.Where(mail => mail.EndedAt < noticesBefore).OrderBy(mail => mail.EndedAt).Take(size).ExecuteDeleteAsync(ct));
        await InBatchesAsync(size => db.Quarantined.Where(row => row.ReceivedAt < quarantinedBefore).OrderBy(row => row.ReceivedAt).Take(size).ExecuteDeleteAsync(ct));
    }

    private async Task EndedAsync(FablabDb db, RetentionOptions kept, CancellationToken ct)
    {
        var tokensBefore = RetentionRules.Before(clock.Now, kept.DeadTokenDays);
        var invitationsBefore = RetentionRules.Before(clock.Now, kept.InvitationDays);
        await InBatchesAsync(size => db.BrowserSessions.Where(session => session.ExpiresAt < tokensBefore || session.EndedAt < tokensBefore).OrderBy(session => session.Id).Take(size).ExecuteDeleteAsync(ct));
        await InBatchesAsync(size => db.Feeds.Where(feed => feed.RevokedAt < tokensBefore).OrderBy(feed => feed.Id).Take(size).ExecuteDeleteAsync(ct));
        await InBatchesAsync(size => db.AccessTokens.Where(token => token.ExpiresAt < tokensBefore || token.RevokedAt < tokensBefore).OrderBy(token => token.Id).Take(size).ExecuteDeleteAsync(ct));
        await InBatchesAsync(size => db.OrganisationTokens.Where(token => token.ExpiresAt < tokensBefore || token.RevokedAt < tokensBefore).OrderBy(token => token.Id).Take(size).ExecuteDeleteAsync(ct));
        await InBatchesAsync(size => db.SiteInvitations
            .Where(row => row.ExpiresAt < invitationsBefore || row.UsedAt < invitationsBefore || row.WithdrawnAt < invitationsBefore).OrderBy(row => row.Id).Take(size).ExecuteDeleteAsync(ct));
        await InBatchesAsync(size => db.OrganisationInvitations.Where(row => row.ExpiresAt < invitationsBefore || row.EndedAt < invitationsBefore).OrderBy(row => row.Id).Take(size).ExecuteDeleteAsync(ct));
    }

    /// <summary>Words about people in rows that stay.</summary>
    private async Task NamedAsync(FablabDb db, RetentionOptions kept, CancellationToken ct)
    {
        var addressesBefore = RetentionRules.Before(clock.Now, kept.AuditAddressDays);
        var proofsBefore = RetentionRules.Before(clock.Now, kept.ProofDays);
        var guestsBefore = RetentionRules.Before(clock.Now, kept.GuestNameDays);
        await InBatchesAsync(size => db.Audit.Where(entry => entry.At < addressesBefore && entry.Address != null).OrderBy(entry => entry.At).Take(size)
            .ExecuteUpdateAsync(set => set.SetProperty(entry => entry.Address, (string?)null).SetProperty(entry => entry.AddressSalt, (string?)null), ct));
        await InBatchesAsync(size => db.TariffGroupMembers.Where(row => row.Until < proofsBefore).OrderBy(row => row.Until).Take(size).ExecuteDeleteAsync(ct));
        var documentsBefore = RetentionRules.Before(clock.Now, kept.ProofFileDays);
        await InBatchesAsync(size => db.TariffProofs.Where(proof => db.TariffRequests.Any(row => row.Id == proof.Request && row.DecidedAt < documentsBefore))
            .OrderBy(proof => proof.Request).Take(size).ExecuteDeleteAsync(ct));

        // One that nobody answered in all that time is nobody's any more, and its document goes with it.
        await InBatchesAsync(size => db.TariffRequests.Where(row => row.DecidedAt < proofsBefore || (row.DecidedAt == null && row.AskedAt < proofsBefore))
            .OrderBy(row => row.Id).Take(size).ExecuteDeleteAsync(ct));
        await InBatchesAsync(size => db.Company.Where(row => row.GuestName != null && db.Reservations.Any(one => one.Id == row.Reservation && one.BookedSlot.End < guestsBefore))
            .OrderBy(row => row.Id).Take(size).ExecuteDeleteAsync(ct));
    }

    private static async Task InBatchesAsync(Func<int, Task<int>> delete)
    {
        for (var batch = 0; batch < MostBatches && await delete(Batch) == Batch; batch++)
        {
            // Between two statements others write.
        }
    }
}

/// <summary>Wakes <see cref="RetentionSweep"/>.</summary>
[DisallowConcurrentExecution]
internal sealed class RetentionSweepJob(RetentionSweep sweep) : IJob
{
    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await sweep.RunAsync(cancellationToken);
}
