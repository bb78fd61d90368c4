using Microsoft.Data.Sqlite;

namespace Fablab.Scenarios.Tests.Lab;

/// <summary>What web and bridges have on disk, read beside them.</summary>
internal sealed class LabRecords(string database, string dataFolder)
{
    /// <summary>Time that the web's journal has for a session, summed slice by slice; not the totals that the slices claim.</summary>
    public long JournalledMilliseconds(Guid session) => Number(
        database,
        "SELECT COALESCE(SUM(json_extract(Content, '$.meter.deltaMilliseconds')), 0) FROM JournalEntries WHERE lower(json_extract(Content, '$.meter.session')) = $id",
        session);

    /// <summary>The same as the bridge has it on its own disk, which is where it began.</summary>
    public long SpooledMilliseconds(string bridge, Guid session) => Number(
        Spool(bridge),
        "SELECT COALESCE(SUM(json_extract(content, '$.meter.deltaMilliseconds')), 0) FROM records WHERE lower(json_extract(content, '$.meter.session')) = $id",
        session);

    /// <summary>How often a bridge wrote the last word on a session.</summary>
    public long TimesClosed(string bridge, Guid session) => Number(
        Spool(bridge),
        "SELECT COUNT(*) FROM records WHERE json_extract(content, '$.session.turn') = 'closed' AND lower(json_extract(content, '$.session.session')) = $id",
        session);

    public long ReservationsOf(Guid job) => Number(database, "SELECT COUNT(*) FROM Reservations WHERE lower(Job) = $id", job);

    public long Charges(Guid session) => Number(database, "SELECT COUNT(*) FROM Charges WHERE lower(Session) = $id", session);

    public long InvoiceLines(Guid charge) => Number(database, "SELECT COUNT(*) FROM InvoiceLines WHERE lower(Charge) = $id", charge);

    public long Quarantined() => Number(database, "SELECT COUNT(*) FROM Quarantined", Guid.Empty);

    /// <summary>Numbers of the year that are there, against the highest that was given: equal when none was lost.</summary>
    public (long Invoices, long LastNumber) InvoiceNumbers() => (
        Number(database, "SELECT COUNT(*) FROM Invoices", Guid.Empty),
        Number(database, "SELECT COALESCE(SUM(Last), 0) FROM InvoiceCounters", Guid.Empty));

    /// <summary>Records that a bridge wrote and nobody acknowledged.</summary>
    public long Unacknowledged(string bridge) => Number(
        Spool(bridge),
        "SELECT COUNT(*) FROM records JOIN epochs USING (epoch) WHERE sequence > acknowledged_up_to",
        Guid.Empty);

    /// <summary>Changes whenever somebody writes in the database.</summary>
    public string Writings() => Directory.Exists(dataFolder)
        ? string.Join(' ', new DirectoryInfo(dataFolder)
            .EnumerateFiles(Path.GetFileName(database) + "*")
            .Where(file => !file.Name.EndsWith("-shm", StringComparison.Ordinal))
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => $"{file.Name}:{file.Length}:{file.LastWriteTimeUtc:O}"))
        : "";

    public string BridgeFolder(string bridge) => Path.Combine(dataFolder, "bridges", bridge);

    /// <summary>The demo keeps machines free for minutes after each use; scenarios use one machine many times in a row.</summary>
    public void NeedNoCleanUp() => Write("UPDATE Machines SET Policy = json_set(Policy, '$.cleanUp', '0:00:00')");

    /// <summary>Nobody waits a quarter of an hour for a member who does not come.</summary>
    public void WaitSecondsForMembers(int seconds) => Write($"UPDATE Machines SET Policy = json_set(Policy, '$.grace', '0:00:{seconds:00}')");

    /// <returns><c>ok</c>, or what SQLite finds wrong.</returns>
    public string Integrity()
    {
        using var connection = Open(database, SqliteOpenMode.ReadOnly);
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        return (string)command.ExecuteScalar()!;
    }

    /// <summary>How far the making of the database had come, for the log of a test. A look at a copy: what a crash left stays as it is.</summary>
    public string Stage()
    {
        if (!File.Exists(database))
        {
            return "no database";
        }

        var copy = Directory.CreateTempSubdirectory("fablab-look-");
        try
        {
            foreach (var file in Directory.EnumerateFiles(dataFolder, Path.GetFileName(database) + "*"))
            {
                File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)));
            }

            var look = Path.Combine(copy.FullName, Path.GetFileName(database));
            var tables = Count(look, "sqlite_master WHERE type = 'table'");
            return Count(look, "sqlite_master WHERE name = 'Machines'") == 0
                ? $"{tables} tables"
                : $"{tables} tables, {Count(look, "Machines")} machines";

            // A kill can leave a journal to roll back, which takes writing.
            static long Count(string look, string rows) => Number(look, "SELECT COUNT(*) FROM " + rows, Guid.Empty, SqliteOpenMode.ReadWrite);
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    private string Spool(string bridge) => Path.Combine(BridgeFolder(bridge), "spool.db");

    private void Write(string sql)
    {
        using var connection = Open(database, SqliteOpenMode.ReadWrite);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // only literals of this file come here
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static long Number(string file, string sql, Guid id, SqliteOpenMode mode = SqliteOpenMode.ReadOnly)
    {
        using var connection = Open(file, mode);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // only literals of this file come here
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$id", id.ToString());
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}
