using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Fablab.Benchmarks;

/// <summary>A week of all machines of a site over HTTP, beside a raw reader that selects the same rows of the same file and writes them as JSON.</summary>
internal static class CalendarOverHttp
{
    private const int Reservations = 200_000;
    private const int WarmUps = 800;   // until the hot code is compiled anew
    private const int Times = 100;

    private const string RawWeek = """
        SELECT m."Code", r."SlotStart", r."SlotEnd", r."KeptStart", r."KeptEnd"
        FROM "Sites" s JOIN "Machines" m ON m."Site" = s."Id" JOIN "Reservations" r ON r."Machine" = m."Id"
        WHERE s."Code" = $site AND r."State" IN ('Requested', 'Held', 'Confirmed', 'Active', 'Completed')
            AND r."KeptStart" < $until AND r."KeptStart" >= $from
        """;

    public static async Task RunAsync()
    {
        using var lab = await GeneratedLab.MakeAsync(new Dictionary<string, int> { ["campus"] = 50, ["atelier"] = 200 }, Reservations);
        await using var program = await RunningLab.StartAsync(lab.Folder);
        foreach (var (site, machines) in new[] { ("campus", 50), ("atelier", 200) })
        {
            var path = $"/api/v1/calendar?site={site}&{lab.Window}";
            var (before, rows) = Raw(lab, site);
            var (bytes, tag) = await ReadAsync(program.Http, path);
            var whole = await program.MeasureAsync(WarmUps, Times, _ => ReadAsync(program.Http, path));
            var unchanged = await program.MeasureAsync(WarmUps, Times, _ => UnchangedAsync(program.Http, path, tag));
            var limit = (before.Cpu + Raw(lab, site).Cost.Cpu) / 2;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
                a week of {machines} machines and some, {rows:N0} reservations, {bytes / 1024:N0} KiB
                  raw read and JSON  {before}
                  over HTTP          {whole} = {whole.Cpu / limit:N1} times the raw
                  unchanged, 304     {unchanged}
                """));
        }
    }

    private static async Task<(int Bytes, string Tag)> ReadAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(path);
        answer.EnsureSuccessStatusCode();
        return ((await answer.Content.ReadAsByteArrayAsync()).Length, answer.Headers.ETag!.ToString());
    }

    private static async Task UnchangedAsync(HttpClient http, string path, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        using var answer = await http.SendAsync(request);
        if (answer.StatusCode is not HttpStatusCode.NotModified)
        {
            throw new InvalidOperationException($"The unchanged week answered {answer.StatusCode}.");
        }
    }

    private static (Cost Cost, int Rows) Raw(GeneratedLab lab, string site)
    {
        using var connection = lab.Open();
        using var command = connection.CreateCommand();
        command.CommandText = RawWeek;
        command.Parameters.AddWithValue("$site", site);
        command.Parameters.AddWithValue("$from", lab.From.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$until", lab.From.AddDays(7).ToUnixTimeMilliseconds());
        var rows = 0;
        for (var i = 0; i < WarmUps; i++)
        {
            rows = RawOnce(command);
        }

        var latencies = new double[Times];
        using var self = Process.GetCurrentProcess();
        var cpu = self.TotalProcessorTime;
        for (var i = 0; i < Times; i++)
        {
            var began = Stopwatch.GetTimestamp();
            RawOnce(command);
            latencies[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        self.Refresh();
        return (new Cost(latencies, (self.TotalProcessorTime - cpu).TotalMilliseconds / Times), rows);
    }

    private static int RawOnce(SqliteCommand command)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        using var reader = command.ExecuteReader();
        var rows = 0;
        json.WriteStartArray();
        for (; reader.Read(); rows++)
        {
            json.WriteStartObject();
            json.WriteString("machine", reader.GetString(0));
            json.WriteString("start", DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)));
            json.WriteString("end", DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2)));
            json.WriteString("keptEnd", DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4)));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Flush();
        return rows;
    }
}
