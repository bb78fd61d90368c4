using System.Globalization;
using System.Net.Http.Json;

namespace Fablab.Benchmarks;

/// <summary>
/// The same week of free times with more and more past behind it: one machine, the openings of all machines, the calendar of all, and a booking.
/// The limit is the smallest history's own time; more past may cost half of it more.
/// </summary>
internal static class AvailabilityByHistory
{
    private const int Machines = 100;
    private const int WarmUps = 100;
    private const int Times = 200;

    public static async Task RunAsync(IReadOnlyList<int> sizes)
    {
        var limits = new Dictionary<string, Cost>();
        foreach (var size in sizes)
        {
            using var lab = await GeneratedLab.MakeAsync(new Dictionary<string, int> { ["atelier"] = Machines }, size);
            await using var program = await RunningLab.StartAsync(lab.Folder);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{size:N0} reservations of {Machines} machines"));
            await TellAsync("availability", i => $"/api/v1/machines/bench-{i % Machines:D4}/availability?{lab.Window}");
            await TellAsync("openings", _ => $"/api/v1/openings?seconds=5400&site=atelier&{lab.Window}");
            await TellAsync("calendar", _ => $"/api/v1/calendar?site=atelier&{lab.Window}");

            var booked = 0;
            await MeasureAsync("a booking", async _ =>
            {
                var start = lab.From.AddDays(8).AddHours(booked / Machines);
                using var answer = await program.Http.PostAsJsonAsync(
                    "/api/v1/reservations", new { machine = $"bench-{booked++ % Machines:D4}", start = start.UtcDateTime, end = start.AddMinutes(30).UtcDateTime });
                answer.EnsureSuccessStatusCode();
            });

            Task TellAsync(string what, Func<int, string> path) => MeasureAsync(what, async i =>
            {
                using var answer = await program.Http.GetAsync(path(i));
                answer.EnsureSuccessStatusCode();
            });

            async Task MeasureAsync(string what, Func<int, Task> ask)
            {
                var cost = await program.MeasureAsync(WarmUps, Times, ask);
                var limit = limits.TryGetValue(what, out var smallest) ? smallest : limits[what] = cost;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  {what,-12} {cost} = {cost.Median / limit.Median:N2} times the median, {cost.Cpu / limit.Cpu:N2} times the CPU of the smallest"));
            }
        }
    }
}
