using Fablab.Domain.Machines;
using Fablab.Web.Data;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Quartz;

namespace Fablab.Web.Features.Desks;

/// <summary>
/// Finds machines that are not back when staff expected them, and says so to who booked them and to who looks after them. The rows are the truth:
/// run late it does the same, and each of them once.
/// </summary>
internal sealed partial class OutageSweep(IServiceScopeFactory scopes, LabClock clock, ILogger<OutageSweep> log)
{
    /// <summary>Staff who are about to put it back need not alarm anybody.</summary>
    public static readonly Duration Patience = Duration.FromMinutes(30);

    private const int MostPerRun = 100;

    public async Task RunAsync(CancellationToken ct)
    {
        foreach (var (machine, promised) in await OverdueAsync(ct))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<UseDesk>().ExpectNoLongerAsync(machine, promised, ct);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // The others are told, and this one again in a minute.
                LogFailed(machine, error);
            }
        }
    }

    private async Task<List<(MachineId Machine, Outage Promised)>> OverdueAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var before = clock.Now - Patience;
        var overdue = await scope.ServiceProvider.GetRequiredService<FablabDb>().Machines.AsNoTracking()
            .Where(machine => machine.IsOutOfOrder && machine.OutOfOrderUntil <= before)
            .OrderBy(machine => machine.OutOfOrderUntil)
            .Take(MostPerRun)
            .Select(machine => new { machine.Id, machine.OutOfOrderUntil, machine.OutOfOrderReason })
            .ToListAsync(ct);
        return [.. overdue.Select(machine => (machine.Id, new Outage(machine.OutOfOrderUntil, machine.OutOfOrderReason)))];
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "That machine {Machine} is not back as expected could not be told; it will be tried again")]
    private partial void LogFailed(MachineId machine, Exception error);
}

/// <summary>Wakes <see cref="OutageSweep"/>.</summary>
[DisallowConcurrentExecution]
internal sealed class OutageSweepJob(OutageSweep sweep) : IJob
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await sweep.RunAsync(cancellationToken);
}
