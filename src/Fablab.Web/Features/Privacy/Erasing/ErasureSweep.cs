using Fablab.Domain.Members;
using Fablab.Domain.Privacy;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Quartz;

namespace Fablab.Web.Features.Privacy.Erasing;

/// <summary>Erases those whose time has come. The rows are the truth; running too often, too late or on several nodes at once changes nothing.</summary>
internal sealed partial class ErasureSweep(IServiceScopeFactory scopes, ErasureList list, LabClock clock, ILogger<ErasureSweep> log)
{
    /// <summary>The rest is due at the next sweep.</summary>
    public const int MostInASweep = 50;

    private bool hasReplayed;
    private bool isGoneTold;

    public async Task RunAsync(CancellationToken ct)
    {
        if (!hasReplayed)
        {
            await ReplayAsync(ct);
            hasReplayed = list.IsThere || !await WithAsync<FablabDb, bool>(db => db.Erasures.AnyAsync(row => row.ListedAt != null, ct));
            if (!hasReplayed && !isGoneTold)
            {
                isGoneTold = true;
                LogListGone();
            }
        }

        foreach (var due in await WithAsync<EraseMember, List<ErasureRow>>(erase => erase.DueAsync(MostInASweep, ct)))
        {
            try
            {
                await WithAsync<EraseMember, bool>(erase => erase.ExecuteAsync(due, ct));
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // One's trouble must not keep the others waiting; its row stays due.
                LogFailed(due.Id, error);
            }
        }

        await ListAsync(ct);
    }

    /// <summary>Whom a restored backup brought back goes again, at once.</summary>
    /// <returns>How many that are.</returns>
    public Task<int> ReplayAsync(CancellationToken ct) => WithAsync<FablabDb, int>(async db =>
    {
        var (now, back) = (clock.Now, 0);
        foreach (var listed in list.Read().Chunk(500))
        {
            var ids = listed.ToList();
            var living = await db.Users.AsNoTracking().Where(account => ids.Contains(account.Id) && account.ErasedAt == null).Select(account => account.Id).ToListAsync(ct);
            foreach (var member in living)
            {
                await LabTransaction.RunHoldingAsync(db, [member], async () =>
                {
                    var id = new MemberId(member);
                    await db.Erasures.Where(row => row.Member == id && row.DueAt != null).ExecuteDeleteAsync(ct);
                    db.Add(new ErasureRow { Id = new ErasureId(Guid.CreateVersion7()), Member = id, Origin = ErasureOrigin.Restored, AskedAt = now, PlannedAt = now, DueAt = now });
                    return await db.SaveChangesAsync(ct);
                }, ct);
                db.ChangeTracker.Clear();
                LogBack(member);
                back++;
            }
        }

        return back;
    });

    private Task<int> ListAsync(CancellationToken ct) => WithAsync<FablabDb, int>(async db =>
    {
        var done = await db.Erasures.Where(row => row.DoneAt != null && row.ListedAt == null).OrderBy(row => row.DoneAt).Take(MostInASweep * 2).ToListAsync(ct);
        foreach (var row in done)
        {
            list.Add(row.Member.Value, row.DoneAt!.Value);
            row.ListedAt = clock.Now;
        }

        return await LabTransaction.RunAsync(db, [], () => db.SaveChangesAsync(ct), ct);
    });

    private async Task<T> WithAsync<TUse, T>(Func<TUse, Task<T>> work)
        where TUse : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TUse>());
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Erasure {Erasure} could not be done; it will be tried again")]
    private partial void LogFailed(ErasureId erasure, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The list of those who were erased is not where Privacy:ErasureList says, or was lost: whom a restored backup brought back stays until it is there")]
    private partial void LogListGone();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Member {Member} was erased before and came back with a backup; they are erased again")]
    private partial void LogBack(Guid member);
}

/// <summary>Wakes <see cref="ErasureSweep"/>.</summary>
[DisallowConcurrentExecution]
internal sealed class ErasureSweepJob(ErasureSweep sweep) : IJob
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await sweep.RunAsync(cancellationToken);
}
