using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Fablab.Benchmarks;

/// <summary>
/// A demo lab with many machines and many reservations. The program makes the database and one reservation; all others are
/// copies of that row, column by column, so that a new column needs no change here.
/// </summary>
internal sealed partial class GeneratedLab : IDisposable
{
    /// <summary>Every machine is taken for one hour of three, all day long.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromHours(3);

    private const int AWeek = 56;

    private GeneratedLab(string folder, DateTimeOffset from) => (Folder, From) = (folder, from);

    public string Folder { get; }

    /// <summary>The last week of reservations begins here.</summary>
    public DateTimeOffset From { get; }

    public string Window => $"from={Text(From)}&to={Text(From.AddDays(7))}";

    private string Database => Path.Combine(Folder, "fablab.db");

    /// <param name="machines">New machines of each site.</param>
    /// <param name="reservations">Of all these machines together.</param>
    /// <param name="members">New members, who may use all these machines and share the reservations; with none they are all one maker's.</param>
    public static async Task<GeneratedLab> MakeAsync(IReadOnlyDictionary<string, int> machines, int reservations, int members = 0)
    {
        var today = TimeProvider.System.GetUtcNow().UtcDateTime.Date;
        var lab = new GeneratedLab(Directory.CreateTempSubdirectory("fablab-benchmark-").FullName, new DateTimeOffset(today.AddDays(1), TimeSpan.Zero));
        try
        {
            await using (var program = await RunningLab.StartAsync(lab.Folder))
            {
                using var booked = await program.Http.PostAsJsonAsync(
                    "/api/v1/reservations", new { machine = "printer-1", start = lab.From.UtcDateTime.AddHours(9), end = lab.From.UtcDateTime.AddHours(10) });
                booked.EnsureSuccessStatusCode();
            }

            lab.Fill(machines, reservations / machines.Values.Sum(), members);
            return lab;
        }
        catch
        {
            lab.Dispose();
            throw;
        }
    }

    public static string Text(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>The access token of a new member.</summary>
    public static string TokenOf(int member) => $"fab_bench-{member}";

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        return connection;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Fill(IReadOnlyDictionary<string, int> machines, int each, int members)
    {
        using var connection = Open();

        // Guards and indexes are made again at the end: row by row they would take most of the time.
        Execute(connection, "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -400000");
        var dropped = Query(connection, "SELECT type || ' \"' || name || '\"', sql FROM sqlite_master WHERE tbl_name = 'Reservations' AND type IN ('index', 'trigger') AND sql IS NOT NULL");
        Execute(connection, "BEGIN");
        foreach (var (name, _) in dropped)
        {
            Execute(connection, $"DROP {name}");
        }

        var first = 0;
        foreach (var (site, count) in machines)
        {
            Copy(connection, "Machines", new()
            {
                ["Id"] = Id("00000001", "n"),
                ["Code"] = "printf('bench-%04d', n)",
                ["Name"] = "printf('Bench %d', n)",
                ["Site"] = $"(SELECT \"Id\" FROM \"Sites\" WHERE \"Code\" = '{site}')",
                ["Pool"] = "NULL",
                ["Bridge"] = "NULL",
            }, $"\"Code\" = 'printer-1'", $"WITH RECURSIVE numbers(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {first + count})");
            first += count;
        }

        AddMembers(connection, members, machines: first);

        // In order of time, as they would have come.
        var (start, hour, cleanUp) = ($"({From.ToUnixTimeMilliseconds()} + (slot - {each - AWeek}) * {(long)Every.TotalMilliseconds})", 3_600_000, 300_000);
        Copy(connection, "Reservations", new()
        {
            ["Id"] = Id("printf('%08X', slot + 16)", "n", isQuoted: false),
            ["Machine"] = Id("00000001", "n"),
            ["Member"] = members == 0 ? "template.\"Member\"" : Id("00000002", $"((slot + n) % {members})"),
            ["State"] = $"CASE WHEN slot < {each - AWeek} THEN 'Completed' ELSE 'Confirmed' END",
            ["SlotStart"] = start, ["SlotEnd"] = $"{start} + {hour}",
            ["BookedStart"] = start, ["BookedEnd"] = $"{start} + {hour}",
            ["KeptStart"] = start, ["KeptEnd"] = $"{start} + {hour + cleanUp}",
        }, "TRUE", $"""
            WITH RECURSIVE slots(slot) AS (SELECT 0 UNION ALL SELECT slot + 1 FROM slots WHERE slot + 1 < {each}),
            machines(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM machines WHERE n + 1 < {first}),
            numbers(slot, n) AS (SELECT slot, n FROM slots CROSS JOIN machines)
            """);
        foreach (var (_, sql) in dropped)
        {
            Execute(connection, sql);
        }

        Execute(connection, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private static void AddMembers(SqliteConnection connection, int members, int machines)
    {
        if (members == 0)
        {
            return;
        }

        var numbers = $"WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {members})";
        Copy(connection, "AspNetUsers", new()
        {
            ["Id"] = Id("00000002", "n"),
            ["UserName"] = "printf('bench-%d@fablab.example', n)", ["NormalizedUserName"] = "printf('BENCH-%d@FABLAB.EXAMPLE', n)",
            ["Email"] = "printf('bench-%d@fablab.example', n)", ["NormalizedEmail"] = "printf('BENCH-%d@FABLAB.EXAMPLE', n)",
        }, "\"Email\" = 'maker@fablab.example'", numbers);
        connection.CreateFunction("token_hash", (long member) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(TokenOf((int)member)))));
        Copy(connection, "AccessTokens", new() { ["Id"] = Id("00000003", "n"), ["Member"] = Id("00000002", "n"), ["Hash"] = "token_hash(n)" }, "TRUE", numbers);
        Copy(connection, "MachineAuthorisations", new()
        {
            ["Member"] = Id("00000002", "n"),
            ["Machine"] = Id("00000001", "unit"),
            ["ValidUntil"] = "NULL",
        }, "TRUE", $"""
            WITH RECURSIVE members(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM members WHERE n + 1 < {members}),
            units(unit) AS (SELECT 0 UNION ALL SELECT unit + 1 FROM units WHERE unit + 1 < {machines}),
            numbers(n, unit) AS (SELECT n, unit FROM members CROSS JOIN units)
            """);
    }

    private static string Id(string head, string number, bool isQuoted = true) =>
        $"{(isQuoted ? $"'{head}'" : head)} || printf('-0000-7000-8000-%012X', {number})";

    private static void Copy(SqliteConnection connection, string table, Dictionary<string, string> changed, string template, string numbers)
    {
        var columns = Query(connection, $"SELECT name, name FROM pragma_table_info('{table}')").Select(column => column.First).ToList();
        var values = columns.Select(column => changed.TryGetValue(column, out var value) ? value : $"template.\"{column}\"");
        Execute(connection, $"""
            {numbers}
            INSERT INTO "{table}" ({string.Join(", ", columns.Select(column => $"\"{column}\""))})
            SELECT {string.Join(", ", values)} FROM numbers CROSS JOIN (SELECT * FROM "{table}" WHERE {template} LIMIT 1) AS template
            """);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        command.ExecuteNonQuery();
    }

    private static List<(string First, string Second)> Query(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<(string, string)>();
        while (reader.Read())
        {
            rows.Add((reader.GetString(0), reader.GetString(1)));
        }

        return rows;
    }
}
