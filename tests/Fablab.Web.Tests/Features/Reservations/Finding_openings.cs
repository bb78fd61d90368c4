using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Features.Reservations.Rules;
using Fablab.Web.Hosting;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Tests.Features.Reservations;

public sealed class Finding_openings(StorageProvider provider) : LabTest(provider)
{
    private static readonly DateTimeOffset FirstDay = new(2026, 3, 9, 10, 0, 0, TimeSpan.Zero);
    private int days;

    [Test]
    public async Task Offers_a_pool_as_one_as_long_as_a_unit_is_left()
    {
        var ten = NextDay();
        using var booked = await BookAsync(Maker, (ten, ten.AddHours(2)));

        var ofPool = await OpeningsAsync(Maker, ten, "seconds=3600&category=printer3D");
        var ofUnit = await OpeningsAsync(Maker, ten, "seconds=3600&machine=printer-1");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(ofPool, Is.EqualTo(["printers 10:00", "printers 11:00", "printers 12:00"]));
            Assert.That(ofUnit, Is.EqualTo(["printer-1 12:15", "printer-1 13:15", "printer-1 14:15"]), "after cleaning, on the quarter");
        }
    }

    [Test]
    public async Task Offers_what_a_pool_has_room_for_once_it_is_seated_anew()
    {
        var ten = NextDay();
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        var aside = await BookedAsync(other, ten, ten.AddHours(1), "printer-1");
        await BookedAsync(Maker, ten, ten.AddHours(1), "printers");
        await CancelAsync(other, aside);
        var blocker = await BookedAsync(other, ten.AddHours(2), ten.AddHours(3), "printer-2");
        await BookedAsync(Maker, ten.AddHours(2), ten.AddHours(3), "printers");
        await CancelAsync(other, blocker);

        var found = await FindAsync(other, ten, "seconds=10800&pool=printers");
        using var booked = await BookAsync(other, (ten, ten.AddHours(3)), "printers");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Told(found)[0], Is.EqualTo("printers 10:00"));
            Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        }
    }

    [Test]
    public async Task Says_what_keeps_the_others_out()
    {
        var ten = NextDay();
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        using var room = await BookAsync(Maker, (ten, ten.AddHours(10)), "room-1");

        var found = await FindAsync(other, ten, "seconds=18000");

        var excluded = found.GetProperty("excluded").EnumerateArray()
            .Select(one => $"{one.GetProperty("code").GetString()}: {string.Join(' ', one.GetProperty("machines").EnumerateArray())}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(excluded, Is.EqualTo(["authorisation-missing: cnc-1 laser-1", "no-opening-in-window: room-1", "slot-too-long: laser-1"]));
            Assert.That(found.GetProperty("openings")[0].GetProperty("machine").GetString(), Is.EqualTo("printers"));
        }
    }

    [Test]
    public async Task Offers_only_what_ends_before_ones_authorisation()
    {
        var ten = NextDay();
        var until = Instant.FromDateTimeOffset(ten.AddHours(2));
        await Lab.WithDbAsync(async db =>
        {
            var member = new MemberId((await db.Users.SingleAsync(row => row.Email == DemoIds.SecondMaker)).Id);
            db.Add(new Fablab.Web.Data.Rows.MachineAuthorisationRow { Member = member, Machine = DemoIds.Cnc1, GrantedAt = until, ValidUntil = until });
            return await db.SaveChangesAsync();
        });
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);

        var found = await OpeningsAsync(other, ten, "seconds=3600&machine=cnc-1");
        await Lab.WithDbAsync(db => db.MachineAuthorisations.Where(row => row.ValidUntil == until).ExecuteDeleteAsync());

        Assert.That(found, Is.EqualTo(["cnc-1 10:00", "cnc-1 11:00"]));
    }

    [Test]
    public async Task Puts_the_cheapest_or_the_nearest_first_as_one_wishes()
    {
        var ten = NextDay();
        await Lab.WithDbAsync(async db =>
        {
            await db.Sites.Where(site => site.Id == DemoIds.Atelier).ExecuteUpdateAsync(set => set.SetProperty(site => site.Latitude, 48.11).SetProperty(site => site.Longitude, -1.67));
            return await db.Sites.Where(site => site.Id == DemoIds.Campus).ExecuteUpdateAsync(set => set.SetProperty(site => site.Latitude, 48.65).SetProperty(site => site.Longitude, -2.02));
        });

        var cheapest = await FindAsync(Maker, ten, "seconds=3600&order=cheapest&limit=4");
        var nearest = await FindAsync(Maker, ten, "seconds=3600&order=nearest&near=48.64,-2.0&limit=1");
        var atSite = await FindAsync(Maker, ten, "seconds=3600&order=nearest&near=atelier&site=campus&limit=1");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Told(cheapest).Select(line => line.Split(' ')[0]), Is.EqualTo(["printers", "printers", "printers", "room-1"]));
            Assert.That(cheapest.GetProperty("openings")[0].GetProperty("quote").GetProperty("net").GetProperty("amount").GetString(), Is.EqualTo("3.00"));
            Assert.That(Told(nearest)[0], Does.StartWith("laser-1"));
            Assert.That(atSite.GetProperty("openings")[0].GetProperty("kilometres").GetDouble(), Is.EqualTo(65.4).Within(1));
        }
    }

    [TestCase("seconds=0")]
    [TestCase("")]
    [TestCase("seconds=3600&order=fastest")]
    [TestCase("seconds=3600&category=spaceship")]
    [TestCase("seconds=3600&near=91,0")]
    [TestCase("seconds=3600&near=nowhere")]
    [TestCase("seconds=3600&limit=0")]
    public async Task Refuses_what_cannot_be_read(string query)
    {
        using var answer = await Maker.GetAsync($"/api/v1/openings?{query}");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task Takes_the_length_of_an_analysed_job_and_tells_what_it_would_cost_by_its_estimate()
    {
        using var sent = await Maker.PostAsync("/api/v1/jobs", new MultipartFormDataContent
        {
            { new StringContent("printer-1"), "machine" },
            { new ByteArrayContent(";estimated printing time (normal mode) = 1h 50m 0s\nG28\nG1 X10 Y10 E1 F1200\n"u8.ToArray()), "file", "part.gcode" },
        });
        var job = (await JsonOfAsync(sent)).GetProperty("job").GetProperty("id").GetGuid();

        var found = await Maker.GetFromJsonAsync<JsonElement>($"/api/v1/openings?jobId={job}&from=2026-03-27T09:00:00Z&to=2026-03-27T18:00:00Z");

        var first = found.GetProperty("openings")[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.GetProperty("openings").EnumerateArray().Select(one => one.GetProperty("machine").GetString()).Distinct(), Is.EqualTo(["printers"]), "any unit of the pool that it was checked for");
            Assert.That(first.GetProperty("end").GetDateTimeOffset() - first.GetProperty("start").GetDateTimeOffset(), Is.GreaterThanOrEqualTo(TimeSpan.FromMinutes(110)).And.LessThan(TimeSpan.FromHours(3)));
            Assert.That(first.GetProperty("quoteByEstimate").GetProperty("net").GetProperty("minor").GetInt64(), Is.EqualTo(550), "110 minutes at 3.00 an hour");
            Assert.That(found.GetProperty("excluded").EnumerateArray().Select(one => one.GetProperty("code").GetString()), Does.Contain("job-for-another-machine"));
        }
    }

    [Test]
    public async Task Knows_nothing_of_the_jobs_of_others()
    {
        using var answer = await Maker.GetAsync($"/api/v1/openings?jobId={Guid.NewGuid()}");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Takes_as_many_statements_for_all_machines_as_for_one_and_looks_into_no_history()
    {
        var (one, plan) = await StatementsAsync("printer-1");
        var (all, _) = await StatementsAsync(null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(one, Is.EqualTo(6));
            Assert.That(all, Is.EqualTo(6));
            Assert.That(plan, Does.Contain("IX_Reservations_Taken"));
        }
    }

    [Test]
    public async Task Finds_the_earliest_times_at_which_all_steps_of_a_work_fit_ready_to_be_booked()
    {
        var ten = NextDay();
        await BookedAsync(Maker, ten, ten.AddHours(1), "cnc-1");

        using var answer = await Maker.PostAsJsonAsync("/api/v1/openings/sequence", new
        {
            steps = new object[] { new { machine = "printers", seconds = 3600 }, new { category = "cncMill", seconds = 7200 } },
            mostGapSeconds = 1800,
            from = ten.UtcDateTime,
            to = ten.AddHours(8).UtcDateTime,
        });
        var solutions = (await JsonOfAsync(answer)).GetProperty("solutions");
        var parts = solutions[0].GetProperty("parts");
        using var booked = await Maker.PostAsJsonAsync("/api/v1/reservation-bundles", new
        {
            parts = parts.EnumerateArray().Select(part => new { machine = part.GetProperty("machine").GetString(), start = part.GetProperty("start").GetString(), end = part.GetProperty("end").GetString() }),
        });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(parts.EnumerateArray().Select(Line), Is.EqualTo(["printers 10:00", "cnc-1 11:15"]), "after the mill is clean");
            Assert.That(solutions.GetArrayLength(), Is.EqualTo(3));
            Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.Created), await booked.Content.ReadAsStringAsync());
        }
    }

    private async Task<(int Statements, string Plan)> StatementsAsync(string? code) => await Lab.WithDbAsync(async db =>
    {
        using var record = Lab.Statements.Record();
        var window = new Fablab.Domain.Reservations.TimeSlot(Instant.FromUtc(2026, 3, 9, 0, 0), Instant.FromUtc(2026, 3, 10, 0, 0));
        var rules = new RuleFacts(db, new RuleBooks(db, new RuleBookCache()), new CountedBookings(db, new LabClock(Lab.Clock)), DateTimeZoneProviders.Tzdb, new LabClock(Lab.Clock));
        await new Fablab.Web.Features.Reservations.Finding.ReadBookableTimes(db, rules, DateTimeZoneProviders.Tzdb, new LabClock(Lab.Clock)).InAsync(
            new() { Code = code }, window, new MemberId(Guid.NewGuid()), poolsAsOne: true, CancellationToken.None);
        var sent = record.Of(db);
        return (sent.Count, await sent[0].ExplainAsync(db));
    });

    private DateTimeOffset NextDay() => FirstDay.AddDays(days++);

    private static async Task<JsonElement> FindAsync(HttpClient client, DateTimeOffset from, string query) =>
        await client.GetFromJsonAsync<JsonElement>($"/api/v1/openings?{query}&from={from:yyyy-MM-ddTHH:mm:ssZ}&to={from.AddHours(10):yyyy-MM-ddTHH:mm:ssZ}");

    private static async Task<string[]> OpeningsAsync(HttpClient client, DateTimeOffset from, string query) => Told(await FindAsync(client, from, query));

    private static string[] Told(JsonElement found) =>
        [.. found.GetProperty("openings").EnumerateArray().Select(Line)];

    private static string Line(JsonElement one) => $"{one.GetProperty("machine").GetString()} {one.GetProperty("start").GetString()![11..16]}";

    private static async Task<Guid> BookedAsync(HttpClient client, DateTimeOffset start, DateTimeOffset end, string machine)
    {
        using var answer = await BookAsync(client, (start, end), machine);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }

    private static async Task CancelAsync(HttpClient client, Guid id)
    {
        using var answer = await client.PostAsync($"/api/v1/reservations/{id}/cancel", null);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }
}
