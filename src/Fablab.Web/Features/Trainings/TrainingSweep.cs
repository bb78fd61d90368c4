using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Trainings.Authorising;
using Fablab.Web.Features.Trainings.Sessions;
using Quartz;

namespace Fablab.Web.Features.Trainings;

/// <summary>
/// Reminds of authorisations that end, cancels training sessions that too few people came together for, and gives free seats to those in line who may have them again. The rows are the truth; this may run too often, too late or on several nodes at once and each
/// thing still happens once.
/// </summary>
internal sealed partial class TrainingSweep(IServiceScopeFactory scopes, ILogger<TrainingSweep> log)
{
    /// <summary>The rest is due at the next sweep.</summary>
    private const int MostInASweep = 500;

    public async Task RunAsync(CancellationToken ct)
    {
        await EachAsync<PlanSessions, TrainingSessionRow>((plan, token) => plan.DueAsync(MostInASweep, token), (plan, due, token) => plan.DecideAsync(due, token), ct);
        await EachAsync<FillSeats, TrainingSessionRow>((fill, token) => fill.DueAsync(MostInASweep, token), (fill, due, token) => fill.ExecuteAsync(due, token), ct);
        await EachAsync<RemindOfEnd, MachineAuthorisationRow>((remind, token) => remind.DueAsync(MostInASweep, token), (remind, due, token) => remind.ExecuteAsync(due, token), ct);
    }

    private async Task EachAsync<TUse, TDue>(
        Func<TUse, CancellationToken, Task<List<TDue>>> read, Func<TUse, TDue, CancellationToken, Task> work, CancellationToken ct)
        where TUse : notnull
        where TDue : notnull
    {
        foreach (var due in await WithAsync<TUse, List<TDue>>(use => read(use, ct)))
        {
            try
            {
                await WithAsync<TUse, bool>(async use =>
                {
                    await work(use, due, ct);
                    return true;
                });
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // One's trouble must not keep the others waiting; its row stays due.
                LogFailed(typeof(TUse).Name, error);
            }
        }
    }

    private async Task<T> WithAsync<TUse, T>(Func<TUse, Task<T>> work)
        where TUse : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TUse>());
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{What} could not be done for something that is due; it will be tried again")]
    private partial void LogFailed(string what, Exception error);
}

/// <summary>Wakes <see cref="TrainingSweep"/>.</summary>
[DisallowConcurrentExecution]
internal sealed class TrainingSweepJob(TrainingSweep sweep) : IJob
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await sweep.RunAsync(cancellationToken);
}
