using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;

namespace Fablab.Web.Tests.Features.Reservations;

/// <summary>Each statement costs; these are the ones of a whole request, signing in included and the commit left out.</summary>
public sealed class What_a_booking_asks_of_the_database(StorageProvider provider) : LabTest(provider)
{
    private const string Insert = "INSERT INTO \"Reservations\"";

    private const string AllKinds = """
        [
          { "kind": "closed-days", "first": "2025-12-25", "last": "2025-12-26" },
          { "kind": "holidays", "public": "france", "exceptions": [ "2026-04-06" ] },
          { "kind": "length", "minimum": "0:15:00", "maximum": "12:00:00", "granularity": "0:15:00" },
          { "kind": "notice", "toBook": "0:05:00" },
          { "kind": "horizon", "ahead": "2400:00:00" },
          { "kind": "gap", "between": "0:00:01" },
          { "kind": "buffers", "cleanUp": "0:05:00" },
          { "kind": "quota", "mostTime": "1000:00:00", "period": "week", "per": "machine" },
          { "kind": "open-bookings", "mostBookings": 1000 },
          { "kind": "authorisation", "scope": { "category": "cncMill" } },
          { "kind": "people", "atLeast": 1 },
          { "kind": "cancellation", "terms": { "deadline": "24:00:00", "lateFee": { "kind": "share", "percent": 50 }, "noShowFee": { "kind": "share", "percent": 100 } } }
        ]
        """;

    /// <summary>PostgreSQL is asked for the machine's lock; SQLite's turn is given within the process.</summary>
    private int Turn => Provider is StorageProvider.Postgres ? 1 : 0;

    [Test]
    public async Task Is_little_without_rules() => Assert.That(await StatementsAsync("printer-1"), Has.Count.EqualTo(5 + Turn));

    [Test]
    public async Task Is_little_more_with_all_kinds_of_rules()
    {
        await RulesAsync(AllKinds);

        var (machine, pool) = (await StatementsAsync("cnc-1"), await StatementsAsync("printers"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(machine, Has.Count.EqualTo(6 + Turn));
            Assert.That(pool, Has.Count.LessThanOrEqualTo(12 + Turn));
        }
    }

    /// <summary>Whether one may charge a project is asked in any case; what was spent only where something bounds it, after PostgreSQL's lock on the organisation.</summary>
    [Test]
    public async Task Is_one_more_on_a_project_and_another_where_a_budget_bounds_it()
    {
        var free = await StatementsAsync("printer-1", DemoIds.Drone.Value);

        var bounded = await StatementsAsync("printer-1", DemoIds.Housing.Value);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(free, Has.Count.EqualTo(6 + Turn));
            Assert.That(bounded, Has.Count.EqualTo(7 + (2 * Turn)));
        }
    }

    [Test]
    public async Task Is_little_for_the_free_times_of_a_machine()
    {
        const string Times = "/api/v1/machines/printer-1/availability?from=2026-03-02T08:00:00Z&to=2026-03-03T08:00:00Z";
        using var before = await Maker.GetAsync(Times);
        using var record = Lab.Statements.Record();
        using var answer = await Maker.GetAsync(Times);

        Assert.That(answer.IsSuccessStatusCode, Is.True, await answer.Content.ReadAsStringAsync());
        Assert.That(record.OfWhoSaid("FROM \"Machines\"").Min(own => own.Count), Is.EqualTo(7));
    }

    [TearDown]
    public Task Without_rules() => RulesAsync("[]");

    private async Task RulesAsync(string rules)
    {
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        using var saved = await manager.PutAsJsonAsync("/api/v1/sites/atelier/rules", new { note = "For a test", rules = JsonDocument.Parse(rules).RootElement });
        Assert.That(saved.IsSuccessStatusCode, Is.True, await saved.Content.ReadAsStringAsync());
    }

    /// <summary>The second booking's, when all is read that is read once.</summary>
    private async Task<IReadOnlyList<string>> StatementsAsync(string machine, Guid? project = null)
    {
        await BookedAsync(machine, project);
        using var record = Lab.Statements.Record();
        await BookedAsync(machine, project);
        return [.. record.OfWhoSaid(Insert).Single().Select(one => one.Text)];
    }

    private async Task BookedAsync(string machine, Guid? project)
    {
        using var answer = await BookAsync(Maker, FreshSlot(), machine, project);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
    }
}
