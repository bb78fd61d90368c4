using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Fablab.Benchmarks;

/// <summary>What a PostgreSQL server on this computer does and costs.</summary>
internal static class PostgresServer
{
    private const int Times = 2_000;
    private const int TicksASecond = 100;   // of /proc, on every Linux that runs .NET

    /// <summary>Bare inserts with an index by one client, one commit each.</summary>
    public static double CommitsASecond(string database)
    {
        using var source = NpgsqlDataSource.Create(database);
        using var connection = source.OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = "CREATE TABLE IF NOT EXISTS slots (id uuid PRIMARY KEY, machine int, since bigint, until bigint); CREATE INDEX IF NOT EXISTS taken ON slots (machine, since, until)";
        command.ExecuteNonQuery();
        command.CommandText = "INSERT INTO slots VALUES ($1, $2, $3, $4)";
        command.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = Guid.Empty }, new() { Value = 0 }, new() { Value = 0L }, new() { Value = 0L } });
        command.Prepare();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Times; i++)
        {
            (command.Parameters[0].Value, command.Parameters[1].Value) = (Guid.NewGuid(), i % 50);
            (command.Parameters[2].Value, command.Parameters[3].Value) = (i * 900L, (i + 1) * 900L);
            command.ExecuteNonQuery();
        }

        return Times / watch.Elapsed.TotalSeconds;
    }

    /// <summary>What its processes have used so far, those that are gone too.</summary>
    public static TimeSpan Cpu(string database)
    {
        using var source = NpgsqlDataSource.Create(database);
        using var command = source.CreateCommand("SELECT pg_backend_pid()");
        var parent = Fields((int)command.ExecuteScalar()!)[1];
        var ticks = Fields(int.Parse(parent, CultureInfo.InvariantCulture))[13..15].Sum(Number);   // of children that ended
        foreach (var folder in Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)))
        {
            if (Fields(int.Parse(folder!, CultureInfo.InvariantCulture)) is { Length: > 15 } fields && fields[1] == parent)
            {
                ticks += fields[11..13].Sum(Number);
            }
        }

        return TimeSpan.FromSeconds((double)ticks / TicksASecond);
    }

    // Behind the name, which may hold anything: state, parent, …, own time, time of children that ended (proc(5)).
    private static string[] Fields(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
