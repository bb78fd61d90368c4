using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Fablab.Benchmarks;

/// <summary>The limit of all bookings: bare inserts with an index, one commit each, on the same disk and with the same durability.</summary>
internal static class BareCommits
{
    private const int Times = 2_000;

    public static double ASecond(string folder)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, $"bare-{Guid.NewGuid():N}.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE slots (id BLOB PRIMARY KEY, machine INTEGER, start INTEGER, [end] INTEGER); CREATE INDEX taken ON slots (machine, start, [end])";
        command.ExecuteNonQuery();
        command.CommandText = "INSERT INTO slots VALUES ($id, $machine, $start, $end)";
        var (id, machine, start, end) = (Parameter("$id"), Parameter("$machine"), Parameter("$start"), Parameter("$end"));
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Times; i++)
        {
            (id.Value, machine.Value, start.Value, end.Value) = (Guid.NewGuid().ToByteArray(), i % 50, i * 900L, (i + 1) * 900L);
            command.ExecuteNonQuery();
        }

        return Times / watch.Elapsed.TotalSeconds;

        SqliteParameter Parameter(string name)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
            return parameter;
        }
    }
}
