using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain;
using Fablab.Domain.Reservations.Series;
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

/// <summary>A preview looks at all dates at once and holds nothing. It is Monday, 2 March 2026.</summary>
public sealed class Previewing_a_series(StorageProvider provider) : LabTest(provider)
{
    private const int Dates = 100;

    /// <summary>Who asks and what is booked, the series, the rules and all that they count.</summary>
    private const int MostStatements = 24;

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

    [TestCase("room-1", false)]
    [TestCase("printers", false)]
    [TestCase("printer-1", true)]
    public async Task Asks_the_database_as_little_for_four_hundred_dates_as_for_three(string machine, bool isCharged)
    {
        await RulesAsync(Rules);
        var (few, project) = (3, isCharged ? DemoIds.Drone.Value : (Guid?)null);
        await PreviewAsync(machine, few, project);

        var (little, once) = await PreviewAsync(machine, few, project);
        var (all, many) = await PreviewAsync(machine, SeriesPlan.MostOccurrences, project);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((little.Lines.Count, all.Lines.Count), Is.EqualTo((3, 400)));
            Assert.That((once, many), Is.EqualTo((once, once)));
            Assert.That(many, Is.LessThanOrEqualTo(MostStatements));
        }
    }

    [Test]
    public async Task Tells_what_is_booked_in_spite_of_what_and_counts_it_for_the_dates_behind()
    {
        await RulesAsync(Rules);

        var (preview, _) = await PreviewAsync("room-1", Dates);

        Assert.That(preview.Booked, Is.EqualTo(Dates));
        Assert.That(preview.Accepted, Is.EquivalentTo(["beyond-horizon", "too-many-open-bookings"]), "the second for what is booked in spite of the first");
    }

    [TestCase("room-1")]
    [TestCase("printers")]
    public async Task Tells_of_each_date_what_trying_to_book_it_says(string machine)
    {
        var monday = new DateTimeOffset(2026, machine == "room-1" ? 3 : 4, machine == "room-1" ? 30 : 6, 13, 0, 0, TimeSpan.Zero);
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        foreach (var taken in machine == "room-1" ? ["room-1"] : new[] { "printer-1", "printer-2" })
        {
            using var theirs = await BookAsync(other, (monday.AddDays(2).AddMinutes(15), monday.AddDays(2).AddHours(1)), taken);
            Assert.That(theirs.StatusCode, Is.EqualTo(HttpStatusCode.Created), await theirs.Content.ReadAsStringAsync());
        }

        using var half = await BookAsync(other, (monday.AddDays(4), monday.AddDays(4).AddHours(1)), machine == "room-1" ? "cnc-1" : "printer-1");
        using var mine = await BookAsync(Maker, (monday.AddDays(7).AddMinutes(60), monday.AddDays(7).AddHours(2)), machine);
        Assert.That(mine.StatusCode, Is.EqualTo(HttpStatusCode.Created), await mine.Content.ReadAsStringAsync());
        await RulesAsync("""
            [
              { "kind": "quota", "mostTime": "2:00:00", "period": "week", "per": "pool" },
              { "kind": "gap", "between": "0:30:00", "per": "everything" },
              { "kind": "blackout", "windows": [{ "day": "tuesday", "from": "15:30:00", "to": "18:00:00" }] },
              { "kind": "open-bookings", "mostBookings": 5 }
            ]
            """);
        var request = Series(machine, new LocalDateTime(monday.Year, monday.Month, monday.Day, 15, 0), 21);

        var looked = await LookedAtAsync(request, DemoIds.Maker);
        using var answer = await Maker.PostAsJsonAsync("/api/v1/reservation-series/check", new
        {
            machine,
            firstStart = $"{monday:yyyy-MM-dd}T15:00:00",
            seconds = 2_700,
            recurrence = new { kind = "daily", count = 21 },
            onConflict = "skip",
        });

        var said = (await JsonOfAsync(answer)).GetProperty("leftOut").EnumerateArray()
            .Select(one => $"{one.GetProperty("number").GetInt32()} {string.Join(' ', one.GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("code").GetString()).Order())}").ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(looked.Lines.Where(line => !line.IsBooked).Select(line => $"{line.Number} {string.Join(' ', line.Problems.Select(problem => problem.Code).Order())}"), Is.EqualTo(said));
            Assert.That(string.Join(' ', said), Does.Contain("slot-taken").And.Contain("gap-too-short").And.Contain("blackout").And.Contain("quota-of-time-exceeded").And.Contain("too-many-open-bookings"));
        }
    }

    [Test]
    public async Task Counts_what_the_dates_before_would_spend_of_a_budget()
    {
        var request = Series("printer-1", new LocalDateTime(2026, 4, 1, 9, 0), 30) with { ProjectId = DemoIds.Housing.Value, Seconds = 4 * 3_600 };
        await Lab.WithDbAsync(db => db.Projects.Where(project => project.Id == DemoIds.Housing).ExecuteUpdateAsync(set => set.SetProperty(project => project.BudgetMinor, 12_000L)));

        var looked = await LookedAtAsync(request, DemoIds.Maker);
        using var answer = await Maker.PostAsJsonAsync("/api/v1/reservation-series/check", new
        {
            machine = "printer-1",
            firstStart = "2026-04-01T09:00:00",
            seconds = 4 * 3_600,
            recurrence = new { kind = "daily", count = 30 },
            onConflict = "skip",
            projectId = DemoIds.Housing.Value,
            acceptSoft = new[] { "budget-needs-approval", "amount-needs-approval", "member-limit-needs-approval" },
        });

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        var left = (await JsonOfAsync(answer)).GetProperty("leftOut").EnumerateArray().Select(one => one.GetProperty("number").GetInt32());
        Assert.That(looked.Lines.Where(line => !line.IsBooked).Select(line => line.Number), Is.EqualTo(left).And.Not.Empty);
    }

    [Test]
    public async Task Books_nothing()
    {
        await PreviewAsync("room-1", 3);

        Assert.That(await Lab.WithDbAsync(db => db.Reservations.CountAsync(r => r.Series != null)), Is.Zero);
    }

    private static BookSeriesRequest Series(string machine, LocalDateTime first, int dates) => new()
    {
        Machine = machine, FirstStart = first, Seconds = 2_700, Recurrence = new RecurrenceRequest { Kind = RecurrenceKind.Daily, Count = dates }, OnConflict = OnConflict.Skip,
    };

    private async Task<(SeriesPreview Preview, int Statements)> PreviewAsync(string machine, int dates, Guid? project = null)
    {
        await using var scope = Lab.Services.CreateAsyncScope();
        using var record = Lab.Statements.Record();
        var request = Series(machine, new LocalDateTime(2026, 3, 9, 9, 0), dates) with { ProjectId = project };
        var preview = await LookedAtAsync(request, project is null ? DemoIds.AtelierManager : DemoIds.Maker, scope);
        return (preview, record.Of(scope.ServiceProvider.GetRequiredService<FablabDb>()).Count);
    }

    private async Task<SeriesPreview> LookedAtAsync(BookSeriesRequest request, string email)
    {
        await using var scope = Lab.Services.CreateAsyncScope();
        return await LookedAtAsync(request, email, scope);
    }

    private static async Task<SeriesPreview> LookedAtAsync(BookSeriesRequest request, string email, AsyncServiceScope scope)
    {
        var services = scope.ServiceProvider;
        var person = await services.GetRequiredService<FablabDb>().Users.Where(account => account.Email == email).Select(account => account.Id).SingleAsync();
        services.GetRequiredService<CurrentMember>().Known = await services.GetRequiredService<LoadMember>().ExecuteAsync(new(person), CancellationToken.None);
        var view = (await services.GetRequiredService<ReadMachines>().BookableAsync(request.Machine, CancellationToken.None))!;
        var result = await services.GetRequiredService<SeriesPreviews>().OfAsync(view, request, CancellationToken.None);
        return result.TryGet(out var preview, out var refusal) ? preview : throw new AssertionException($"{refusal}");
    }

    private async Task RulesAsync(string rules)
    {
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        using var saved = await manager.PutAsJsonAsync("/api/v1/sites/atelier/rules", new { note = "For a test", rules = JsonDocument.Parse(rules).RootElement });
        Assert.That(saved.IsSuccessStatusCode, Is.True, await saved.Content.ReadAsStringAsync());
    }
}
