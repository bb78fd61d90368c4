using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Tests.Testing;

namespace Fablab.Web.Tests.Features.Reservations;

public sealed class Looking_for_free_time(StorageProvider provider) : LabTest(provider)
{
    [Test]
    public async Task Shows_what_is_taken_without_saying_by_whom()
    {
        var start = new DateTimeOffset(2026, 3, 10, 10, 0, 0, TimeSpan.Zero);
        using var booked = await BookAsync(Maker, (start, start.AddHours(1)));

        var body = await Maker.GetStringAsync("/api/v1/machines/printer-1/availability?from=2026-03-10T10:30:00Z&to=2026-03-10T13:00:00Z");

        var found = JsonDocument.Parse(body).RootElement;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.GetProperty("taken").GetArrayLength(), Is.EqualTo(1), "the slot began before the window");
            Assert.That(found.GetProperty("openings")[0].GetProperty("start").GetString(), Is.EqualTo("2026-03-10T11:05:00Z"));
            Assert.That(found.GetProperty("openings")[0].GetProperty("end").GetString(), Is.EqualTo("2026-03-10T13:00:00Z"));
            Assert.That(body, Does.Not.Contain("Malo").And.Not.Contain("member"));
        }
    }

    [Test]
    public async Task Shows_when_no_unit_of_a_pool_is_left()
    {
        var start = new DateTimeOffset(2026, 3, 12, 10, 0, 0, TimeSpan.Zero);
        using var first = await BookAsync(Maker, (start, start.AddHours(2)));
        using var second = await BookAsync(Maker, (start.AddHours(1), start.AddHours(2)), "printer-2");

        var found = await Maker.GetFromJsonAsync<JsonElement>("/api/v1/pools/printers/availability?from=2026-03-12T10:00:00Z&to=2026-03-12T20:00:00Z");
        using var machine = await Maker.GetAsync("/api/v1/pools/printer-1/availability");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.GetProperty("taken").EnumerateArray().Select(slot => slot.GetProperty("start").GetString()), Is.EqualTo(["2026-03-12T11:00:00Z"]));
            Assert.That(found.GetProperty("openings")[0].GetProperty("end").GetString(), Is.EqualTo("2026-03-12T10:55:00Z"), "less the clean-up");
            Assert.That(machine.StatusCode, Is.EqualTo(HttpStatusCode.NotFound), "a machine is no pool");
        }
    }

    [TestCase("from=2026-03-10T10:00:00Z&to=2026-03-10T10:00:00Z")]
    [TestCase("from=2026-03-10T10:00:00Z&to=2027-03-10T10:00:00Z")]
    [TestCase("from=tomorrow")]
    [TestCase("from=9999-12-31T00:00:00Z")]
    public async Task Refuses_a_window_that_is_none(string query)
    {
        using var answer = await Maker.GetAsync($"/api/v1/machines/printer-1/availability?{query}");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task Turns_the_pages_of_my_reservations_without_losing_any()
    {
        var start = new DateTimeOffset(2026, 3, 20, 10, 0, 0, TimeSpan.Zero);
        var booked = new HashSet<Guid>();
        foreach (var machine in new[] { "printer-1", "printer-2", "cnc-1" })
        {
            using var answer = await BookAsync(Maker, (start, start.AddHours(1)), machine);
            booked.Add((await JsonOfAsync(answer)).GetProperty("id").GetGuid());
        }

        var seen = new List<Guid>();
        var after = "";
        do
        {
            var page = await Maker.GetFromJsonAsync<JsonElement>($"/api/v1/reservations?limit=1&after={after}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid()));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (after is not null);

        Assert.That(seen, Is.Unique);
        Assert.That(booked, Is.SubsetOf(seen));
    }
}
