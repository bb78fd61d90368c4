using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Series;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Features.Reservations;

/// <summary>A preview tries the dates out and holds the machine meanwhile. It is Monday, 2 March 2026.</summary>
public sealed class Previewing_a_series(StorageProvider provider) : LabTest(provider)
{
    private const int Dates = 100;

    private const string Rules = """
        [
          { "kind": "horizon", "ahead": "720:00:00" },
          { "kind": "gap", "between": "0:00:01" },
          { "kind": "buffers", "cleanUp": "0:05:00" },
          { "kind": "quota", "mostTime": "1000:00:00", "period": "week", "per": "machine" },
          { "kind": "open-bookings", "mostBookings": 60 }
        ]
        """;

    [TearDown]
    public Task Without_rules() => RulesAsync("[]");

    [Test]
    public async Task Asks_the_database_six_times_for_a_date_though_rules_are_lifted_on_the_way()
    {
        await RulesAsync(Rules);

        var (preview, statements) = await PreviewAsync(Dates);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(preview.Booked, Is.EqualTo(Dates));
            Assert.That(preview.Accepted, Is.EquivalentTo(["beyond-horizon", "too-many-open-bookings"]), "the second for what is booked in spite of the first");
            Assert.That(statements, Is.LessThanOrEqualTo((6 * Dates) + 20), "one of them the audit, one the calendars");
        }
    }

    [Test]
    public async Task Books_nothing()
    {
        await PreviewAsync(3);

        Assert.That(await Lab.WithDbAsync(db => db.Reservations.CountAsync(r => r.Series != null)), Is.Zero);
    }

    private async Task<(SeriesPreview Preview, int Statements)> PreviewAsync(int dates)
    {
        await using var scope = Lab.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var db = services.GetRequiredService<FablabDb>();
        var manager = await db.Users.Where(account => account.Email == DemoIds.AtelierManager).Select(account => account.Id).SingleAsync();
        services.GetRequiredService<CurrentMember>().Known = await services.GetRequiredService<LoadMember>().ExecuteAsync(new(manager), CancellationToken.None);
        var room = (await services.GetRequiredService<ReadMachines>().BookableAsync("room-1", CancellationToken.None))!;
        var request = new BookSeriesRequest
        {
            Machine = "room-1",
            FirstStart = new LocalDateTime(2026, 3, 9, 9, 0),
            Seconds = 2_700,
            Recurrence = new RecurrenceRequest { Kind = RecurrenceKind.Daily, Count = dates },
            OnConflict = OnConflict.Skip,
        };
        using var record = Lab.Statements.Record();

        var result = await services.GetRequiredService<SeriesPreviews>().OfAsync(room, request, CancellationToken.None);

        return (result.TryGet(out var preview, out var refusal) ? preview : throw new AssertionException($"{refusal}"), record.Of(db).Count);
    }

    private async Task RulesAsync(string rules)
    {
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        using var saved = await manager.PutAsJsonAsync("/api/v1/sites/atelier/rules", new { note = "For a test", rules = JsonDocument.Parse(rules).RootElement });
        Assert.That(saved.IsSuccessStatusCode, Is.True, await saved.Content.ReadAsStringAsync());
    }
}
