using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Reservations;

/// <summary>What a manager is told of bookings that wait for their yes.</summary>
public sealed class The_question_to_a_manager(StorageProvider provider) : LabTest(provider)
{
    [SetUp]
    public Task Let_a_manager_say_yes_to_everything() => RulesAsync("""[{ "kind": "approval", "heldFor": "48:00:00" }]""");

    [TearDown]
    public Task Leave_no_rules_behind() => RulesAsync("[]");

    [Test]
    public async Task Comes_once_for_a_whole_series_and_again_for_what_is_moved()
    {
        var before = await ToldAsync();
        using var series = await Maker.PostAsJsonAsync("/api/v1/reservation-series", new
        {
            machine = "room-1",
            firstStart = "2026-03-14T10:00:00",
            seconds = 3600,
            recurrence = new { kind = "daily", every = 1, count = 3 },
            acceptSoft = new[] { "approval-needed" },
        });
        var ofSeries = (await ToldAsync()).Skip(before.Count).ToList();
        using var single = await Maker.PostAsJsonAsync("/api/v1/reservations", new { machine = "printer-1", start = "2026-03-14T16:00:00Z", end = "2026-03-14T17:00:00Z", acceptSoft = new[] { "approval-needed" } });
        var id = (await JsonOfAsync(single)).GetProperty("id").GetGuid();
        using var moved = await Maker.PostAsJsonAsync($"/api/v1/reservations/{id}/move", new { start = "2026-03-14T18:00:00Z", end = "2026-03-14T19:00:00Z", acceptSoft = new[] { "approval-needed" } });
        var all = (await ToldAsync()).Skip(before.Count).ToList();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(series.StatusCode, Is.EqualTo(HttpStatusCode.Created), await series.Content.ReadAsStringAsync());
            Assert.That(ofSeries, Is.EqualTo(["request-waits-series"]));
            Assert.That(moved.StatusCode, Is.EqualTo(HttpStatusCode.OK), await moved.Content.ReadAsStringAsync());
            Assert.That(all, Is.EqualTo(["request-waits-series", "request-waits", "request-waits"]), "another time is another question");
        }

        Task<List<string>> ToldAsync() => Lab.WithDbAsync(db => (
            from notice in db.Notices
            join account in db.Users on (Guid)(object)notice.Member equals account.Id
            where account.Email == DemoIds.AtelierManager && notice.Code.StartsWith("request-waits")
            orderby notice.At, notice.Id
            select notice.Code).ToListAsync());
    }

    private async Task RulesAsync(string rules)
    {
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        using var answer = await manager.PutAsJsonAsync("/api/v1/sites/atelier/rules", new { rules = JsonDocument.Parse(rules).RootElement, note = "for a test" });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
    }
}
