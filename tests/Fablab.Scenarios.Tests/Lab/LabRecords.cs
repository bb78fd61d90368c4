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

    public long Charges(Guid session) => Number(database, "SELECT COUNT(*) FROM Charges WHERE lower(Session) = $id", session);

    public long InvoiceLines(Guid charge) => Number(database, "SELECT COUNT(*) FROM InvoiceLines WHERE lower(Charge) = $id", charge);

    public long Quarantined() => Number(database, "SELECT COUNT(*) FROM Quarantined", Guid.Empty);

    /// <summary>Numbers of the year that are there, against the highest that was given: equal when none was lost.</summary>
    public (long Invoices, long LastNumber) InvoiceNumbers() => (
        Number(database, "SELECT COUNT(*) FROM Invoices", Guid.Empty),
        Number(database, "SELECT COALESCE(SUM(Last), 0) FROM InvoiceCounters", Guid.Empty));

    /// <summary>Records that a bridge wrote and nobody acknowledged.</summary>
    public long Unacknowledged(string bridge) => Number(
        Path.Combine(dataFolder, "bridges", bridge, "spool.db"),
        "SELECT COUNT(*) FROM records JOIN epochs USING (epoch) WHERE sequence > acknowledged_up_to",
        Guid.Empty);

    public string BridgeFolder(string bridge) => Path.Combine(dataFolder, "bridges", bridge);

    /// <summary>The demo keeps machines free for minutes after each use; scenarios use one machine many times in a row.</summary>
    public void NeedNoCleanUp()
    {
        using var connection = Open(database, SqliteOpenMode.ReadWrite);
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE Machines SET Policy = json_set(Policy, '$.cleanUp', '0:00:00')";
        command.ExecuteNonQuery();
    }

    private static long Number(string file, string sql, Guid id)
    {
        using var connection = Open(file, SqliteOpenMode.ReadOnly);
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
