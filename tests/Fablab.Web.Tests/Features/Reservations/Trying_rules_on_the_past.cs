using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Features.Reservations.Rules.Replaying;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Features.Reservations;

/// <summary>
/// A draft is asked about bookings that were made without it. In the week of 9 March 2026 the maker has two hours on printer 1 and two
/// bookings of one hour on the laser cutter of the other site; the second maker has one hour on printer 2 and cancelled another.
/// </summary>
public sealed class Trying_rules_on_the_past(StorageProvider provider) : LabTest(provider)
{
    private const string From = "2026-03-09T00:00:00Z";
    private const string To = "2026-03-16T00:00:00Z";

    private HttpClient manager = null!;
    private HttpClient administrator = null!;
    private Guid longOne;

    [OneTimeSetUp]
    public async Task Book_what_is_past()
    {
        (manager, administrator) = (await Lab.ClientOfAsync(DemoIds.AtelierManager), await Lab.ClientOfAsync(DemoIds.Administrator));
        using var second = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        longOne = await BookedAsync(Maker, "printer-1", "2026-03-09T09:00:00Z", 120);
        await BookedAsync(Maker, "laser-1", "2026-03-09T12:00:00Z", 60);
        await BookedAsync(Maker, "laser-1", "2026-03-10T12:00:00Z", 60);
        await BookedAsync(second, "printer-2", "2026-03-09T09:00:00Z", 60);
        var cancelled = await BookedAsync(second, "printer-1", "2026-03-11T09:00:00Z", 60);
        Lab.Clock.Advance(TimeSpan.FromMinutes(5));
        using var gone = await second.PostAsync($"/api/v1/reservations/{cancelled}/cancel", null);
        Assert.That(gone.IsSuccessStatusCode, await gone.Content.ReadAsStringAsync());
    }

    [OneTimeTearDown]
    public void Leave()
    {
        manager.Dispose();
        administrator.Dispose();
    }

