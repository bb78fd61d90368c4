using Fablab.Contracts;
using Microsoft.Data.Sqlite;

namespace Fablab.Bridge.Spool;

/// <summary>Verifies that the journal is whole: no gap, every hash right, every total the sum of its slices.</summary>
internal static class SpoolChain
{
    /// <summary>Checks the latest records and takes off a damaged end that the web never acknowledged.</summary>
    /// <returns>The hash that the next record names.</returns>
    /// <exception cref="SpoolDamagedException">A damaged record was acknowledged, or lies before sound ones.</exception>
    public static string CheckTail(SqliteConnection connection, Guid spoolId, int most)
    {
        var tail = Read(connection, most);
        var damagedFrom = tail.FindIndex(entry => !JournalHash.IsRight(entry.Record, spoolId, entry.Epoch));
        for (var i = 1; damagedFrom < 0 && i < tail.Count; i++)
        {
            damagedFrom = Follows(tail[i - 1], tail[i]) ? -1 : i;
        }

        if (damagedFrom < 0)
        {
            return tail.Count == 0 ? JournalHash.Start : tail[^1].Record.Hash;
        }

        var damaged = tail[damagedFrom..];
        if (damaged.Exists(entry => entry.IsAcknowledged) || damaged.Skip(1).Any(entry => JournalHash.IsRight(entry.Record, spoolId, entry.Epoch)))
        {
            throw new SpoolDamagedException(
                $"The spool '{connection.DataSource}' is damaged at record {damaged[0].Epoch}-{damaged[0].Record.Sequence}. Keep a copy for the records in it, then start with an empty data folder: the new spool gets a new identity.");
        }

        foreach (var entry in damaged)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM records WHERE epoch = $epoch AND sequence = $sequence";
            command.Parameters.AddWithValue("$epoch", entry.Epoch);
            command.Parameters.AddWithValue("$sequence", entry.Record.Sequence);
            command.ExecuteNonQuery();
        }

        return damagedFrom == 0 ? damaged[0].Record.PreviousHash : tail[damagedFrom - 1].Record.Hash;
    }

    /// <returns>Everything that is wrong with the journal, in words; empty when all is well.</returns>
    public static IReadOnlyList<string> Check(SqliteConnection connection)
    {
        var problems = new List<string>();
        var spoolId = SpoolSchema.Identity(connection);
        var totals = new SessionTotals();
        Entry? before = null;
        foreach (var entry in Read(connection, int.MaxValue))
        {
            var name = $"record {entry.Epoch}-{entry.Record.Sequence}";
            if (!JournalHash.IsRight(entry.Record, spoolId, entry.Epoch))
            {
                problems.Add($"{name}: its hash does not fit its content");
            }

            if (before is not null && !Follows(before, entry))
            {
                problems.Add($"{name}: it does not follow record {before.Epoch}-{before.Record.Sequence}");
            }

            if (!ContractsJson.TryRead<JournalContent>(entry.Record.Content, out var content, out var reason))
            {
                problems.Add($"{name}: its content cannot be read ({reason})");
            }
            else if (totals.Add(content) is { } problem)
            {
                problems.Add($"{name}: {problem}");
            }

            before = entry;
        }

        return problems;
    }

    private static bool Follows(Entry before, Entry entry) =>
        entry.Record.PreviousHash == before.Record.Hash
        && (entry.Epoch == before.Epoch ? entry.Record.Sequence == before.Record.Sequence + 1 : entry.Record.Sequence == 1);

    private static List<Entry> Read(SqliteConnection connection, int most)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT epoch, sequence, content, previous_hash, hash, acknowledged_at IS NOT NULL
            FROM (SELECT * FROM records ORDER BY epoch DESC, sequence DESC LIMIT $most)
            ORDER BY epoch, sequence
            """;
        command.Parameters.AddWithValue("$most", most);
        using var reader = command.ExecuteReader();
        var entries = new List<Entry>();
        while (reader.Read())
        {
            var record = new JournalRecord(reader.GetInt64(1), reader.GetString(2), reader.GetString(3), reader.GetString(4));
            entries.Add(new Entry(reader.GetInt64(0), record, reader.GetBoolean(5)));
        }

        return entries;
    }

    private sealed record Entry(long Epoch, JournalRecord Record, bool IsAcknowledged);
}
