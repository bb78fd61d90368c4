using Fablab.Domain.Presence;
using Fablab.Web.Data;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;
using Quartz;

namespace Fablab.Web.Features.Presence.Closing;

/// <summary>Closes visits that nobody ended, and deletes those that ended long ago. The rows are the truth; running too often or on several nodes changes nothing.</summary>
internal sealed partial class VisitSweep(IServiceScopeFactory scopes, IOptions<PresenceOptions> options, LabClock clock, ILogger<VisitSweep> log)
{
    /// <summary>The rest is due at the next sweep.</summary>
    private const int MostInASweep = 500;

    public async Task RunAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FablabDb>();
        var now = clock.Now;
        var due = await db.Visits.AsNoTracking().Where(visit => visit.LeftAt == null && visit.ClosesAt <= now)
            .OrderBy(visit => visit.ClosesAt).Take(MostInASweep).ToListAsync(ct);
        foreach (var visit in due)
        {
            try
            {
                await CloseAsync(db, visit, ct);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // One's trouble must not keep the others waiting; its row stays due.
                db.ChangeTracker.Clear();
                LogFailed(visit.Id, error);
            }
        }

        var old = now - Duration.FromDays(options.Value.VisitDays);
        await db.Visits.Where(visit => visit.LeftAt < old).ExecuteDeleteAsync(ct);
        var forgotten = now - Duration.FromMinutes(options.Value.GuessMinutes);
        await db.KioskGuesses.Where(guess => guess.Since < forgotten).ExecuteDeleteAsync(ct);
    }

    private static Task<int> CloseAsync(FablabDb db, Visit found, CancellationToken ct) => LabTransaction.RunHoldingAsync(db, [found.Member.Value], async () =>
    {
        // Somebody may have ended it since.
        if (await db.Visits.AsNoTracking().SingleOrDefaultAsync(visit => visit.Id == found.Id && visit.LeftAt == null, ct) is not { } open)
        {
            return 0;
        }

        db.Update(open.Closed());
        var saved = await db.SaveChangesAsync(ct);
        db.ChangeTracker.Clear();
        return saved;
    }, ct);

    [LoggerMessage(Level = LogLevel.Error, Message = "Visit {Visit} could not be closed; it will be tried again")]
    private partial void LogFailed(VisitId visit, Exception error);
}

/// <summary>Wakes <see cref="VisitSweep"/>.</summary>
[DisallowConcurrentExecution]
internal sealed class VisitSweepJob(VisitSweep sweep) : IJob
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await sweep.RunAsync(cancellationToken);
}
