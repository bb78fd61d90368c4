using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Fablab.Bridge.Spool;

/// <summary>The tables of a spool and its identity.</summary>
internal static class SpoolSchema
{
    /// <summary>Kept in SQLite's own header, so that a file of another program or a later layout is refused and not overwritten.</summary>
    private const int Version = 1;

    public static void Prepare(SqliteConnection connection)
    {
        Execute(connection, "PRAGMA journal_mode = WAL");
        Execute(connection, "PRAGMA synchronous = FULL");
        using var transaction = connection.BeginTransaction();
        var version = Convert.ToInt32(Scalar(connection, "PRAGMA user_version"), CultureInfo.InvariantCulture);
        if (version == 0)
        {
            Create(connection);
        }
        else if (version != Version)
        {
            throw new SpoolDamagedException($"The spool '{connection.DataSource}' has layout {version}; this bridge knows {Version}. Use the bridge that wrote it.");
        }

        transaction.Commit();
    }

    public static Guid Identity(SqliteConnection connection) => Guid.Parse((string)Scalar(connection, "SELECT spool_id FROM spool")!);

    public static long LastEpoch(SqliteConnection connection) =>
        Convert.ToInt64(Scalar(connection, "SELECT COALESCE(MAX(epoch), 0) FROM epochs"), CultureInfo.InvariantCulture);

    private static void Create(SqliteConnection connection)
    {
        Execute(
            connection,
            $"""
            CREATE TABLE spool (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), spool_id TEXT NOT NULL);
            CREATE TABLE epochs (epoch INTEGER PRIMARY KEY, boot_id TEXT NOT NULL, acknowledged_up_to INTEGER NOT NULL);
            CREATE TABLE records (
                epoch INTEGER NOT NULL,
                sequence INTEGER NOT NULL,
                content TEXT NOT NULL,
                previous_hash TEXT NOT NULL,
                hash TEXT NOT NULL,
                acknowledged_at INTEGER,
                PRIMARY KEY (epoch, sequence)) WITHOUT ROWID;
            CREATE INDEX records_to_forget ON records (acknowledged_at) WHERE acknowledged_at IS NOT NULL;
            CREATE TABLE machines (machine TEXT PRIMARY KEY, memory TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE runs (job TEXT PRIMARY KEY, machine TEXT NOT NULL, run TEXT NOT NULL) WITHOUT ROWID;
            CREATE INDEX runs_of_machine ON runs (machine);
            CREATE TRIGGER records_stay BEFORE UPDATE OF epoch, sequence, content, previous_hash, hash ON records
            BEGIN SELECT RAISE(ABORT, 'a journal record never changes'); END;
            PRAGMA user_version = {Version};
            """);
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO spool (only_row, spool_id) VALUES (1, $id)";
        command.Parameters.AddWithValue("$id", Guid.NewGuid().ToString("D"));
        command.ExecuteNonQuery();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
