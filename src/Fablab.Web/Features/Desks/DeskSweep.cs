using Fablab.Domain.Machines;
using Fablab.Web.Data;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Quartz;

namespace Fablab.Web.Features.Desks;

/// <summary>
/// Handles every desk that is due: no-shows, unattended starts, ends of slots, idle sessions. The rows are the truth; this may
/// run too often, too late or on several nodes at once and each thing still happens once.
/// </summary>
internal sealed partial class DeskSweep(IServiceScopeFactory scopes, LabClock clock, ILogger<DeskSweep> log)
{
    private const int DesksPerRun = 500;

    public async Task RunAsync(CancellationToken ct)
    {
        foreach (var machine in await DueAsync(ct))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<DeskWork>().PassTimeAsync(machine, ct);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // One machine's trouble must not keep the others waiting; its row stays due.
                LogFailed(machine, error);
            }
        }
    }

    private async Task<List<MachineId>> DueAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var now = clock.Now;
        return await scope.ServiceProvider.GetRequiredService<FablabDb>().Desks.AsNoTracking()
            .Where(desk => desk.DueAt <= now)
            .OrderBy(desk => desk.DueAt)
            .Take(DesksPerRun)
            .Select(desk => desk.Machine)
            .ToListAsync(ct);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What is due at machine {Machine} could not be handled; it will be tried again")]
    private partial void LogFailed(MachineId machine, Exception error);
}

/// <summary>Wakes <see cref="DeskSweep"/>.</summary>
[DisallowConcurrentExecution]
internal sealed class DeskSweepJob(DeskSweep sweep) : IJob
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await sweep.RunAsync(cancellationToken);
}
