using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Data;

/// <summary>A use case's stretch of a <see cref="SharedCommit"/>: its writes stand or fall by themselves, and reach the disk with its neighbours'.</summary>
internal sealed class SqliteTurn
{
    private const string Savepoint = "turn";

    private readonly SqliteWriter writer;
    private readonly SharedCommit shared;
    private readonly FablabDb db;
    private readonly string? ownConnection;
    private bool isOver;

    /// <summary>For whoever has the writer's turn.</summary>
    public SqliteTurn(SqliteWriter writer, SharedCommit shared, FablabDb db)
    {
        (this.writer, this.shared, this.db) = (writer, shared, db);
        shared.Inner.Save(Savepoint);
        if (db == shared.First)
        {
            return;
        }

        ownConnection = db.Database.GetConnectionString();
        try
        {
            db.Database.SetDbConnection(shared.Connection, contextOwnsConnection: false);
            db.Database.UseTransaction(shared.Inner);
        }
        catch
        {
            GoBack();
            throw;
        }
    }

    /// <returns>When the writes are on the disk.</returns>
    public Task CommitAsync()
    {
        shared.Inner.Release(Savepoint);
        return EndAsync(hasWritten: true);
    }

    /// <summary>
    /// Takes the writes back unless they were committed. What was read may be a neighbour's who is not on the disk yet,
    /// so that whoever decided not to write goes on only with the others, too.
    /// </summary>
    public async Task RollbackAsync()
    {
        if (isOver)
        {
            return;
        }

        if (shared.IsLost)
        {
            await EndLostAsync();
            return;
        }

        try
        {
            shared.Inner.Rollback(Savepoint);
            shared.Inner.Release(Savepoint);
        }
        finally
        {
            await EndAsync(hasWritten: false);
        }
    }

    /// <summary>
    /// This turn's own error took the transaction along, and is what its use case is told. Told that the commit was lost, it would be
    /// done anew and take the neighbours along again.
    /// </summary>
    private async Task EndLostAsync()
    {
        try
        {
            await EndAsync(hasWritten: false);
        }
        catch (SharedCommitLostException)
        {
            // The neighbours are done anew.
        }
    }

    private async Task EndAsync(bool hasWritten)
    {
        isOver = true;
        shared.TurnIsOver(hasWritten);
        if (ownConnection is not null)
        {
            GoBack();
        }

        await writer.PassOnAsync();
        await shared.End;
    }

    private void GoBack()
    {
        db.Database.UseTransaction(null);
        db.Database.SetDbConnection(null, contextOwnsConnection: true);
        db.Database.SetConnectionString(ownConnection);
    }
}