    [Test]
    public async Task Tells_which_bookings_a_draft_would_have_refused_whose_they_are_and_why()
    {
        var outcome = await ReplayAsync(manager, "atelier", """[{ "kind": "length", "maximum": "1:00:00" }]""");

        var refused = outcome.GetProperty("list")[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Numbers(outcome), Is.EqualTo((Bookings: 3, Refused: 1, New: 1, InForce: 0)));
            Assert.That(outcome.GetProperty("problems").ToString(), Does.Contain("slot-too-long").And.Contain("1"));
            Assert.That(refused.GetProperty("reservationId").GetGuid(), Is.EqualTo(longOne));
            Assert.That(refused.GetProperty("member").GetString(), Is.EqualTo("Malo Maker"));
            Assert.That((refused.GetProperty("machine").GetString(), refused.GetProperty("start").GetString()), Is.EqualTo(("printer-1", "2026-03-09T09:00:00Z")));
            Assert.That(refused.GetProperty("problems")[0].GetProperty("facts").GetProperty("maximumSeconds").GetInt64(), Is.EqualTo(3600));
            Assert.That(outcome.GetProperty("isListCut").GetBoolean(), Is.False);
            Assert.That(outcome.GetProperty("notKnown").EnumerateArray().Select(one => one.GetString()), Is.EqualTo(ReplayRules.NotKnown));
        }
    }

    [Test]
    public async Task Refuses_nothing_that_was_right_under_the_same_rules()
    {
        const string Rules = """[{ "kind": "length", "maximum": "2:00:00" }, { "kind": "quota", "mostBookings": 3, "period": "week" }, { "kind": "notice", "toBook": "1:00:00" }]""";
        using var before = await WriteAsync(Rules);

        var same = await ReplayAsync(manager, "atelier", Rules);
        using var after = await WriteAsync("[]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(before.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(Numbers(same), Is.EqualTo((Bookings: 3, Refused: 0, New: 0, InForce: 0)));
        }
    }

    [Test]
    public async Task Tells_what_is_new_from_what_the_rules_in_force_refuse_as_well()
    {
        const string Rules = """[{ "kind": "length", "maximum": "1:00:00" }]""";
        using var before = await WriteAsync(Rules);

        var outcome = await ReplayAsync(manager, "atelier", """[{ "kind": "length", "maximum": "0:30:00" }]""");
        using var after = await WriteAsync("[]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Numbers(outcome), Is.EqualTo((Bookings: 3, Refused: 3, New: 2, InForce: 1)));
            Assert.That(outcome.GetProperty("list").EnumerateArray().Select(one => one.GetProperty("isNew").GetBoolean()), Is.EqualTo(new[] { true, true, false }));
        }
    }

    [Test]
    public async Task Looks_at_the_site_of_the_draft_and_for_the_lab_at_all_sites()
    {
        const string Draft = """[{ "kind": "quota", "mostTime": "2:30:00", "period": "day" }]""";

        var ofTheSite = await ReplayAsync(manager, "atelier", Draft);
        var ofTheLab = await ReplayAsync(administrator, null, Draft);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Numbers(ofTheSite), Is.EqualTo((Bookings: 3, Refused: 0, New: 0, InForce: 0)), "the laser cutter is elsewhere");
            Assert.That(Numbers(ofTheLab), Is.EqualTo((Bookings: 5, Refused: 1, New: 1, InForce: 0)), "two hours and one, on one day");
            Assert.That(ofTheLab.GetProperty("list")[0].GetProperty("machine").GetString(), Is.EqualTo("laser-1"));
        }
    }

    [Test]
    public async Task Counts_a_booking_that_was_cancelled_only_until_then()
    {
        using var second = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        var before = await ReplayAsync(manager, "atelier", """[{ "kind": "quota", "mostBookings": 2, "period": "month" }]""");
        await BookedAsync(second, "printer-2", "2026-03-26T09:00:00Z", 60);

        var after = await ReplayAsync(manager, "atelier", """[{ "kind": "quota", "mostBookings": 2, "period": "month" }]""", "2026-03-23T00:00:00Z", "2026-03-30T00:00:00Z");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Numbers(before).Refused, Is.Zero);
            Assert.That(Numbers(after), Is.EqualTo((Bookings: 1, Refused: 0, New: 0, InForce: 0)), "with the one of the other week it is the second");
        }
    }

    [Test]
    public async Task Counts_what_lies_before_the_window_without_judging_it()
    {
        var outcome = await ReplayAsync(manager, "atelier", """[{ "kind": "open-bookings", "mostBookings": 1 }]""", "2026-03-11T00:00:00Z", "2026-03-12T00:00:00Z");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Numbers(outcome).Bookings, Is.EqualTo(1));
            Assert.That(Numbers(outcome).Refused, Is.EqualTo(1), "it was booked while the one of Monday was open");
        }
    }

    [TestCase(DemoIds.Maker, "atelier")]
    [TestCase(DemoIds.CampusManager, "atelier")]
    [TestCase(DemoIds.AtelierManager, null)]
    public async Task Is_for_those_who_may_write_these_rules(string email, string? site)
    {
        using var client = await Lab.ClientOfAsync(email);

        using var answer = await PostAsync(client, site, "[]", From, To);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task Of_a_site_that_does_not_exist_is_not_found()
    {
        using var answer = await PostAsync(administrator, "nowhere", "[]", From, To);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Refuses_more_of_the_past_than_it_takes_and_says_how_much_that_is()
    {
        using var answer = await PostAsync(manager, "atelier", "[]", "2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z");

        var problem = await JsonOfAsync(answer);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo("replay-too-large"));
            Assert.That(problem.GetProperty("facts").GetProperty("mostDays").GetInt32(), Is.EqualTo(93));
        }
    }

    [TestCase(To, From)]
    [TestCase(From, From)]
    [TestCase("-9998-01-01T00:00:00Z", To)]
    [TestCase("yesterday", To)]
    public async Task Of_no_window_is_a_malformed_request(string from, string to)
    {
        using var answer = await PostAsync(manager, "atelier", "[]", from, to);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await JsonOfAsync(answer)).GetProperty("code").GetString(), Is.EqualTo("malformed-request"));
    }

    [Test]
    public async Task Of_what_is_no_draft_is_refused_as_writing_it_would_be()
    {
        using var answer = await PostAsync(manager, "atelier", """[{ "kind": "no-such-kind" }]""", From, To);

        Assert.That((await JsonOfAsync(answer)).GetProperty("code").GetString(), Is.EqualTo("rules-malformed"));
    }

    [Test]
    public async Task Asks_the_database_as_often_for_many_bookings_as_for_few()
    {
        var window = new TimeSlot(Instant.FromUtc(2026, 3, 9, 0, 0), Instant.FromUtc(2026, 3, 16, 0, 0));
        var few = await StatementsAsync(window);
        for (var hour = 0; hour < 10; hour++)
        {
            await BookedAsync(Maker, "room-1", $"2026-04-2{hour % 5}T{9 + hour:d2}:00:00Z", 60);
        }

        var many = await StatementsAsync(new TimeSlot(Instant.FromUtc(2026, 4, 20, 0, 0), Instant.FromUtc(2026, 4, 27, 0, 0)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(many.Read, Is.GreaterThanOrEqualTo(10));
            Assert.That(many.Statements, Is.LessThanOrEqualTo(few.Statements).And.LessThanOrEqualTo(12));
        }
    }

    [TestCase("atelier")]
    [TestCase(null)]
    public async Task Reads_the_bookings_of_its_days_and_not_those_of_all_years(string? site)
    {
        await using var scope = Lab.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FablabDb>();
        using var record = Lab.Statements.Record();
        var window = new TimeSlot(Instant.FromUtc(2026, 3, 9, 0, 0), Instant.FromUtc(2026, 3, 16, 0, 0));

        await scope.ServiceProvider.GetRequiredService<PastBookings>().ReadAsync(site is null ? null : DemoIds.Atelier, window, CancellationToken.None);

        Assert.That(await record.Of(db)[0].ExplainAsync(db), Does.Contain("IX_Reservations_BookedStart"));
    }

    private async Task<(int Read, int Statements)> StatementsAsync(TimeSlot window)
    {
        await using var scope = Lab.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FablabDb>();
        using var record = Lab.Statements.Record();

        var read = await scope.ServiceProvider.GetRequiredService<PastBookings>().ReadAsync(DemoIds.Atelier, window, CancellationToken.None);

        return (read!.Count, record.Of(db).Count);
    }

    private static async Task<Guid> BookedAsync(HttpClient client, string machine, string start, int minutes)
    {
        var begin = DateTimeOffset.Parse(start, System.Globalization.CultureInfo.InvariantCulture);
        using var booked = await BookAsync(client, (begin, begin.AddMinutes(minutes)), machine);
        Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.Created), await booked.Content.ReadAsStringAsync());
        return (await JsonOfAsync(booked)).GetProperty("id").GetGuid();
    }

    private static (int Bookings, int Refused, int New, int InForce) Numbers(JsonElement outcome) => (
        outcome.GetProperty("bookings").GetInt32(), outcome.GetProperty("refused").GetInt32(), outcome.GetProperty("newlyRefused").GetInt32(), outcome.GetProperty("refusedInForce").GetInt32());

    private static async Task<JsonElement> ReplayAsync(HttpClient client, string? site, string rules, string from = From, string to = To)
    {
        using var answer = await PostAsync(client, site, rules, from, to);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        return await JsonOfAsync(answer);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string? site, string rules, string from, string to) => client.PostAsJsonAsync(
        site is null ? "/api/v1/rules/replay" : $"/api/v1/sites/{site}/rules/replay",
        new JsonObject { ["rules"] = JsonNode.Parse(rules), ["note"] = "for a test", ["from"] = from, ["to"] = to });

    private Task<HttpResponseMessage> WriteAsync(string rules) =>
        manager.PutAsJsonAsync("/api/v1/sites/atelier/rules", new JsonObject { ["rules"] = JsonNode.Parse(rules), ["note"] = "for a test" });
}
