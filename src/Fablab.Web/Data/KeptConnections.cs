using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace Fablab.Web.Data;

/// <summary>
/// Lends connections to a SQLite file that stay open with what was prepared on them. The library prepares a statement anew at each use,
/// and EF Core opens and closes a connection for each query: together that is most of what a small query costs.
/// </summary>
internal sealed class KeptConnections(string connectionString) : DbConnectionInterceptor, IDisposable
{
    /// <summary>More than this many do not wait for somebody who needs one; each has a page cache of its own.</summary>
    private const int Most = 32;

    private readonly ConcurrentStack<KeptConnection> waiting = new();
    private readonly ConcurrentDictionary<KeptConnection, bool> all = new();
    private volatile bool isOver;

    public override InterceptionResult<DbConnection> ConnectionCreating(ConnectionCreatingEventData eventData, InterceptionResult<DbConnection> result)
    {
        if (!waiting.TryPop(out var connection))
        {
            connection = new KeptConnection(connectionString, this);
            all.TryAdd(connection, true);
        }

        return InterceptionResult<DbConnection>.SuppressWithResult(connection);
    }

    /// <returns>Whether somebody else may have it; otherwise it must end.</returns>
    public bool TakeBack(KeptConnection connection)
    {
        if (isOver || waiting.Count >= Most)
        {
            return false;
        }

        waiting.Push(connection);
        return true;
    }

    public void Forget(KeptConnection connection) => all.TryRemove(connection, out _);

    /// <summary>Ends all, also those that contexts hold which nobody uses any more.</summary>
    public void Dispose()
    {
        isOver = true;
        foreach (var (connection, _) in all)
        {
            connection.Dispose();
        }
    }
}

/// <summary>Open until it ends: closing it means that a query is done, disposing it that a context has done with it.</summary>
internal sealed class KeptConnection(string connectionString, KeptConnections keeper) : SqliteConnection(connectionString)
{
    /// <summary>With more statements than this, those that nobody reads from are forgotten; the program has fewer.</summary>
    private const int MostPrepared = 500;

    private const int BusyMilliseconds = 200;

    private readonly Dictionary<string, PreparedCommand> prepared = new(StringComparer.Ordinal);

    public override void Open()
    {
        base.Open();

        // Who meets a lock past the writer's queue looks again after 1, 2, 5… ms, and does not sleep for longer at once.
        raw.sqlite3_busy_timeout(Handle, BusyMilliseconds);
    }

    public override SqliteCommand CreateCommand() => new KeptCommand { Connection = this, CommandTimeout = DefaultTimeout, Transaction = Transaction };

    /// <summary>Stays open. A transaction that somebody left behind must not reach the next one.</summary>
    public override void Close()
    {
        if (State is ConnectionState.Open && Transaction is null && raw.sqlite3_get_autocommit(Handle) == 0)
        {
            raw.sqlite3_exec(Handle, "ROLLBACK");
        }
    }

    /// <returns><see langword="null"/> while somebody reads what this text asked for.</returns>
    public PreparedCommand? Prepared(string text)
    {
        if (prepared.TryGetValue(text, out var known))
        {
            return known.IsBusy ? null : known;
        }

        var command = new PreparedCommand { Connection = this, CommandText = text };
        command.Prepare();
        if (prepared.Count >= MostPrepared)
        {
            ForgetIdle();
        }

        return prepared[text] = command;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && State is ConnectionState.Open && Transaction is null && keeper.TakeBack(this))
        {
            return;
        }

        if (disposing)
        {
            keeper.Forget(this);
            prepared.Clear();
            base.Close();
        }

        base.Dispose(disposing);
    }

    private void ForgetIdle()
    {
        foreach (var (text, command) in prepared.Where(one => !one.Value.IsBusy).ToList())
        {
            prepared.Remove(text);
            command.Dispose();
        }
    }
}

/// <summary>What EF Core fills and executes; what was prepared once does the work.</summary>
internal sealed class KeptCommand : SqliteCommand
{
    private static readonly string[] Repeated = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"];

    public override SqliteDataReader ExecuteReader(CommandBehavior behavior) =>
        IsRepeated && Connection is KeptConnection { State: ConnectionState.Open } kept && kept.Prepared(CommandText) is { } prepared
            ? prepared.ExecuteReader(this, behavior)
            : base.ExecuteReader(behavior);

    // Statements that make tables come once, and the ones behind them cannot be prepared before.
    private bool IsRepeated => Array.Exists(Repeated, verb => CommandText.StartsWith(verb, StringComparison.Ordinal));
}

internal sealed class PreparedCommand : SqliteCommand
{
    public bool IsBusy => DataReader is not null;

    public SqliteDataReader ExecuteReader(KeptCommand wanted, CommandBehavior behavior)
    {
        (Transaction, CommandTimeout) = (wanted.Transaction, wanted.CommandTimeout);
        Parameters.Clear();
        foreach (SqliteParameter parameter in wanted.Parameters)
        {
            Parameters.Add(parameter);
        }

        return ExecuteReader(behavior);
    }
}
