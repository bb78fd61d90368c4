using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Data;

/// <summary>
/// The one writer of a SQLite file. Use cases that wait are decided one after the other within one database transaction, each behind
/// a savepoint of its own, and go on only after its one commit: what is answered is on the disk, and many share the disk's pace.
/// SQLite's own waiting would block a thread and is unfair; a queue in the process is neither. Other processes still meet SQLite's lock.
/// </summary>
internal sealed class SqliteWriter
{
    /// <summary>This many use cases share a commit at most.</summary>
    public const int MostTogether = 64;

    /// <summary>This many wait for their turn at most; who comes then is told that the database is busy.</summary>
    public const int MostWaiting = 4_096;

    /// <summary>Who was decided first waits no longer than this, and the turn at hand, for others to share its commit.</summary>
    public static readonly TimeSpan LongestTogether = TimeSpan.FromMilliseconds(25);

    private static readonly ConcurrentDictionary<string, SqliteWriter> Writers = new();

    private readonly Lock gate = new();
    private readonly LinkedList<TaskCompletionSource> waiting = new();
    private bool isTaken;

    // Only whoever has the turn touches it.
    private SharedCommit? open;

    public static SqliteWriter Of(FablabDb db) => Writers.GetOrAdd(db.Database.GetConnectionString()!, _ => new SqliteWriter());

    /// <summary>Waits for the turn, and lets the context write within the shared transaction until the turn is over.</summary>
    public async Task<SqliteTurn> TakeTurnAsync(FablabDb db, TimeSpan limit, CancellationToken ct)
    {
        await WaitAsync(limit, ct);
        try
        {
            open ??= await SharedCommit.BeginAsync(db, ct);
            return new SqliteTurn(this, open, db);
        }
        catch
        {
            await PassOnAsync();
            throw;
        }
    }

    /// <summary>Called by whoever has the turn: somebody waiting joins the transaction, or it is committed.</summary>
    public async Task PassOnAsync()
    {
        if (open is { MayGrow: true } && Next(evenNobody: false))
        {
            return;
        }

        if (Interlocked.Exchange(ref open, null) is { } full)
        {
            await full.EndAsync();
        }

        Next(evenNobody: true);
    }

    private bool Next(bool evenNobody)
    {
        TaskCompletionSource? next;
        lock (gate)
        {
            next = waiting.First?.Value;
            if (next is null)
            {
                isTaken = !evenNobody;
                return false;
            }

            waiting.RemoveFirst();
        }

        next.SetResult();
        return true;
    }

    private async Task WaitAsync(TimeSpan limit, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        LinkedListNode<TaskCompletionSource> mine;
        lock (gate)
        {
            if (!isTaken)
            {
                isTaken = true;
                return;
            }

            if (waiting.Count >= MostWaiting)
            {
                throw new TimeoutException($"{MostWaiting} wait for the database already.");
            }

            mine = waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        try
        {
            await mine.Value.Task.WaitAsync(limit, TimeProvider.System, ct);
        }
        catch (Exception gaveUp) when (gaveUp is TimeoutException or OperationCanceledException)
        {
            if (!Leave(mine))
            {
                // The turn came at the same moment.
                await PassOnAsync();
            }

            throw gaveUp is TimeoutException ? new TimeoutException($"The database was busy for {limit.TotalSeconds} s.") : gaveUp;
        }
    }

    private bool Leave(LinkedListNode<TaskCompletionSource> mine)
    {
        lock (gate)
        {
            if (mine.List is null)
            {
                return false;
            }

            waiting.Remove(mine);
            return true;
        }
    }
}
