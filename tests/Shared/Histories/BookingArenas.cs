using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Fablab.Testing.Histories;

/// <summary>
/// Many clients that book, move and cancel at once over the HTTP API. An arena is one machine on one day with eight cells of an hour;
/// a slot leaves its last quarter of an hour free, so that nobody's clean-up reaches into another cell.
/// </summary>
public sealed class BookingArenas(int seed, DateTimeOffset firstDay, IReadOnlyList<string> machines, int daysEach)
{
    private const int Cells = 8;
    private const int LongestCells = 2;
    private const int FirstHour = 8;

    private static readonly TimeSpan RestartPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RestartLimit = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(string Machine, int Day), ArenaBook> arenas =
        machines.SelectMany(machine => Enumerable.Range(0, daysEach).Select(day => (machine, day))).ToDictionary(key => key, _ => new ArenaBook());

    /// <summary>One client's calls. A broken connection is an unknown outcome and not an error.</summary>
    public async Task PlayAsync(HttpClient client, int number, int calls, CancellationToken ct)
    {
        var random = new Random(HashCode.Combine(seed, number));
        for (var i = 0; i < calls && !ct.IsCancellationRequested; i++)
        {
            var (key, arena) = arenas.ElementAt(random.Next(arenas.Count));
            var (start, length) = (random.Next(Cells - 1), random.Next(1, LongestCells + 1));
            var chosen = arena.Any(random);
            if (chosen is not { } one || random.Next(100) < 50)
            {
                await arena.RecordAsync(CallKind.Book, start, length, null, () => AskAsync(client, "reservations", BodyOf(key, start, length)));
            }
            else if (random.Next(100) < 50)
            {
                await arena.RecordAsync(CallKind.Move, start, length, one.Number, () => AskAsync(client, $"reservations/{one.Reservation}/move", BodyOf(key, start, length)));
            }
            else
            {
                await arena.RecordAsync(CallKind.Cancel, 0, 1, one.Number, () => AskAsync(client, $"reservations/{one.Reservation}/cancel", null));
            }
        }
    }

    /// <summary>Reads what is booked in the end, and explains every arena.</summary>
    /// <returns>The counts for the test's output, and the calls of arenas that nothing explains.</returns>
    public async Task<HistoryReport> ExplainAsync(HttpClient client)
    {
        var report = new HistoryReport();
        foreach (var (key, arena) in arenas)
        {
            var calls = arena.Calls;
            var verdict = HistoryChecker.Check(calls, await FinalAsync(client, key));
            report.Add(calls, verdict);
        }

        return report;
    }

    private async Task<List<(int Start, int Length)>> FinalAsync(HttpClient client, (string Machine, int Day) key)
    {
        var midnight = firstDay.AddDays(key.Day);
        var from = Uri.EscapeDataString(midnight.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        var to = Uri.EscapeDataString(midnight.AddDays(1).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        var found = await client.GetFromJsonAsync<JsonElement>($"/api/v1/machines/{key.Machine}/availability?from={from}&to={to}");
        return [.. found.GetProperty("taken").EnumerateArray().Select(taken =>
        {
            var start = (taken.GetProperty("start").GetDateTimeOffset() - midnight).TotalHours - FirstHour;
            var end = (taken.GetProperty("end").GetDateTimeOffset() - midnight).TotalHours - FirstHour;
            return ((int)Math.Round(start), (int)Math.Ceiling(end) - (int)Math.Round(start));
        })];
    }

    private object BodyOf((string Machine, int Day) key, int start, int length)
    {
        var from = firstDay.AddDays(key.Day).AddHours(FirstHour + start).UtcDateTime;
        return new { machine = key.Machine, start = from, end = from.AddMinutes((60 * length) - 15) };
    }

    private static async Task<(CallOutcome Outcome, Guid? Reservation)> AskAsync(HttpClient client, string path, object? body)
    {
        for (var waited = TimeSpan.Zero; ; waited += RestartPause)
        {
            try
            {
                return await AskOnceAsync(client, path, body);
            }
            catch (HttpRequestException error) when (error.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } && waited < RestartLimit)
            {
                // Nobody was there to hear it, so nothing happened; the program is being started again.
                await Task.Delay(RestartPause, TimeProvider.System);
            }
        }
    }

    private static async Task<(CallOutcome Outcome, Guid? Reservation)> AskOnceAsync(HttpClient client, string path, object? body)
    {
        try
        {
            // Without a body the client itself would send it again when the connection breaks, although it may have been heard.
            using var answer = await client.PostAsync($"/api/v1/{path}", JsonContent.Create(body ?? new { }));
            return answer.StatusCode switch
            {
                HttpStatusCode.Created or HttpStatusCode.OK => (CallOutcome.Accepted, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid()),
                HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed => (CallOutcome.Refused, null),
                HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway => (CallOutcome.Unknown, null),
                _ => throw new InvalidOperationException($"{path} was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}"),
            };
        }
        catch (Exception broken) when (broken is IOException or TaskCanceledException or HttpRequestException { InnerException: not SocketException { SocketErrorCode: SocketError.ConnectionRefused } })
        {
            return (CallOutcome.Unknown, null);
        }
    }
}

/// <summary>What all the arenas came to.</summary>
public sealed class HistoryReport
{
    private readonly Dictionary<CallOutcome, int> outcomes = [];

    public int Calls { get; private set; }

    public long StatesSearched { get; private set; }

    public int GivenUp { get; private set; }

    /// <summary>The calls of each arena that no order explains.</summary>
    public List<string> Unexplained { get; } = [];

    public int Count(CallOutcome outcome) => outcomes.GetValueOrDefault(outcome);

    public void Add(IReadOnlyList<Call> calls, HistoryVerdict verdict)
    {
        Calls += calls.Count;
        StatesSearched += verdict.StatesSearched;
        foreach (var call in calls)
        {
            outcomes[call.Outcome] = Count(call.Outcome) + 1;
        }

        GivenUp += verdict.IsExplained is null ? 1 : 0;
        if (verdict.IsExplained is false)
        {
            Unexplained.Add(string.Join(Environment.NewLine, calls));
        }
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Calls} calls: {Count(CallOutcome.Accepted)} accepted, {Count(CallOutcome.Refused)} refused, {Count(CallOutcome.Unknown)} without an answer; {StatesSearched} states searched, {GivenUp} arenas given up, {Unexplained.Count} unexplained");
}
