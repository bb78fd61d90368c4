using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Mine;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Features.Reservations;

/// <summary>How much a member may still book. It is Monday, 2 March 2026, 09:00 in Paris.</summary>
public sealed class My_quotas(StorageProvider provider) : LabTest(provider)
{
    private static readonly DateTimeOffset Wednesday = new(2026, 3, 4, 9, 0, 0, TimeSpan.Zero);

    private HttpClient manager = null!;

    [SetUp]
    public async Task Come_as_a_manager() => manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);

    [TearDown]
    public async Task Leave_no_rules_behind()
    {
        await RulesAsync("[]");
        manager.Dispose();
    }

    [Test]
    public async Task Tell_what_is_used_and_left_of_each()
    {
        using var booked = await BookAsync(Maker, (Wednesday, Wednesday.AddHours(2)), "printer-1");
        await RulesAsync("""
            [
              { "kind": "quota", "mostTime": "6:00:00", "period": "week", "per": "category", "scope": { "category": "printer3D" } },
              { "kind": "open-bookings", "mostBookings": 3 }
            ]
            """);

        var quotas = await QuotasAsync(Maker);

        var (quota, open) = (quotas.Single(one => Text(one, "kind") == "quota"), quotas.Single(one => Text(one, "kind") == "open-bookings"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((Text(quota, "whose"), Text(quota, "category"), Text(quota, "site"), Text(quota, "period")), Is.EqualTo(("member", "printer3D", "atelier", "week")));
            Assert.That((Text(quota, "from"), Text(quota, "until"), Text(quota, "timeZone")), Is.EqualTo(("2026-03-02", "2026-03-09", "Europe/Paris")));
            Assert.That(quota.GetProperty("machines").EnumerateArray().Select(one => one.GetString()), Does.Contain("printer-2").And.Not.Contain("cnc-1"));
            Assert.That((Number(quota, "mostSeconds"), Number(quota, "usedSeconds"), Number(quota, "leftSeconds")), Is.EqualTo((21_600, 7_200, 14_400)));
            Assert.That(quota.TryGetProperty("leftBookings", out _), Is.False, "their number is not limited");
            Assert.That((Number(open, "usedBookings"), Number(open, "leftBookings")), Is.EqualTo((1, 2)));
            Assert.That(open.TryGetProperty("from", out _), Is.False, "it has no period");
        }
    }

    [Test]
    public async Task Of_an_organisation_count_what_anybody_charges_to_it_and_nothing_that_its_members_pay()
    {
        var day = Wednesday.AddDays(21);
        using var owner = await Lab.ClientOfAsync(DemoIds.Owner);
        await RulesAsync("""[{ "kind": "quota", "mostTime": "3:00:00", "period": "day", "whose": "organisation" }]""");
        using var first = await BookAsync(owner, (day, day.AddHours(2)), "printer-2", DemoIds.Drone.Value);

        using var tooMuch = await BookAsync(Maker, (day.AddHours(3), day.AddHours(5)), "printer-2", DemoIds.Drone.Value);
        using var own = await BookAsync(Maker, (day.AddHours(3), day.AddHours(5)), "printer-2");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.IsSuccessStatusCode, Is.True, await first.Content.ReadAsStringAsync());
            Assert.That(await ProblemCodesOfAsync(tooMuch), Is.EqualTo(["quota-of-time-exceeded"]));
            Assert.That(own.IsSuccessStatusCode, Is.True, await own.Content.ReadAsStringAsync());
        }

        using var cancelled = await Maker.PostAsync($"/api/v1/reservations/{(await JsonOfAsync(own)).GetProperty("id").GetGuid()}/cancel", null);
        Assert.That(cancelled.IsSuccessStatusCode, Is.True);
    }

    [Test]
    public async Task Are_those_of_the_asker_alone()
    {
        await RulesAsync($$"""[{ "kind": "quota", "mostBookings": 5, "period": "day", "whose": "organisation", "scope": { "organisation": "{{DemoIds.Startup}}" } }]""");
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);

        var (mine, theirs) = (await QuotasAsync(Maker), await QuotasAsync(other));

        Assert.That((mine.Single().GetProperty("organisationId").GetGuid(), theirs.Count), Is.EqualTo((DemoIds.Startup.Value, 0)), "who is in no start-up is not limited with it");
    }

    [Test]
    public async Task Are_none_where_no_rule_limits() => Assert.That(await QuotasAsync(Maker), Is.Empty);

    [Test]
    public async Task Of_many_rules_and_machines_are_read_with_few_questions()
    {
        await RulesAsync($"[{string.Join(',', Enumerable.Range(1, 60).Select(hours => $$"""{ "kind": "quota", "mostTime": "{{hours}}:00:00", "period": "month", "per": "machine" }"""))}]");
        await using var scope = Lab.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FablabDb>();
        var id = await db.Users.Where(account => account.Email == DemoIds.Maker).Select(account => account.Id).SingleAsync();
        scope.ServiceProvider.GetRequiredService<CurrentMember>().Known = await scope.ServiceProvider.GetRequiredService<LoadMember>().ExecuteAsync(new(id), CancellationToken.None);
        using var record = Lab.Statements.Record();

        var limits = await scope.ServiceProvider.GetRequiredService<MyLimits>().ReadAsync(CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(limits, Has.Count.GreaterThan(100));
            Assert.That(record.Of(db), Has.Count.LessThanOrEqualTo(8));
        }
    }

    private static string? Text(JsonElement quota, string name) => quota.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static long Number(JsonElement quota, string name) => quota.GetProperty(name).GetInt64();

    private static async Task<List<JsonElement>> QuotasAsync(HttpClient client) => [.. (await client.GetFromJsonAsync<JsonElement>("/api/v1/members/me/quotas")).EnumerateArray()];

    private async Task RulesAsync(string rules)
    {
        using var saved = await manager.PutAsJsonAsync("/api/v1/sites/atelier/rules", new { note = "for a test", rules = JsonDocument.Parse(rules).RootElement });
        saved.EnsureSuccessStatusCode();
    }
}
