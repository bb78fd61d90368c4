using System.Collections.Immutable;
using System.Globalization;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;
using Microsoft.Data.Sqlite;

namespace Fablab.Bridge.Spool;

/// <summary>
/// The spool as one SQLite file with a write-ahead log and full synchronisation: SQLite's own checksums discard a torn tail,
/// the hash chain tells whether anything else touched it.
/// </summary>
internal sealed class SqliteSpool : ISpool
{
    /// <summary>How many of the latest records are checked against the chain at every start; <c>--check</c> looks at all.</summary>
    private const int TailToCheck = 1_000;

    private const int BytesBesidesContent = 320;

    private readonly SqliteConnection _connection;
    private string _lastHash;
    private long _lastSequence;

    private SqliteSpool(SqliteConnection connection, Guid spoolId, long epoch, Guid bootId, string lastHash) =>
        (_connection, SpoolId, Epoch, BootId, _lastHash) = (connection, spoolId, epoch, bootId, lastHash);

    public Guid SpoolId { get; }

    public long Epoch { get; }

    public Guid BootId { get; }

    /// <summary>Opens the file, or makes it, checks the end of the journal, and begins a new epoch.</summary>
    /// <exception cref="SpoolDamagedException">The journal's chain is broken, or it is no spool at all.</exception>
    /// <exception cref="SpoolFullException">The new epoch could not be written.</exception>
    public static SqliteSpool Open(string path)
    {
        var connection = Connect(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            return Guarded(() => Begin(connection));
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw Damaged(path, e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file only to look at it, beside a running bridge or not.</summary>
    public static SqliteConnection OpenToRead(string path) => Connect(path, SqliteOpenMode.ReadOnly);

    public MachineMemory Memory(string machine)
    {
        using var command = Command("SELECT memory FROM machines WHERE machine = $machine", ("$machine", machine));
        return command.ExecuteScalar() is string text ? SpoolJson.ReadMemory(text) : MachineMemory.Empty;
    }

    public ImmutableArray<JobRun> Runs(string machine)
    {
        using var command = Command("SELECT run FROM runs WHERE machine = $machine ORDER BY job", ("$machine", machine));
        using var reader = command.ExecuteReader();
        var runs = ImmutableArray.CreateBuilder<JobRun>();
        while (reader.Read())
        {
            runs.Add(SpoolJson.ReadRun(reader.GetString(0)));
        }

        return runs.DrainToImmutable();
    }

    public long Save(string machine, SupervisorEffect.Save save, DateTimeOffset at) => Guarded(() =>
    {
        var (hash, sequence) = (_lastHash, _lastSequence);
        using (var transaction = _connection.BeginTransaction())
        {
            if (save.Memory is { } memory)
            {
                Execute(
                    "INSERT INTO machines (machine, memory) VALUES ($machine, $memory) ON CONFLICT (machine) DO UPDATE SET memory = excluded.memory",
                    ("$machine", machine), ("$memory", SpoolJson.Write(memory)));
            }

            foreach (var run in save.Runs)
            {
                Execute(
                    "INSERT INTO runs (job, machine, run) VALUES ($job, $machine, $run) ON CONFLICT (job) DO UPDATE SET machine = excluded.machine, run = excluded.run",
                    ("$job", run.Job.ToString("D")), ("$machine", machine), ("$run", SpoolJson.Write(run)));
            }

            foreach (var record in save.Records)
            {
                var content = ContractsJson.WriteText(record);
                var previous = hash;
                hash = JournalHash.Of(previous, SpoolId, Epoch, ++sequence, content);
                Execute(
                    "INSERT INTO records (epoch, sequence, content, previous_hash, hash) VALUES ($epoch, $sequence, $content, $previous, $hash)",
                    ("$epoch", Epoch), ("$sequence", sequence), ("$content", content), ("$previous", previous), ("$hash", hash));
            }

            transaction.Commit();
        }

        (_lastHash, _lastSequence) = (hash, sequence);
        return sequence;
    });

    public IReadOnlyList<HeldRecords> Held()
    {
        using var command = Command(
            """
            SELECT e.epoch, MIN(r.sequence), MAX(r.sequence), e.acknowledged_up_to
            FROM epochs e JOIN records r ON r.epoch = e.epoch
            GROUP BY e.epoch ORDER BY e.epoch
            """);
        using var reader = command.ExecuteReader();
        var held = new List<HeldRecords>();
        while (reader.Read())
        {
            held.Add(new HeldRecords(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)));
        }

        return held;
    }

    public IReadOnlyList<JournalRecord> Read(long epoch, long first, int mostRecords, int mostBytes)
    {
        using var command = Command(
            "SELECT sequence, content, previous_hash, hash FROM records WHERE epoch = $epoch AND sequence >= $first ORDER BY sequence LIMIT $most",
            ("$epoch", epoch), ("$first", first), ("$most", mostRecords));
        using var reader = command.ExecuteReader();
        var records = new List<JournalRecord>();
        var bytes = 0;
        while (reader.Read())
        {
            var record = new JournalRecord(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3));

            // The content is escaped once more on its way, which makes every quotation mark longer.
            bytes += BytesBesidesContent + record.Content.Length + (5 * record.Content.Count(c => c is '"' or '\\' or > '\u007e' or '+' or '&' or '\'' or '<' or '>'));
            if (bytes > mostBytes && records.Count > 0)
            {
                break;
            }

            records.Add(record);
        }

        return records;
    }

    public void NoteAcknowledged(long epoch, long upTo, DateTimeOffset at) => Guarded(() =>
    {
        using var transaction = _connection.BeginTransaction();
        Execute("UPDATE epochs SET acknowledged_up_to = $upTo WHERE epoch = $epoch", ("$epoch", epoch), ("$upTo", upTo));
        Execute(
            "UPDATE records SET acknowledged_at = $at WHERE epoch = $epoch AND sequence <= $upTo AND acknowledged_at IS NULL",
            ("$epoch", epoch), ("$upTo", upTo), ("$at", at.ToUnixTimeMilliseconds()));
        Execute("UPDATE records SET acknowledged_at = NULL WHERE epoch = $epoch AND sequence > $upTo AND acknowledged_at IS NOT NULL", ("$epoch", epoch), ("$upTo", upTo));
        transaction.Commit();
        return 0;
    });

    public void Forget(DateTimeOffset acknowledgedBefore) => Guarded(() =>
    {
        // The newest record stays for ever: the next one names its hash.
        Execute(
            """
            DELETE FROM records
            WHERE acknowledged_at < $before
              AND (epoch, sequence) < (SELECT epoch, sequence FROM records ORDER BY epoch DESC, sequence DESC LIMIT 1)
            """,
            ("$before", acknowledgedBefore.ToUnixTimeMilliseconds()));
        return 0;
    });

    /// <summary>Lets a test fill the disk: SQLite then refuses to grow the file beyond so many pages.</summary>
    internal void LimitPages(long pages) => Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {pages}"));

    public void Dispose() => _connection.Dispose();

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw IsFull(e) ? Full(e) : Damaged(path, e);
        }
    }

    private static SqliteSpool Begin(SqliteConnection connection)
    {
        SpoolSchema.Prepare(connection);
        var (spoolId, epoch, bootId) = (SpoolSchema.Identity(connection), SpoolSchema.LastEpoch(connection) + 1, Guid.NewGuid());
        var lastHash = SpoolChain.CheckTail(connection, spoolId, TailToCheck);
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO epochs (epoch, boot_id, acknowledged_up_to) VALUES ($epoch, $boot, 0)";
        command.Parameters.AddWithValue("$epoch", epoch);
        command.Parameters.AddWithValue("$boot", bootId.ToString("D"));
        command.ExecuteNonQuery();
        return new SqliteSpool(connection, spoolId, epoch, bootId, lastHash);
    }

    private static T Guarded<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (SqliteException e) when (IsFull(e))
        {
            throw Full(e);
        }
    }

    /// <summary>SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN: the disk's fault, not the content's.</summary>
    private static bool IsFull(SqliteException e) => e.SqliteErrorCode is 8 or 10 or 13 or 14;

    private static SpoolFullException Full(SqliteException e) => new($"The spool cannot be written ({e.Message.Trim()}). Free some space or make the disk writable; nothing is lost meanwhile.", e);

    private static SpoolDamagedException Damaged(string path, SqliteException e) =>
        new($"The spool '{path}' cannot be read ({e.Message.Trim()}). Keep a copy for the records in it, then start with an empty data folder: the new spool gets a new identity.", e);

    private void Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(sql, parameters);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
