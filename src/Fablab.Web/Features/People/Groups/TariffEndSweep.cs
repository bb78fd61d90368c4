using Fablab.Web.Data.Rows;
using Quartz;

namespace Fablab.Web.Features.People.Groups;

/// <summary>Looks for places in tariff groups that end soon. The rows are the truth; this may run too often, too late or on several nodes at once.</summary>
internal sealed partial class TariffEndSweep(IServiceScopeFactory scopes, ILogger<TariffEndSweep> log)
{
    /// <summary>The rest is due at the next sweep.</summary>
    private const int MostInASweep = 500;

    public async Task RunAsync(CancellationToken ct)
    {
        List<TariffGroupMemberRow> due;
        await using (var scope = scopes.CreateAsyncScope())
        {
            due = await scope.ServiceProvider.GetRequiredService<TellOfTariffEnd>().DueAsync(MostInASweep, ct);
        }

        foreach (var one in due)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<TellOfTariffEnd>().ExecuteAsync(one, ct);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // One's trouble must not keep the others waiting; its row stays due.
                LogFailed(error);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Somebody could not be told that their tariff ends; it will be tried again")]
    private partial void LogFailed(Exception error);
}

/// <summary>Wakes <see cref="TariffEndSweep"/>.</summary>
[DisallowConcurrentExecution]
internal sealed class TariffEndSweepJob(TariffEndSweep sweep) : IJob
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await sweep.RunAsync(cancellationToken);
}
