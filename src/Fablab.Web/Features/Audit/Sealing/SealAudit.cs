using Fablab.Domain.Audit;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Quartz;

namespace Fablab.Web.Features.Audit.Sealing;

/// <summary>
/// Gives each new entry its place in the chain. Not in the transaction that wrote the entry: all writers of the lab would have to
/// follow each other for it. Whoever changes an entry within the seconds before it is sealed leaves no trace in the chain.
/// </summary>
internal sealed partial class SealAudit(IServiceScopeFactory scopes, LabClock clock, ILogger<SealAudit> log)
{
    /// <summary>Entries of one transaction.</summary>
    public const int MostAtOnce = 500;

    /// <summary>How often the end of the chain is written to the log, to be compared with later.</summary>
    public static readonly Duration AnchorEvery = Duration.FromDays(1);

    /// <summary>Held while places are given, by every node.</summary>
    private static readonly Guid Chain = new("5d0c8a5e-2b8f-4b60-9f0e-6d2c1a7be341");

    private Instant anchoredAt = Instant.MinValue;

    public async Task RunAsync(CancellationToken ct)
    {
        int count;
        do
        {
            count = await SealSomeAsync(ct);
        }
        while (count == MostAtOnce);
    }

    private async Task<int> SealSomeAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FablabDb>();
        if (!await db.UnsealedAudit.AnyAsync(ct))
        {
            return 0;
        }

        var (count, last) = await LabTransaction.RunHoldingAsync(db, [Chain], () => SealWithinAsync(db, ct), ct);
        if (last is not null && clock.Now - anchoredAt >= AnchorEvery)
        {
            anchoredAt = clock.Now;
            LogAnchor(last.Sequence, last.Hash);
        }

        return count;
    }

    private static async Task<(int Count, AuditSealRow? Last)> SealWithinAsync(FablabDb db, CancellationToken ct)
    {
        var entries = await (
            from waiting in db.UnsealedAudit.AsNoTracking()
            join entry in db.Audit.AsNoTracking() on waiting.Entry equals entry.Id
            orderby entry.Id
            select entry).Take(MostAtOnce).ToListAsync(ct);
        var last = await db.AuditSeals.AsNoTracking().OrderByDescending(seal => seal.Sequence).FirstOrDefaultAsync(ct);
        foreach (var entry in entries)
        {
            var sequence = (last?.Sequence ?? 0) + 1;
            last = new AuditSealRow { Sequence = sequence, Entry = entry.Id, Hash = AuditChain.Hash(last?.Hash ?? AuditChain.Start, sequence, entry.ToEntry()) };
            db.Add(last);
        }

        var ids = entries.Select(entry => entry.Id).ToList();
        await db.SaveChangesAsync(ct);
        await db.UnsealedAudit.Where(waiting => ids.Contains(waiting.Entry)).ExecuteDeleteAsync(ct);
        return (entries.Count, last);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The audit's chain ends at {Sequence}:{Hash}")]
    private partial void LogAnchor(long sequence, string hash);
}

/// <summary>Wakes <see cref="SealAudit"/>.</summary>
[DisallowConcurrentExecution]
internal sealed class SealAuditJob(SealAudit seal) : IJob
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await seal.RunAsync(cancellationToken);
}
