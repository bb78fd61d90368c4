using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Quartz;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>
/// Lets requests and offers lapse that nobody answered, and looks for time for the wishes that are due. The rows are the truth; this
/// may run too often, too late or on several nodes at once and each thing still happens once.
/// </summary>
internal sealed partial class WaitingSweep(IServiceScopeFactory scopes, LabClock clock, ILogger<WaitingSweep> log)
{
    public async Task RunAsync(CancellationToken ct)
    {
        foreach (var reservation in await ReadAsync(LapsingAsync, ct))
        {
            await TryAsync(reservation.Machine, services => services.GetRequiredService<LapseReservation>().ExecuteAsync(reservation, ct));
        }

        var taken = new List<(WaitingWishRow Wish, Instant Lease)>();
        foreach (var wish in await ReadAsync(DueAsync, ct))
        {
            await TryAsync(wish.Id, async services =>
            {
                var looks = services.GetRequiredService<WaitingLooks>();
                if (!await looks.ExpireAsync(wish, ct) && await looks.TakeAsync(wish, ct) is { } lease)
                {
                    taken.Add((wish, lease));
                }
            });
        }

        // Many wish for the same machine: it is looked at once.
        var failed = new HashSet<object>();
        foreach (var machine in await MachinesAsync(taken, ct))
        {
            if (!await TryAsync(machine, services => services.GetRequiredService<OfferTime>().ExecuteAsync(machine, ct)))
            {
                failed.Add(machine);
            }
        }

        foreach (var pool in taken.Select(one => one.Wish.Pool).OfType<PoolId>().Distinct())
        {
            if (!await TryAsync(pool, services => services.GetRequiredService<OfferSeats>().ExecuteAsync(pool, ct)))
            {
                failed.Add(pool);
            }
        }

        // Behind a machine that could not be looked at, the wishes stay taken and are due again when that is over.
        foreach (var (wish, lease) in failed.Count > 0 ? [] : taken)
        {
            await TryAsync(wish.Id, services => services.GetRequiredService<WaitingLooks>().GiveBackAsync(wish, lease, ct));
        }
    }

    private Task<List<Reservation>> LapsingAsync(FablabDb db, CancellationToken ct)
    {
        var now = clock.Now;
        return db.Reservations.AsNoTracking()
            .Where(r => (r.State == ReservationState.Requested || r.State == ReservationState.Held)
                && (r.ExpiresAt <= now || (r.State == ReservationState.Held && db.OnStoppedMachines(now).Any(stopped => stopped.Id == r.Id))))
            .OrderBy(r => r.ExpiresAt)
            .Take(WaitingBounds.MostInASweep)
            .ToListAsync(ct);
    }

    private Task<List<WaitingWishRow>> DueAsync(FablabDb db, CancellationToken ct)
    {
        var now = clock.Now;
        return db.WaitingList.AsNoTracking()
            .Where(wish => wish.DueAt <= now && wish.State == WishState.Waiting)
            .OrderBy(wish => wish.DueAt)
            .Take(WaitingBounds.MostInASweep)
            .ToListAsync(ct);
    }

    private Task<List<MachineId>> MachinesAsync(List<(WaitingWishRow Wish, Instant Lease)> taken, CancellationToken ct) => ReadAsync(
        async (db, token) =>
        {
            var machines = new List<MachineId>();
            foreach (var wish in taken.Select(one => one.Wish).DistinctBy(wish => (wish.Machine, wish.Pool, wish.Category, wish.Site)))
            {
                machines.AddRange((await db.MachinesOfAsync(wish, token)).Select(machine => machine.Id));
            }

            return machines.Distinct().ToList();
        },
        ct);

    private async Task<List<T>> ReadAsync<T>(Func<FablabDb, CancellationToken, Task<List<T>>> read, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<FablabDb>(), ct);
    }

    /// <returns>Whether it was done.</returns>
    private async Task<bool> TryAsync(object subject, Func<IServiceProvider, Task> work)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await work(scope.ServiceProvider);
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // One's trouble must not keep the others waiting; its row stays due.
            LogFailed(subject, error);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What is due on the waiting list for {Subject} could not be handled; it will be tried again")]
    private partial void LogFailed(object subject, Exception error);
}

/// <summary>Wakes <see cref="WaitingSweep"/>.</summary>
[DisallowConcurrentExecution]
internal sealed class WaitingSweepJob(WaitingSweep sweep) : IJob
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await sweep.RunAsync(cancellationToken);
}
