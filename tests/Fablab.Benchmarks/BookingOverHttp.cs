using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Fablab.Domain.Members;

namespace Fablab.Benchmarks;

/// <summary>
/// Bookings of free slots, end to end over HTTP, with rules of all kinds and every commit on disk, beside <see cref="BareCommits"/>
/// before and after. The lab has 50 machines, 1,000 members and 20,000 reservations.
/// </summary>
internal static class BookingOverHttp
{
    private const int Machines = 50;
    private const int Members = 1_000;
    private const int Past = 20_000;
    private const int WarmUps = 4_000;   // until the hot code is compiled anew
    private const int Bookings = 4_000;
    private const int Stretch = 250;     // of bookings: half a second or so
    private const int Racers = 50;
    private const int Rounds = 100;

    private static readonly int[] Clients = [1, 8, 64, 1, 8, 64];

    /// <param name="wanted">How many book at once, one after the other; all of <see cref="Clients"/> when left out.</param>
    public static async Task RunAsync(IReadOnlyList<int> wanted)
    {
        using var lab = await GeneratedLab.MakeAsync(new Dictionary<string, int> { ["atelier"] = Machines }, Past, Members);
        await RunAsync(lab, wanted is [] ? Clients : wanted, () => BareCommits.ASecond(lab.Folder));
    }

    /// <summary>The same on PostgreSQL. The limit is one client's, whose commits nobody shares.</summary>
    /// <param name="server">Connection string of a server that runs already.</param>
    public static async Task RunOnPostgresAsync(string server, IReadOnlyList<int> wanted)
    {
        using var lab = await GeneratedLab.MakeOnPostgresAsync(server, Machines, Past, Members);
        await RunAsync(lab, wanted is [] ? Clients : wanted, () => PostgresServer.CommitsASecond(lab.Postgres!));
    }

    private static async Task RunAsync(GeneratedLab lab, IReadOnlyList<int> wanted, Func<double> bareCommits)
    {
        await using var program = await RunningLab.StartAsync(lab.Folder, lab.Postgres);
        await WriteRulesAsync(program);
        var slots = new Slots(lab);
        await BookAsync(program, slots, 8, WarmUps);
        Console.WriteLine($"{Bookings} bookings after {WarmUps} to warm up; {Machines} machines, {Members} members, {Past} reservations before");
        foreach (var clients in wanted)
        {
            var before = bareCommits();
            var databaseBefore = lab.Postgres is null ? TimeSpan.Zero : PostgresServer.Cpu(lab.Postgres);
            var booked = await BookAsync(program, slots, clients, Bookings);
            var database = lab.Postgres is null ? "" : string.Create(
                CultureInfo.InvariantCulture, $", and {(PostgresServer.Cpu(lab.Postgres) - databaseBefore).TotalMilliseconds / Bookings:N2} ms of the database");
            var limit = (before + bareCommits()) / 2;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{clients,2} clients: {booked.ASecond,5:N0} bookings/s = {booked.ASecond / limit:P0} of {limit:N0} bare commits/s; {booked.Cost}, {booked.Quietest:N2} ms in the quietest stretch{database}"));
        }
    }

    /// <summary>Fifty who want one slot at the same moment, round after round.</summary>
    public static async Task RaceAsync()
    {
        using var lab = await GeneratedLab.MakeAsync(new Dictionary<string, int> { ["atelier"] = Machines }, Past, Members);
        await using var program = await RunningLab.StartAsync(lab.Folder);
        await WriteRulesAsync(program);
        var slots = new Slots(lab);
        await BookAsync(program, slots, 8, WarmUps);
        var winners = new int[Rounds];
        var cost = await program.MeasureAsync(0, Rounds, async round =>
        {
            var slot = slots.Next();
            var answers = await Task.WhenAll(Enumerable.Range(0, Racers).Select(racer => AskAsync(program, slot with { Member = racer })));
            winners[round] = answers.Count(answer => answer is HttpStatusCode.Created);
            if (answers.Any(answer => answer is not (HttpStatusCode.Created or HttpStatusCode.Conflict)))
            {
                throw new InvalidOperationException($"An answer was none of 201 and 409: {string.Join(", ", answers.Distinct())}.");
            }
        });
        Console.WriteLine($"{Rounds} rounds of {Racers} for one slot: {winners.Count(one => one == 1)} with one winner; a round {cost}");
    }

