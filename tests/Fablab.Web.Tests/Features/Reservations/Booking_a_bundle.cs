using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;

namespace Fablab.Web.Tests.Features.Reservations;

/// <summary>Several machines that are of use only together.</summary>
public sealed class Booking_a_bundle(StorageProvider provider) : LabTest(provider)
{
    private static readonly DateTimeOffset Day = new(2026, 4, 6, 9, 0, 0, TimeSpan.Zero);
    private int days;

    [Test]
    public async Task Books_all_machines_one_after_the_other()
    {
        var nine = NextDay();

        using var answer = await BundleAsync(Maker, ("printer-1", nine, nine.AddHours(1)), ("cnc-1", nine.AddHours(1), nine.AddHours(2)));

        var booked = await JsonOfAsync(answer);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(booked.GetProperty("reservations").EnumerateArray().Select(r => r.GetProperty("machine").GetString()), Is.EqualTo(["printer-1", "cnc-1"]));
    }

    [Test]
    public async Task Books_none_when_one_is_taken_and_names_the_part()
    {
        var nine = NextDay();
        using var other = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        using var taken = await BookAsync(other, (nine, nine.AddHours(1)), "cnc-1");

        using var answer = await BundleAsync(Maker, ("printer-1", nine, nine.AddHours(1)), ("cnc-1", nine, nine.AddHours(1)));
        using var free = await BookAsync(other, (nine, nine.AddHours(1)), "printer-1");

        var problem = (await JsonOfAsync(answer)).GetProperty("problems")[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo("slot-taken"));
            Assert.That(problem.GetProperty("facts").GetProperty("part").GetInt32(), Is.EqualTo(2));
            Assert.That(free.StatusCode, Is.EqualTo(HttpStatusCode.Created), "nothing was kept of the first part");
        }
    }

    [Test]
    public async Task Refuses_when_an_exclusive_machine_is_taken_although_a_shared_one_is_free()
    {
        // A pool with room beside a machine without.
        var nine = NextDay();
        using var other = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        using var taken = await BookAsync(other, (nine, nine.AddHours(1)), "cnc-1");

        using var answer = await BundleAsync(Maker, ("printers", nine, nine.AddHours(1)), ("cnc-1", nine, nine.AddHours(1)));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await ProblemCodesOfAsync(answer), Is.EqualTo(["slot-taken"]), "and not the printers");
    }

    [Test]
    public async Task Is_one_visit_although_its_machines_are_booked_for_the_same_time()
    {
        var nine = NextDay();
        await RulesAsync("""[{ "kind": "gap", "between": "0:15:00", "per": "everything" }]""");

        using var together = await BundleAsync(Maker, ("printer-1", nine, nine.AddHours(1)), ("printer-2", nine, nine.AddHours(1)));
        using var another = await BookAsync(Maker, (nine, nine.AddHours(1)), "cnc-1");

        await RulesAsync("[]");
        Assert.That(together.StatusCode, Is.EqualTo(HttpStatusCode.Created), await together.Content.ReadAsStringAsync());
        Assert.That(await ProblemCodesOfAsync(another), Is.EqualTo(["gap-too-short", "gap-too-short"]), "next to each of the two");
    }

    [Test]
    public async Task Counts_for_a_quota_of_a_day_only_its_parts_of_that_day()
    {
        var (nine, tomorrow, later) = (NextDay(), NextDay(), NextDay());
        await RulesAsync("""[{ "kind": "quota", "mostTime": "2:00:00", "period": "day" }]""");

        using var twoDays = await BundleAsync(Maker, ("printer-1", nine, nine.AddHours(2)), ("printer-1", tomorrow, tomorrow.AddHours(1)));
        using var oneDay = await BundleAsync(Maker, ("printer-1", later, later.AddHours(2)), ("printer-1", later.AddHours(3), later.AddHours(4)));

        await RulesAsync("[]");
        Assert.That(twoDays.StatusCode, Is.EqualTo(HttpStatusCode.Created), await twoDays.Content.ReadAsStringAsync());
        Assert.That(await ProblemCodesOfAsync(oneDay), Is.EqualTo(["quota-of-time-exceeded"]));
    }

    [Test]
    public async Task Is_cancelled_as_a_whole()
    {
        var nine = NextDay();
        using var booked = await BundleAsync(Maker, ("printer-1", nine, nine.AddHours(1)), ("cnc-1", nine, nine.AddHours(1)));
        var id = (await JsonOfAsync(booked)).GetProperty("id").GetGuid();

        using var cancelled = await Maker.PostAsync($"/api/v1/reservation-bundles/{id}/cancel", null);
        using var twice = await Maker.PostAsync($"/api/v1/reservation-bundles/{id}/cancel", null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(cancelled.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await JsonOfAsync(cancelled)).GetProperty("cancelled").GetArrayLength(), Is.EqualTo(2));
            Assert.That(twice.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        }
    }

    [Test]
    public async Task Of_somebody_else_is_not_there()
    {
        var nine = NextDay();
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        using var booked = await BundleAsync(Maker, ("printer-1", nine, nine.AddHours(1)), ("printer-2", nine, nine.AddHours(1)));
        var id = (await JsonOfAsync(booked)).GetProperty("id").GetGuid();

        using var answer = await other.PostAsync($"/api/v1/reservation-bundles/{id}/cancel", null);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Needs_at_least_two_parts()
    {
        var nine = NextDay();

        using var answer = await BundleAsync(Maker, ("printer-1", nine, nine.AddHours(1)));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task Asked_twice_with_one_key_books_once()
    {
        var nine = NextDay();
        HttpRequestMessage Request() => new(HttpMethod.Post, "/api/v1/reservation-bundles")
        {
            Headers = { { "Idempotency-Key", "bundle-1" } },
            Content = Body(("printer-1", nine, nine.AddHours(1)), ("printer-2", nine, nine.AddHours(1))),
        };

        using var first = await Maker.SendAsync(Request());
        using var second = await Maker.SendAsync(Request());

        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That((await JsonOfAsync(second)).GetProperty("id").GetGuid(), Is.EqualTo((await JsonOfAsync(first)).GetProperty("id").GetGuid()));
    }

    private async Task RulesAsync(string rules)
    {
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        using var answer = await manager.PutAsJsonAsync("/api/v1/sites/atelier/rules", new { rules = JsonNode.Parse(rules), note = "for a test" });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
    }

    private DateTimeOffset NextDay() => Day.AddDays(days++);

    private static Task<HttpResponseMessage> BundleAsync(HttpClient client, params (string Machine, DateTimeOffset Start, DateTimeOffset End)[] parts) =>
        client.PostAsync("/api/v1/reservation-bundles", Body(parts));

    private static JsonContent Body(params (string Machine, DateTimeOffset Start, DateTimeOffset End)[] parts) =>
        JsonContent.Create(new { parts = parts.Select(part => new { machine = part.Machine, start = part.Start.UtcDateTime, end = part.End.UtcDateTime }) });
}
