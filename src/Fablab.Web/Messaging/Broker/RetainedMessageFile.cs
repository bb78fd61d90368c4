using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Fablab.Web.Messaging.Broker;

/// <summary>
/// Retained messages in a small SQLite file. One writer takes what has gathered while the last commit went to disk into
/// the next one, so that many bridges reporting at once cost few disk flushes.
/// </summary>
internal sealed partial class RetainedMessageFile(string path, TimeProvider clock, ILogger<RetainedMessageFile> log) : IRetainedMessageStore, IAsyncDisposable
{
    /// <summary>Saves that may wait; senders beyond it wait themselves.</summary>
    private const int WaitingLimit = 1_024;

    /// <summary>Saves in one commit.</summary>
    private const int BatchLimit = 256;

    private readonly Channel<Save> _saves = Channel.CreateBounded<Save>(new BoundedChannelOptions(WaitingLimit) { SingleReader = true });
    private SqliteConnection? _database;
    private Task _writing = Task.CompletedTask;

    public async ValueTask<IReadOnlyList<RetainedMessage>> LoadAsync(CancellationToken ct)
    {
        IReadOnlyList<RetainedMessage> messages;
        try
        {
            messages = Open();
        }
        catch (SqliteException broken) when (File.Exists(path))
        {
            // Every retained state is published again by its owner sooner or later; a lab must not stay shut for this file.
            SetAside(broken);
            messages = Open();
        }

        _writing = Task.Run(WriteAsync, CancellationToken.None);
        await Task.CompletedTask;
        return messages;
    }

    public async ValueTask SaveAsync(RetainedMessage message, CancellationToken ct)
    {
        var save = new Save(message, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await _saves.Writer.WriteAsync(save, ct);
        await save.Done.Task.WaitAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        _saves.Writer.TryComplete();
        await _writing;
        Close();
    }

    private List<RetainedMessage> Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);

        // Not pooled: a closed store lets go of the file at once.
        _database = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        _database.Open();
        Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        Execute("CREATE TABLE IF NOT EXISTS retained (topic TEXT NOT NULL PRIMARY KEY, payload BLOB NOT NULL, qos INTEGER NOT NULL, content_type TEXT NULL) WITHOUT ROWID;");

        using var query = _database.CreateCommand();
        query.CommandText = "SELECT topic, payload, qos, content_type FROM retained";
        using var rows = query.ExecuteReader();
        var messages = new List<RetainedMessage>();
        while (rows.Read())
        {
            messages.Add(new RetainedMessage(rows.GetString(0), rows.GetFieldValue<byte[]>(1), rows.GetInt32(2), rows.IsDBNull(3) ? null : rows.GetString(3)));
        }

        return messages;
    }

    private void SetAside(SqliteException broken)
    {
        Close();
        var aside = $"{path}.broken-{clock.GetUtcNow():yyyyMMddHHmmss}";
        File.Move(path, aside, overwrite: true);
        File.Delete($"{path}-wal");
        File.Delete($"{path}-shm");
        LogSetAside(broken, path, aside);
    }

    private async Task WriteAsync()
    {
        var batch = new List<Save>(BatchLimit);
        while (await _saves.Reader.WaitToReadAsync())
        {
            while (batch.Count < BatchLimit && _saves.Reader.TryRead(out var save))
            {
                batch.Add(save);
            }

            Write(batch);
            batch.Clear();
        }
    }

    private void Write(List<Save> batch)
    {
        try
        {
            using var transaction = _database!.BeginTransaction();
            foreach (var save in batch)
            {
                Write(save.Message, transaction);
            }

            transaction.Commit();
            batch.ForEach(save => save.Done.TrySetResult());
        }
        catch (Exception failed)
        {
            // The waiting publishers get this as an error answer, so nobody believes it was kept.
            LogNotWritten(failed, batch.Count);
            batch.ForEach(save => save.Done.TrySetException(failed));
        }
    }

    private void Write(RetainedMessage message, SqliteTransaction transaction)
    {
        using var command = _database!.CreateCommand();
        command.Transaction = transaction;
        command.Parameters.AddWithValue("$topic", message.Topic);
        if (message.Payload.IsEmpty)
        {
            command.CommandText = "DELETE FROM retained WHERE topic = $topic";
        }
        else
        {
            command.CommandText = "INSERT INTO retained (topic, payload, qos, content_type) VALUES ($topic, $payload, $qos, $content_type) "
                + "ON CONFLICT (topic) DO UPDATE SET payload = excluded.payload, qos = excluded.qos, content_type = excluded.content_type";
            command.Parameters.AddWithValue("$payload", message.Payload.ToArray());
            command.Parameters.AddWithValue("$qos", message.Qos);
            command.Parameters.AddWithValue("$content_type", (object?)message.ContentType ?? DBNull.Value);
        }

        command.ExecuteNonQuery();
    }

    private void Execute(string sql)
    {
        using var command = _database!.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private void Close()
    {
        _database?.Dispose();
        _database = null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The retained messages in {Path} cannot be read. The file is set aside as {Aside}; web and bridges publish their states again")]
    private partial void LogSetAside(Exception exception, string path, string aside);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} retained messages could not be written; their senders were told")]
    private partial void LogNotWritten(Exception exception, int count);

    private sealed record Save(RetainedMessage Message, TaskCompletionSource Done);
}