    private static async Task WriteRulesAsync(RunningLab program)
    {
        var manager = await program.SignInAsync("manager@fablab.example");
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/sites/atelier/rules")
        {
            Content = JsonContent.Create(new { note = "All kinds", rules = JsonDocument.Parse(AllKinds).RootElement }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", manager);
        using var saved = await program.Http.SendAsync(request);
        if (!saved.IsSuccessStatusCode)
        {
            throw new InvalidOperationException(await saved.Content.ReadAsStringAsync());
        }
    }

    private static async Task<Booked> BookAsync(RunningLab program, Slots slots, int clients, int bookings)
    {
        var next = -1;
        var latencies = new double[bookings];
        var (cpuBefore, quietest) = (program.Cpu(), double.MaxValue);
        var watch = Stopwatch.StartNew();
        var (booked, stretchBefore) = (0, cpuBefore);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            for (var i = Interlocked.Increment(ref next); i < bookings; i = Interlocked.Increment(ref next))
            {
                var began = Stopwatch.GetTimestamp();
                if (await AskAsync(program, slots.Next()) is not HttpStatusCode.Created and var other)
                {
                    throw new InvalidOperationException($"A free slot was answered with {other}.");
                }

                latencies[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                if (Interlocked.Increment(ref booked) % Stretch == 0)
                {
                    lock (latencies)
                    {
                        var cpu = program.Cpu();
                        (quietest, stretchBefore) = (Math.Min(quietest, (cpu - stretchBefore).TotalMilliseconds / Stretch), cpu);
                    }
                }
            }
        }));
        return new Booked(bookings / watch.Elapsed.TotalSeconds, new Cost(latencies, (program.Cpu() - cpuBefore).TotalMilliseconds / bookings), quietest);
    }

    private static async Task<HttpStatusCode> AskAsync(RunningLab program, Slot slot)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/reservations")
        {
            Content = new StringContent(
                $$"""{"machine":"bench-{{slot.Machine:0000}}","start":"{{GeneratedLab.Text(slot.Start)}}","end":"{{GeneratedLab.Text(slot.Start.AddMinutes(15))}}"}""",
                Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", GeneratedLab.TokenOf(slot.Member));
        using var answer = await program.Http.SendAsync(request);
        return answer.StatusCode;
    }

    /// <param name="Quietest">Milliseconds of CPU for each in the stretch that cost least: what other work on the same cores, and what is due every few seconds, disturbed least.</param>
    private sealed record Booked(double ASecond, Cost Cost, double Quietest);

    private sealed record Slot(int Member, int Machine, DateTimeOffset Start);

    /// <summary>A quarter of each half hour of each machine, from where the reservations end.</summary>
    private sealed class Slots(GeneratedLab lab)
    {
        private int next = -1;

        public Slot Next()
        {
            var i = Interlocked.Increment(ref next);
            return new Slot(i % Members, i % Machines, lab.From.AddDays(8).AddMinutes(30 * (i / Machines)));
        }
    }

    private static string AllKinds => $$"""
        [
          { "kind": "opening-hours", "windows": [ {{string.Join(',', Enum.GetNames<DayOfWeek>().Select(day => $$"""{ "day": "{{day.ToLowerInvariant()}}", "from": "00:00:00", "to": "23:59:59" }"""))}} ], "mayCrossClosing": true },
          { "kind": "length", "minimum": "0:15:00", "maximum": "12:00:00", "granularity": "0:15:00" },
          { "kind": "notice", "toBook": "0:05:00" },
          { "kind": "horizon", "ahead": "2400:00:00" },
          { "kind": "gap", "between": "0:00:01" },
          { "kind": "buffers", "cleanUp": "0:05:00" },
          { "kind": "quota", "mostTime": "1000:00:00", "period": "week", "per": "machine" },
          { "kind": "quota", "mostBookings": 1000, "period": "rollingDays", "rollingDays": 30, "per": "site" },
          { "kind": "open-bookings", "mostBookings": 1000 },
          { "kind": "quiet-hours", "windows": [ { "day": "sunday", "from": "02:00:00", "to": "03:00:00" } ], "relaxes": [ "quota" ] },
          { "kind": "closed-days", "first": "2025-12-25", "last": "2025-12-26" },
          { "kind": "authorisation" },
          { "kind": "approval", "whenLongerThan": "8:00:00", "heldFor": "24:00:00" },
          { "kind": "people", "atLeast": 1 },
          { "kind": "cancellation", "terms": { "deadline": "24:00:00", "lateFee": { "kind": "share", "percent": 50 }, "noShowFee": { "kind": "share", "percent": 100 } } }
        ]
        """;
}
