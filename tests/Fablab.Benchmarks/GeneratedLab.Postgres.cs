using System.Globalization;
using System.Net.Http.Json;
using Npgsql;

namespace Fablab.Benchmarks;

/// <summary>The same lab on PostgreSQL, whose rows are few enough to be written with guards and indexes in place.</summary>
internal sealed partial class GeneratedLab
{
    /// <summary>Connection string of its database; <see langword="null"/> on SQLite.</summary>
    public string? Postgres { get; private init; }

    /// <param name="server">Connection string of a server that runs already, by somebody who may make databases there. The new one stays.</param>
    public static async Task<GeneratedLab> MakeOnPostgresAsync(string server, int machines, int reservations, int members)
    {
        var name = $"fablab_benchmark_{Guid.NewGuid():n}";
        Execute(server, $"CREATE DATABASE {name}");
        var today = TimeProvider.System.GetUtcNow().UtcDateTime.Date;
        var lab = new GeneratedLab(Directory.CreateTempSubdirectory("fablab-benchmark-").FullName, new DateTimeOffset(today.AddDays(1), TimeSpan.Zero))
        {
            Postgres = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString,
        };
        await using (var program = await RunningLab.StartAsync(lab.Folder, lab.Postgres))
        {
            using var booked = await program.Http.PostAsJsonAsync(
                "/api/v1/reservations", new { machine = "printer-1", start = lab.From.UtcDateTime.AddHours(9), end = lab.From.UtcDateTime.AddHours(10) });
            booked.EnsureSuccessStatusCode();
        }

        lab.FillPostgres(lab.Postgres, machines, reservations / machines, members);
        return lab;
    }

    private void FillPostgres(string database, int machines, int each, int members)
    {
        var (all, everybody) = ($"generate_series(0, {machines - 1}) AS n", $"generate_series(0, {members - 1}) AS n");
        Copy("Machines", "\"Code\" = 'printer-1'", all, new()
        {
            ["Id"] = Uuid("'00000001'", "n"), ["Code"] = "'bench-' || lpad(n::text, 4, '0')", ["Name"] = "'Bench ' || n", ["Pool"] = "NULL", ["Bridge"] = "NULL",
        });
        Copy("AspNetUsers", "\"Email\" = 'maker@fablab.example'", everybody, new()
        {
            ["Id"] = Uuid("'00000002'", "n"),
            ["UserName"] = "'bench-' || n || '@fablab.example'", ["NormalizedUserName"] = "'BENCH-' || n || '@FABLAB.EXAMPLE'",
            ["Email"] = "'bench-' || n || '@fablab.example'", ["NormalizedEmail"] = "'BENCH-' || n || '@FABLAB.EXAMPLE'",
        });
        Copy("AccessTokens", "TRUE", everybody, new()
        {
            ["Id"] = Uuid("'00000003'", "n"), ["Member"] = Uuid("'00000002'", "n"), ["Hash"] = $"encode(sha256(convert_to('{TokenOf(0)[..^1]}' || n, 'UTF8')), 'hex')",
        });
        Copy("MachineAuthorisations", "TRUE", $"{everybody}, generate_series(0, {machines - 1}) AS unit", new()
        {
            ["Member"] = Uuid("'00000002'", "n"), ["Machine"] = Uuid("'00000001'", "unit"), ["ValidUntil"] = "NULL",
        });

        var start = $"(timestamptz '{Text(From)}' + (slot - {each - AWeek}) * interval '{Every.TotalHours} hours')";
        Copy("Reservations", "TRUE", $"generate_series(0, {each - 1}) AS slot, {all}", new()
        {
            ["Id"] = Uuid("lpad(to_hex(slot + 16), 8, '0')", "n"), ["Machine"] = Uuid("'00000001'", "n"), ["Member"] = Uuid("'00000002'", $"(slot + n) % {members}"),
            ["State"] = $"CASE WHEN slot < {each - AWeek} THEN 'Completed' ELSE 'Confirmed' END",
            ["SlotStart"] = start, ["SlotEnd"] = $"{start} + interval '1 hour'",
            ["BookedStart"] = start, ["BookedEnd"] = $"{start} + interval '1 hour'",
            ["KeptStart"] = start, ["KeptEnd"] = $"{start} + interval '65 minutes'",
        });
        Execute(database, "VACUUM ANALYZE");

        void Copy(string table, string template, string numbers, Dictionary<string, string> changed)
        {
            var columns = Columns(database, table);
            Execute(database, string.Create(CultureInfo.InvariantCulture, $"""
                INSERT INTO "{table}" ({string.Join(", ", columns.Select(column => $"\"{column}\""))})
                SELECT {string.Join(", ", columns.Select(column => changed.GetValueOrDefault(column, $"template.\"{column}\"")))}
                FROM {numbers}, (SELECT * FROM "{table}" WHERE {template} LIMIT 1) AS template
                """));
        }
    }

    private static string Uuid(string head, string number) => $"({head} || '-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid";

    private static List<string> Columns(string database, string table)
    {
        using var source = NpgsqlDataSource.Create(database);
        using var command = source.CreateCommand($"SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{table}'");
        using var reader = command.ExecuteReader();
        var columns = new List<string>();
        while (reader.Read())
        {
            columns.Add(reader.GetString(0));
        }

        return columns;
    }

    private static void Execute(string database, string sql)
    {
        using var source = NpgsqlDataSource.Create(database);
        using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        command.ExecuteNonQuery();
    }
}
