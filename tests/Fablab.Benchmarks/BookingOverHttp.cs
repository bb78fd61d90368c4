using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Microsoft.Data.Sqlite;

namespace Fablab.Benchmarks;

/// <summary>
/// Bookings of free slots, end to end over HTTP, with all rules on and every commit on disk. The limit: bare inserts, one
/// commit each, into a file on the same disk with the same durability, measured before and after.
/// </summary>
internal static class BookingOverHttp
{
    private const int Clients = 8;
    private const int Bookings = 4_000;
    private const int BareCommits = 2_000;
    private const int Repeats = 3;

    private static readonly string[] Machines = ["printer-1", "printer-2", "cnc-1", "laser-1"];

    public static async Task RunAsync()
    {
        Console.WriteLine($"{Bookings} bookings by {Clients} clients, {Repeats} times, each on a new database");
        for (var repeat = 1; repeat <= Repeats; repeat++)
        {
            var folder = Directory.CreateTempSubdirectory("fablab-benchmark-").FullName;
            try
            {
                var before = BareCommitsASecond(folder);
                var (booked, latencies, cpu) = await BookAsync(folder);
                var limit = (before + BareCommitsASecond(folder)) / 2;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{booked:N0} bookings/s = {booked / limit:P0} of {limit:N0} bare commits/s; median {latencies[latencies.Length / 2]:N1} ms, 95 % {latencies[latencies.Length * 95 / 100]:N1} ms; {cpu:N2} ms of CPU each"));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static double BareCommitsASecond(string folder)
    {
        var path = Path.Combine(folder, $"bare-{Guid.NewGuid():N}.db");
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE slots (id BLOB PRIMARY KEY, machine INTEGER, start INTEGER, [end] INTEGER); CREATE INDEX taken ON slots (machine, start, [end])";
        command.ExecuteNonQuery();
        command.CommandText = "INSERT INTO slots VALUES ($id, $machine, $start, $end)";
        var (id, machine, start, end) = (Parameter("$id"), Parameter("$machine"), Parameter("$start"), Parameter("$end"));
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < BareCommits; i++)
        {
            (id.Value, machine.Value, start.Value, end.Value) = (Guid.NewGuid().ToByteArray(), i % Machines.Length, i * 900L, (i + 1) * 900L);
            command.ExecuteNonQuery();
        }

        return BareCommits / watch.Elapsed.TotalSeconds;

        SqliteParameter Parameter(string name)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
            return parameter;
        }
    }

    /// <returns>Bookings a second, latencies in milliseconds in rising order, milliseconds of CPU of the server for each booking.</returns>
    private static async Task<(double ASecond, double[] Latencies, double Cpu)> BookAsync(string folder)
    {
        await using var lab = await RunningLab.StartAsync(folder);
        var first = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
        var next = -1;
        var latencies = new double[Bookings];
        var cpuBefore = lab.Cpu();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            for (var i = Interlocked.Increment(ref next); i < Bookings; i = Interlocked.Increment(ref next))
            {
                var start = first.AddMinutes(15 * (i / Machines.Length)).UtcDateTime;
                var began = Stopwatch.GetTimestamp();
                using var answer = await lab.Http.PostAsJsonAsync("/api/v1/reservations", new { machine = Machines[i % Machines.Length], start, end = start.AddMinutes(15) });
                answer.EnsureSuccessStatusCode();
                latencies[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }
        }));
        var seconds = watch.Elapsed.TotalSeconds;
        Array.Sort(latencies);
        return (Bookings / seconds, latencies, (lab.Cpu() - cpuBefore).TotalMilliseconds / Bookings);
    }
}
