using System.Buffers.Binary;
using System.Data.Common;
using Fablab.Domain;
using Fablab.Domain.Machines;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Fablab.Web.Data;

/// <summary>
/// The writing transaction of a use case: all it reads stays true until it commits. On SQLite it is the only writer, and shares the
/// commit with those who wait beside it (<see cref="SqliteWriter"/>); on PostgreSQL it holds the machine, so that two use cases of
/// one machine follow each other. Disposed without <see cref="CommitAsync"/> nothing happened.
/// </summary>
internal sealed class LabTransaction : IAsyncDisposable
{
    /// <summary>A decision whose transaction the database broke off (deadlock, serialization, busy) is made anew at most this often.</summary>
    public const int MaxAttempts = 5;

    /// <summary>How long one waits for the writer or the machine before.</summary>
    public static readonly TimeSpan TurnLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    private readonly IDbContextTransaction? transaction;
    private readonly SqliteTurn? turn;

    private LabTransaction(IDbContextTransaction? transaction, SqliteTurn? turn) => (this.transaction, this.turn) = (transaction, turn);

    /// <summary>Decides within a transaction that holds what the keys stand for; all use cases that hold several take them in one order.</summary>
    public static Task<T> RunHoldingAsync<T>(FablabDb db, IEnumerable<Guid> held, Func<Task<T>> work, CancellationToken ct) =>
        RetryAsync(db, async () =>
        {
            await using var turn = await BeginAsync(db, Keys(held), ct);
            var result = await work();
            await turn.CommitAsync(ct);
            return result;
        }, ct);

    /// <summary>The same, and a refusal is rolled back.</summary>
    public static Task<Result<T>> DecideHoldingAsync<T>(FablabDb db, IEnumerable<Guid> held, Func<Task<Result<T>>> decide, CancellationToken ct) =>
        RetryAsync(db, async () =>
        {
            await using var turn = await BeginAsync(db, Keys(held), ct);
            var result = await decide();
            if (result.Refusal is null)
            {
                await turn.CommitAsync(ct);
            }

            return result;
        }, ct);

    /// <summary>Decides within a transaction, commits a value and rolls a refusal back. What the database broke off is decided anew from fresh reads.</summary>
    public static Task<Result<T>> DecideAsync<T>(FablabDb db, MachineId? machine, Func<Task<Result<T>>> decide, CancellationToken ct) =>
        DecideAsync(db, machine is { } held ? [held] : [], decide, ct);

    /// <summary>The same for several machines, which all use cases hold in one order.</summary>
    public static Task<Result<T>> DecideAsync<T>(FablabDb db, IReadOnlyCollection<MachineId> machines, Func<Task<Result<T>>> decide, CancellationToken ct) =>
        RetryAsync(db, async () =>
        {
            await using var turn = await BeginAsync(db, Keys(machines.Select(machine => machine.Value)), ct);
            var result = await decide();
            if (result.Refusal is null)
            {
                await turn.CommitAsync(ct);
            }

            return result;
        }, ct);

    /// <summary>Does the work within a transaction and commits it; an exception rolls back.</summary>
    /// <param name="machine"><see langword="null"/> for no single machine. Rows that are changed then and others decide upon need a lock or a concurrency token of their own.</param>
    public static Task<T> RunAsync<T>(FablabDb db, MachineId? machine, Func<Task<T>> work, CancellationToken ct) =>
        RunAsync(db, machine is { } held ? [held] : [], work, ct);

    /// <summary>The same for several machines.</summary>
    public static Task<T> RunAsync<T>(FablabDb db, IReadOnlyCollection<MachineId> machines, Func<Task<T>> work, CancellationToken ct) =>
        RetryAsync(db, async () =>
        {
            await using var turn = await BeginAsync(db, Keys(machines.Select(machine => machine.Value)), ct);
            var result = await work();
            await turn.CommitAsync(ct);
            return result;
        }, ct);

    /// <summary>
    /// One statement that decides for itself, as an update of a row that is still as it was. On SQLite it takes its turn and shares a
    /// commit like any other: who writes past the others meets their lock, and they the statement's, and each then sleeps a while.
    /// </summary>
    public static Task<int> ExecuteAsync(FablabDb db, Func<Task<int>> statement, CancellationToken ct) =>
        db.Database.IsNpgsql() ? statement() : RunAsync(db, [], statement, ct);

    /// <summary>Does the work within a transaction that holds the machines, and takes all of it back: a dry run.</summary>
    public static Task<T> TryOutAsync<T>(FablabDb db, IReadOnlyCollection<MachineId> machines, Func<Task<T>> work, CancellationToken ct) =>
        RetryAsync(db, async () =>
        {
            await using var turn = await BeginAsync(db, Keys(machines.Select(machine => machine.Value)), ct);
            var result = await work();
            db.ChangeTracker.Clear();
            return result;
        }, ct);

    /// <summary>
    /// Decides once more when somebody else wrote the same thing at the same moment: then it is there to be found. For what two may write
    /// without holding anything in common.
    /// </summary>
    public static async Task<T> BesideTwinAsync<T>(FablabDb db, Func<Task<T>> decide)
    {
        try
        {
            return await decide();
        }
        catch (Exception error) when (DatabaseRefusals.IsDuplicate(error))
        {
            db.ChangeTracker.Clear();
            return await decide();
        }
    }

    private Task CommitAsync(CancellationToken ct) => turn?.CommitAsync() ?? transaction!.CommitAsync(ct);

    public async ValueTask DisposeAsync()
    {
        if (turn is not null)
        {
            await turn.RollbackAsync();
        }
        else
        {
            await transaction!.DisposeAsync();
        }
    }

    private static async Task<LabTransaction> BeginAsync(FablabDb db, long[] held, CancellationToken ct)
    {
        if (db.Database.CurrentTransaction is not null)
        {
            throw new InvalidOperationException("This context is in a transaction already; use cases do not nest.");
        }

        return db.Database.IsNpgsql()
            ? await BeginPostgresAsync(db, held, ct)
            : new LabTransaction(null, await SqliteWriter.Of(db).TakeTurnAsync(db, TurnLimit, ct));
    }

    private static async Task<LabTransaction> BeginPostgresAsync(FablabDb db, long[] held, CancellationToken ct)
    {
        var transaction = await db.Database.BeginTransactionAsync(ct);
        try
        {
            // Both in one statement: the limit is read when a lock is waited for, and the rows come in the order of the keys.
            await db.Database.ExecuteSqlAsync($"SELECT set_config('lock_timeout', '30s', true); SELECT pg_advisory_xact_lock(key) FROM unnest({held}) AS key", ct);
            return new LabTransaction(transaction, null);
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    // In one order, so that no two wait for each other.
    private static long[] Keys(IEnumerable<Guid> held) => [.. held.Select(LockKey).Distinct().Order()];

    // The random half of the id. Two things with one key would only wait for each other.
    private static long LockKey(Guid id) => BinaryPrimitives.ReadInt64BigEndian(id.ToByteArray(bigEndian: true).AsSpan(8));

    private static async Task<T> RetryAsync<T>(FablabDb db, Func<Task<T>> attempt, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await attempt();
            }
            catch (Exception error) when (tries < MaxAttempts && (error is DbUpdateException or DbException) && DatabaseRefusals.IsPassing(error))
            {
                db.ChangeTracker.Clear();
                await Task.Delay(LongestPause * Random.Shared.NextDouble(), TimeProvider.System, ct);
            }
        }
    }
}
