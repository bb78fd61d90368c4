using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;

namespace Fablab.Web.Tests.Features.Reservations;

/// <summary>It is Monday, 2 March 2026; the clocks go forward in Paris on 29 March.</summary>
public sealed class Booking_a_series(StorageProvider provider) : LabTest(provider)
{
    private int hours;

    [Test]
    public async Task Keeps_the_wall_time_when_the_clocks_change()
    {
        using var answer = await SeriesAsync(Maker, "printer-1", $"2026-03-23T{NextHour()}", new { kind = "weekly", weekdays = new[] { "monday" }, count = 2 });

        var starts = Starts(await JsonOfAsync(answer));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        Assert.That(starts[1] - starts[0], Is.EqualTo(TimeSpan.FromDays(7) - TimeSpan.FromHours(1)));
    }

    [Test]
    public async Task Books_nothing_when_one_time_is_taken_and_says_which()
    {
        var hour = NextHour();
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        var second = new DateTimeOffset(2026, 3, 10, int.Parse(hour[..2], System.Globalization.CultureInfo.InvariantCulture), 0, 0, TimeSpan.FromHours(1));
        using var taken = await BookAsync(other, (second, second.AddMinutes(45)), "printer-1");

        using var answer = await SeriesAsync(Maker, "printer-1", $"2026-03-09T{hour}", new { kind = "daily", count = 3 });

        var problems = (await JsonOfAsync(answer)).GetProperty("problems");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That(problems.GetArrayLength(), Is.EqualTo(1));
            Assert.That(problems[0].GetProperty("facts").GetProperty("part").GetInt32(), Is.EqualTo(2));
            Assert.That(await MineAsync(hour, "2026-03-09"), Is.Zero);
        }
    }

    [Test]
    public async Task Leaves_out_what_is_taken_when_asked_to_and_tells_it()
    {
        var hour = NextHour();
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        var second = new DateTimeOffset(2026, 3, 10, int.Parse(hour[..2], System.Globalization.CultureInfo.InvariantCulture), 0, 0, TimeSpan.FromHours(1));
        using var taken = await BookAsync(other, (second, second.AddMinutes(45)), "printer-1");

        using var answer = await SeriesAsync(Maker, "printer-1", $"2026-03-09T{hour}", new { kind = "daily", count = 3 }, onConflict: "skip");

        var booked = await JsonOfAsync(answer);
        Assert.That(booked.GetProperty("reservations").GetArrayLength(), Is.EqualTo(2));
        Assert.That(booked.GetProperty("leftOut")[0].GetProperty("number").GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public async Task Names_the_time_that_the_clock_skips()
    {
        using var answer = await SeriesAsync(Maker, "printer-2", "2026-03-28T02:30:00", new { kind = "daily", count = 3 }, onConflict: "skip");

        var left = (await JsonOfAsync(answer)).GetProperty("leftOut")[0];
        Assert.That(left.GetProperty("problems")[0].GetProperty("code").GetString(), Is.EqualTo("skipped-by-the-clock"));
    }

    [Test]
    public async Task Can_be_asked_without_booking()
    {
        var hour = NextHour();

        using var answer = await Maker.PostAsync("/api/v1/reservation-series/check", Body("printer-1", $"2026-03-16T{hour}", new { kind = "daily", count = 3 }, "fail"));

        Assert.That((await JsonOfAsync(answer)).GetProperty("reservations").GetArrayLength(), Is.EqualTo(3));
        Assert.That(await MineAsync(hour, "2026-03-16"), Is.Zero);
    }

    [TestCase("one", 1)]
    [TestCase("thisAndFollowing", 2)]
    [TestCase("all", 3)]
    public async Task Is_cancelled_as_far_as_asked(string reach, int expected)
    {
        using var booked = await SeriesAsync(Maker, "printer-1", $"2026-03-16T{NextHour()}", new { kind = "daily", count = 3 });
        var series = await JsonOfAsync(booked);

        using var cancelled = await Maker.PostAsJsonAsync(
            $"/api/v1/reservation-series/{series.GetProperty("id").GetGuid()}/cancel", new { reservationId = Ids(series)[1], reach });

        Assert.That((await JsonOfAsync(cancelled)).GetProperty("cancelled").GetArrayLength(), Is.EqualTo(expected));
    }

    [Test]
    public async Task Moves_all_by_the_hour_that_one_moves()
    {
        var hour = int.Parse(NextHour()[..2], System.Globalization.CultureInfo.InvariantCulture);
        NextHour();
        using var booked = await SeriesAsync(Maker, "printer-1", $"2026-03-16T{hour:d2}:00:00", new { kind = "daily", count = 3 });
        var series = await JsonOfAsync(booked);

        using var moved = await Maker.PostAsJsonAsync(
            $"/api/v1/reservation-series/{series.GetProperty("id").GetGuid()}/move",
            new { reservationId = Ids(series)[1], reach = "all", start = $"2026-03-17T{hour + 1:d2}:00:00", seconds = 2700 });

        Assert.That(moved.StatusCode, Is.EqualTo(HttpStatusCode.OK), await moved.Content.ReadAsStringAsync());
        var third = await Maker.GetFromJsonAsync<JsonElement>($"/api/v1/reservations/{Ids(series)[2]}");
        Assert.That(third.GetProperty("start").GetDateTimeOffset(), Is.EqualTo(new DateTimeOffset(2026, 3, 18, hour + 1, 0, 0, TimeSpan.FromHours(1))));
    }

    [Test]
    public async Task Of_any_unit_of_a_pool_sits_where_there_is_room_each_time()
    {
        var hour = NextHour();
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        var second = new DateTimeOffset(2026, 3, 17, int.Parse(hour[..2], System.Globalization.CultureInfo.InvariantCulture), 0, 0, TimeSpan.FromHours(1));
        using var taken = await BookAsync(other, (second, second.AddMinutes(45)), "printer-1");

        using var answer = await SeriesAsync(Maker, "printers", $"2026-03-16T{hour}", new { kind = "daily", count = 2 });

        var units = (await JsonOfAsync(answer)).GetProperty("reservations").EnumerateArray().Select(r => r.GetProperty("machine").GetString());
        Assert.That(units, Is.EqualTo(["printer-1", "printer-2"]));
    }

    [TestCase("""{ "kind": "weekly", "count": 2 }""")]
    [TestCase("""{ "kind": "daily" }""")]
    [TestCase("""{ "kind": "daily", "count": 2, "until": "2026-04-01" }""")]
    [TestCase("""{ "kind": "daily", "every": 0, "count": 2 }""")]
    [TestCase("""{ "kind": "monthlyByDate", "day": 32, "count": 2 }""")]
    [TestCase("""{ "kind": "onDates" }""")]
    public async Task Needs_a_recurrence_that_can_be(string recurrence)
    {
        using var answer = await Maker.PostAsync("/api/v1/reservation-series", JsonContent.Create(
            new { machine = "printer-1", firstStart = "2026-03-16T09:00:00", seconds = 2700, recurrence = JsonDocument.Parse(recurrence).RootElement }));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task Without_an_end_in_sight_is_refused()
    {
        using var answer = await SeriesAsync(Maker, "printer-1", "2026-03-16T09:00:00", new { kind = "daily", until = "2035-01-01" });

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await ProblemCodesOfAsync(answer), Is.EqualTo(["series-too-long"]));
    }

    private string NextHour() => $"{5 + hours++:d2}:00:00";

    private static Task<HttpResponseMessage> SeriesAsync(HttpClient client, string machine, string firstStart, object recurrence, string onConflict = "fail") =>
        client.PostAsync("/api/v1/reservation-series", Body(machine, firstStart, recurrence, onConflict));

    private static JsonContent Body(string machine, string firstStart, object recurrence, string onConflict) =>
        JsonContent.Create(new { machine, firstStart, seconds = 2700, recurrence, onConflict });

    private static List<DateTimeOffset> Starts(JsonElement series) =>
        [.. series.GetProperty("reservations").EnumerateArray().Select(r => r.GetProperty("start").GetDateTimeOffset())];

    private static List<Guid> Ids(JsonElement series) =>
        [.. series.GetProperty("reservations").EnumerateArray().Select(r => r.GetProperty("id").GetGuid())];

    private async Task<int> MineAsync(string hour, string date)
    {
        var mine = await Maker.GetFromJsonAsync<JsonElement>("/api/v1/reservations?limit=100");
        var start = new DateTimeOffset(DateTime.Parse($"{date}T{hour}", System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromHours(1));
        return mine.GetProperty("items").EnumerateArray().Count(r => r.GetProperty("start").GetDateTimeOffset() == start);
    }
}
