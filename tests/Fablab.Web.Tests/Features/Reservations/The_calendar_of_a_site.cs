using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Reservations;

public sealed class The_calendar_of_a_site(StorageProvider provider) : LabTest(provider)
{
    private const string Path = "/api/v1/calendar?site=atelier";

    [Test]
    public async Task Shows_all_machines_and_what_is_taken_without_saying_by_whom()
    {
        var start = new DateTimeOffset(2026, 4, 7, 10, 0, 0, TimeSpan.Zero);
        using var booked = await BookAsync(Maker, (start, start.AddHours(1)));
        var id = (await JsonOfAsync(booked)).GetProperty("id").GetGuid();
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);

        var mine = await TextAsync(Maker, "&from=2026-04-07T10:30:00Z&to=2026-04-08T00:00:00Z");
        var theirs = await TextAsync(other, "&from=2026-04-07T10:30:00Z&to=2026-04-08T00:00:00Z");

        var machines = JsonDocument.Parse(mine).RootElement.GetProperty("machines").EnumerateArray().ToDictionary(one => one.GetProperty("machine").GetString()!);
        var taken = machines["printer-1"].GetProperty("taken");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(machines.Keys, Is.SupersetOf(["printer-1", "printer-2", "cnc-1"]).And.Ordered);
            Assert.That(taken.GetArrayLength(), Is.EqualTo(1), "the slot began before the window");
            Assert.That(taken[0].GetProperty("start").GetString(), Is.EqualTo("2026-04-07T10:00:00Z"));
            Assert.That(taken[0].GetProperty("keptEnd").GetString(), Is.EqualTo("2026-04-07T11:05:00Z"));
            Assert.That(taken[0].GetProperty("reservationId").GetGuid(), Is.EqualTo(id));
            Assert.That(machines["printer-2"].GetProperty("taken").GetArrayLength(), Is.Zero);
            Assert.That(theirs, Does.Contain("2026-04-07T10:00:00Z").And.Not.Contain(id.ToString()).And.Not.Contain("member").And.Not.Contain("Malo"));
        }
    }

    [Test]
    public async Task Says_of_a_machine_that_a_fault_or_maintenance_stops_it_and_tells_those_who_know_the_calendar()
    {
        const string Window = "&from=2026-05-12T00:00:00Z&to=2026-05-13T00:00:00Z";
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        var tags = new List<string>();
        var stops = new List<(string?, string?)>();
        await LookAsync();
        using var planned = await manager.PostAsJsonAsync("/api/v1/machines/room-1/maintenance-tasks", new { title = "Filters", dueAt = Lab.Clock.GetUtcNow().AddMinutes(5).UtcDateTime });
        Lab.Clock.Advance(TimeSpan.FromMinutes(10));
        await LookAsync();
        using var reported = await Maker.PostAsJsonAsync("/api/v1/machines/room-1/faults", new { text = "It smokes", isDangerous = true });
        await LookAsync();
        using var closed = await manager.PostAsJsonAsync($"/api/v1/faults/{(await JsonOfAsync(reported)).GetProperty("id").GetGuid()}/close", new { whatWasDone = "Mended" });
        using var done = await manager.PostAsync($"/api/v1/maintenance-tasks/{(await JsonOfAsync(planned)).GetProperty("id").GetGuid()}/done", null);
        await LookAsync();

        Assert.That(stops, Is.EqualTo(new (string?, string?)[] { (null, null), ("maintenance", "maintenance"), ("fault", "fault"), (null, null) }));
        Assert.That(tags[..3], Is.Unique);

        async Task LookAsync()
        {
            using var answer = await Maker.GetAsync(Path + Window);
            tags.Add(answer.Headers.ETag!.Tag);
            var machine = await Maker.GetFromJsonAsync<JsonElement>("/api/v1/machines/room-1");
            stops.Add((StopOf((await JsonOfAsync(answer)).GetProperty("machines").EnumerateArray().Single(one => one.GetProperty("machine").GetString() == "room-1")), StopOf(machine)));
        }

        static string? StopOf(JsonElement machine) => machine.TryGetProperty("stoppedBy", out var stop) && stop.ValueKind is JsonValueKind.String ? stop.GetString() : null;
    }

    [Test]
    public async Task Leaves_out_what_ended_before_starts_behind_or_was_cancelled()
    {
        var start = new DateTimeOffset(2026, 4, 14, 10, 0, 0, TimeSpan.Zero);
        foreach (var hours in new[] { -3, 0, 6 })
        {
            using var booked = await BookAsync(Maker, (start.AddHours(hours), start.AddHours(hours + 1)), "printer-2");
            if (hours == 0)
            {
                using var cancelled = await Maker.PostAsync($"/api/v1/reservations/{(await JsonOfAsync(booked)).GetProperty("id").GetGuid()}/cancel", null);
                Assert.That(cancelled.IsSuccessStatusCode, Is.True);
            }
        }

        var text = await TextAsync(Maker, "&from=2026-04-14T09:00:00Z&to=2026-04-14T15:00:00Z");

        Assert.That(text, Does.Not.Contain("\"start\""));
    }

    [Test]
    public async Task Is_sent_anew_only_when_something_changed()
    {
        const string Week = "&from=2026-04-20T00:00:00Z&to=2026-04-27T00:00:00Z";
        using var first = await Maker.GetAsync(Path + Week);
        var tag = first.Headers.ETag!.ToString();

        using var unchanged = await AskAgainAsync(Week, tag);
        var start = new DateTimeOffset(2026, 4, 22, 10, 0, 0, TimeSpan.Zero);
        using var booked = await BookAsync(Maker, (start, start.AddHours(1)));
        using var changed = await AskAgainAsync(Week, tag);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(unchanged.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
            Assert.That(await unchanged.Content.ReadAsByteArrayAsync(), Is.Empty);
            Assert.That(changed.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }
    }

    [TestCase("a name", "UPDATE \"Machines\" SET \"Name\" = 'Another one' WHERE \"Code\" = 'cnc-1'", true)]
    [TestCase("one that does not work", "UPDATE \"Machines\" SET \"IsOutOfOrder\" = NOT \"IsOutOfOrder\" WHERE \"Code\" = 'cnc-1'", true)]
    [TestCase("the end of a slot", "UPDATE \"Reservations\" SET \"State\" = 'Cancelled' WHERE \"State\" = 'Confirmed'", true)]
    [TestCase("nothing that is shown", "UPDATE \"Machines\" SET \"Model\" = 'Another one' WHERE \"Code\" = 'cnc-1'", false)]
    [TestCase("another site", "UPDATE \"Machines\" SET \"Name\" = 'Another one' WHERE \"Code\" = 'laser-1'", false)]
    public async Task Is_another_one_whoever_writes(string what, string statement, bool isAnother)
    {
        var start = new DateTimeOffset(2026, 4, 28, 10, 0, 0, TimeSpan.Zero);
        using var booked = await BookAsync(Maker, (start, start.AddHours(1)));
        using var before = await Maker.GetAsync(Path + Around(start));

        await Lab.WithDbAsync(db => db.Database.ExecuteSqlRawAsync(statement));
        using var after = await AskAgainAsync(Around(start), before.Headers.ETag!.ToString());
        await Lab.WithDbAsync(db => db.Reservations.Where(r => r.State == Fablab.Domain.Reservations.ReservationState.Confirmed).ExecuteDeleteAsync());

        Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(after.StatusCode, Is.EqualTo(isAnother ? HttpStatusCode.OK : HttpStatusCode.NotModified), what);
    }

    [Test]
    public async Task Is_another_one_for_each_reader_and_each_window()
    {
        var start = new DateTimeOffset(2026, 4, 29, 10, 0, 0, TimeSpan.Zero);
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        using var mine = await Maker.GetAsync(Path + Around(start));
        using var again = await Maker.GetAsync(Path + Around(start));
        using var theirs = await other.GetAsync(Path + Around(start));
        using var next = await Maker.GetAsync(Path + Around(start.AddDays(1)));

        string?[] tags = [mine.Headers.ETag?.Tag, theirs.Headers.ETag?.Tag, next.Headers.ETag?.Tag];
        Assert.That(tags, Is.Unique.And.All.Not.Null);
        Assert.That(again.Headers.ETag?.Tag, Is.EqualTo(tags[0]));
    }

    [TestCase("?site=nowhere", HttpStatusCode.NotFound)]
    [TestCase("", HttpStatusCode.BadRequest)]
    [TestCase("?site=atelier&from=tomorrow", HttpStatusCode.BadRequest)]
    [TestCase("?site=atelier&from=2026-03-10T10:00:00Z&to=2026-03-10T10:00:00Z", HttpStatusCode.BadRequest)]
    [TestCase("?site=atelier&from=2026-03-10T10:00:00Z&to=2027-03-10T10:00:00Z", HttpStatusCode.BadRequest)]
    public async Task Refuses_what_makes_no_sense(string query, HttpStatusCode expected)
    {
        using var answer = await Maker.GetAsync($"/api/v1/calendar{query}");

        Assert.That(answer.StatusCode, Is.EqualTo(expected));
    }

    private static string Around(DateTimeOffset start) => $"&from={start.AddHours(-9):yyyy-MM-ddTHH:mm:ssZ}&to={start.AddHours(9):yyyy-MM-ddTHH:mm:ssZ}";

    private static Task<string> TextAsync(HttpClient client, string window) => client.GetStringAsync(Path + window);

    private Task<HttpResponseMessage> AskAgainAsync(string window, string tag)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Path + window);
        request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        return Maker.SendAsync(request);
    }
}
