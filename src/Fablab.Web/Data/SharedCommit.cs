using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using SQLitePCL;

namespace Fablab.Web.Data;

/// <summary>
/// One transaction of a SQLite file that several use cases write into, one after the other. It lives on the connection of whoever
/// began it, who like all others goes on only after its end.
/// </summary>
internal sealed class SharedCommit
{
    private readonly IDbContextTransaction transaction;
    private readonly TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long began = TimeProvider.System.GetTimestamp();
    private int turns;
    private bool isWritten;

    private SharedCommit(FablabDb first, IDbContextTransaction transaction)
    {
        (First, this.transaction) = (first, transaction);
        Connection = (SqliteConnection)first.Database.GetDbConnection();
        Inner = (SqliteTransaction)transaction.GetDbTransaction();

        // Nobody needs to look at a failure that hit only those who are told otherwise.
        _ = end.Task.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    public FablabDb First { get; }

    public SqliteConnection Connection { get; }

    public SqliteTransaction Inner { get; }

    /// <summary>Completes when all is on the disk; fails for everybody when it is not.</summary>
    public Task End => end.Task;

    /// <summary>Some errors, a full disk for one, make SQLite roll back all of a transaction.</summary>
    public bool IsLost => raw.sqlite3_get_autocommit(Connection.Handle) != 0;

    public bool MayGrow => turns < SqliteWriter.MostTogether && TimeProvider.System.GetElapsedTime(began) < SqliteWriter.LongestTogether && !IsLost;

    public static async Task<SharedCommit> BeginAsync(FablabDb first, CancellationToken ct) => new(first, await first.Database.BeginTransactionAsync(ct));

    /// <param name="hasWritten">The turn's writes stay.</param>
    public void TurnIsOver(bool hasWritten)
    {
        turns++;
        isWritten |= hasWritten;
    }

    /// <summary>Never throws; what goes wrong is for those who await <see cref="End"/>.</summary>
    public async Task EndAsync()
    {
        try
        {
            if (isWritten && IsLost)
            {
                throw new SharedCommitLostException("The transaction was rolled back by an error of another use case that shared it.");
            }

            await using (transaction)
            {
                if (isWritten)
                {
                    await transaction.CommitAsync(CancellationToken.None);
                }
            }

            end.SetResult();
        }
        catch (Exception failure)
        {
            await CloseAsync();
            end.SetException(failure);
        }
    }

    private async Task CloseAsync()
    {
        try
        {
            await transaction.DisposeAsync();
        }
        catch (DbException)
        {
            // It was rolled back already, or the disk is gone; the first failure says more.
        }
    }
}

/// <summary>Somebody else's error took a use case's writes along; done again it may well succeed.</summary>
internal sealed class SharedCommitLostException : DbException
{
    public SharedCommitLostException()
    {
    }

    public SharedCommitLostException(string message)
        : base(message)
    {
    }

    public SharedCommitLostException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
