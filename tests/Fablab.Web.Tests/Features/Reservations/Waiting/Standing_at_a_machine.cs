using System.Net;
using System.Net.Http.Json;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Reservations.Waiting;

public sealed class Standing_at_a_machine(StorageProvider provider) : WaitingTest(provider)
{
    [Test]
    public async Task Gives_the_time_until_the_next_booking_to_who_came_first_for_a_short_while()
    {
        var now = await AloneAsync();
        await BookedAsync(Maker, now.AddHours(1), now.AddHours(2));
        using var first = await PersonAsync();
        using var second = await PersonAsync();

        var (wish1, wish2) = (await StandsAsync(first, now), await StandsAsync(second, now));

        var offer = (await WishAsync(first, wish1)).GetProperty("offer");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(offer.GetProperty("start").GetDateTimeOffset(), Is.EqualTo(now));
            Assert.That(offer.GetProperty("end").GetDateTimeOffset(), Is.EqualTo(now.AddHours(1)));
            Assert.That(offer.GetProperty("holdUntil").GetDateTimeOffset(), Is.EqualTo(now.AddMinutes(5)));
            Assert.That(await StateAsync(second, wish2), Is.EqualTo("waiting"));
        }
    }

    [Test]
    public async Task Passes_to_the_next_who_stands_there_when_the_first_went_away()
    {
        var now = await AloneAsync();
        await BookedAsync(Maker, now.AddHours(2), now.AddHours(3));
        using var first = await PersonAsync();
        using var second = await PersonAsync();
        var (wish1, wish2) = (await StandsAsync(first, now), await StandsAsync(second, now));

        Lab.Clock.Advance(TimeSpan.FromMinutes(5));
        await SweepAsync();
        using var accepted = await AcceptAsync(second, wish2);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await StateAsync(first, wish1), Is.EqualTo("waiting"));
            Assert.That(accepted.StatusCode, Is.EqualTo(HttpStatusCode.OK), await accepted.Content.ReadAsStringAsync());
            Assert.That((await JsonOfAsync(accepted)).GetProperty("start").GetDateTimeOffset(), Is.EqualTo(now.AddMinutes(5)));
        }
    }

    [Test]
    public async Task Counts_before_wishes_for_a_time_to_come_when_a_slot_begins_now()
    {
        // Not at the room: there a booking begins by itself, and could not be cancelled any more.
        const string Printer = "printer-2";
        var now = await AloneAsync();
        var taken = await BookedAsync(Maker, now, now.AddHours(2), Printer);
        using var dated = await PersonAsync();
        using var stands = await PersonAsync();
        using var joined = await JoinAsync(dated, new { machine = Printer, windowStart = now.UtcDateTime, windowEnd = now.AddHours(2).UtcDateTime, seconds = 3600, minimumSeconds = 1800 });
        var planned = (await JsonOfAsync(joined)).GetProperty("id").GetGuid();
        var wish = await StandsAsync(stands, now, Printer);

        await CancelAsync(Maker, taken);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await WishAsync(stands, wish)).GetProperty("offer").GetProperty("start").GetDateTimeOffset(), Is.EqualTo(now));
            Assert.That(await StateAsync(dated, planned), Is.EqualTo("waiting"));
        }
    }

    [Test]
    public async Task Begins_when_the_slot_before_simply_ends()
    {
        var now = await AloneAsync();
        var before = await BookedAsync(Maker, now, now.AddMinutes(30));
        using var stands = await PersonAsync();
        var wish = await StandsAsync(stands, now);
        var early = await StateAsync(stands, wish);

        Lab.Clock.Advance(TimeSpan.FromMinutes(31));
        await SweepAsync();

        Assert.That((early, await StateAsync(stands, wish)), Is.EqualTo(("waiting", "offered")), $"{before}");
    }

    [Test]
    public async Task Is_not_overtaken_by_somebody_who_walks_up_before_the_sweep_looked()
    {
        var now = await AloneAsync();
        await BookedAsync(Maker, now, now.AddMinutes(30));
        using var stands = await PersonAsync();
        var wish = await StandsAsync(stands, now);
        var early = await StateAsync(stands, wish);
        await LookedAtAsync();

        Lab.Clock.Advance(TimeSpan.FromMinutes(31));
        using var other = await PersonAsync();
        using var walkedUp = await WalkUpAsync("room-1", other);

        Assert.That((early, await StateAsync(stands, wish)), Is.EqualTo(("waiting", "offered")));
        Assert.That(await ProblemCodesOfAsync(walkedUp), Is.EqualTo(["slot-taken"]), "it is kept for whoever waits");
    }

    [Test]
    public async Task Ends_when_the_first_in_line_walks_up_before_the_sweep_looked()
    {
        var now = await AloneAsync();
        await BookedAsync(Maker, now, now.AddMinutes(30));
        using var first = await PersonAsync();
        using var second = await PersonAsync();
        var (wish1, wish2) = (await StandsAsync(first, now), await StandsAsync(second, now));
        await LookedAtAsync();

        Lab.Clock.Advance(TimeSpan.FromMinutes(31));
        using var walkedUp = await WalkUpAsync("room-1", first);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(walkedUp.StatusCode, Is.EqualTo(HttpStatusCode.Created), await walkedUp.Content.ReadAsStringAsync());
            Assert.That((await StateAsync(first, wish1), await StateAsync(second, wish2)), Is.EqualTo(("fulfilled", "waiting")));
        }
    }

    [Test]
    public async Task Takes_what_is_kept_for_them_when_they_walk_up_even_where_nobody_else_may()
    {
        var now = await AloneAsync();
        await BookedAsync(Maker, now.AddHours(1), now.AddHours(2));
        using var stands = await PersonAsync();
        var wish = await StandsAsync(stands, now);
        var offer = await OfferOfAsync(stands, wish);
        Lab.Clock.Advance(TimeSpan.FromMinutes(2));

        using var walkedUp = await stands.PostAsJsonAsync("/api/v1/machines/room-1/walk-up", new { });

        var booked = await JsonOfAsync(walkedUp);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(walkedUp.StatusCode, Is.EqualTo(HttpStatusCode.Created), await walkedUp.Content.ReadAsStringAsync());
            Assert.That(booked.GetProperty("id").GetGuid(), Is.EqualTo(offer));
            Assert.That(booked.GetProperty("start").GetDateTimeOffset(), Is.EqualTo(now.AddMinutes(2)), "they pay from then on");
            Assert.That(booked.GetProperty("state").GetString(), Is.EqualTo("confirmed"));
            Assert.That(await StateAsync(stands, wish), Is.EqualTo("fulfilled"));
        }
    }

    [Test]
    public async Task Gives_the_rest_on_when_they_walk_up_for_less_than_is_kept_for_them()
    {
        var now = await AloneAsync();
        await BookedAsync(Maker, now.AddMinutes(135), now.AddHours(5));
        using var first = await PersonAsync();
        using var second = await PersonAsync();
        var wish = await StandsAsync(first, now);
        using var joined = await JoinAsync(second, new { machine = "room-1", windowStart = now.UtcDateTime, windowEnd = now.AddMinutes(135).UtcDateTime, seconds = 1800 });
        var dated = (await JsonOfAsync(joined)).GetProperty("id").GetGuid();
        var early = await StateAsync(second, dated);

        using var walkedUp = await WalkUpAsync("room-1", first);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(walkedUp.StatusCode, Is.EqualTo(HttpStatusCode.Created), await walkedUp.Content.ReadAsStringAsync());
            Assert.That((await JsonOfAsync(walkedUp)).GetProperty("end").GetDateTimeOffset(), Is.EqualTo(now.AddMinutes(90)));
            Assert.That((early, await StateAsync(first, wish), await StateAsync(second, dated)), Is.EqualTo(("waiting", "fulfilled", "offered")));
        }
    }

    [Test]
    public async Task Keeps_what_is_kept_for_them_when_walking_up_for_less_is_refused()
    {
        var now = await AloneAsync();
        using var stands = await PersonAsync();
        var wish = await StandsAsync(stands, now);

        using var walkedUp = await stands.PostAsJsonAsync("/api/v1/machines/room-1/walk-up", new { seconds = 1800 });

        Assert.That((await JsonOfAsync(walkedUp)).GetProperty("code").GetString(), Is.EqualTo("walk-up-refused"));
        Assert.That(await StateAsync(stands, wish), Is.EqualTo("offered"));
    }

    [Test]
    public async Task Does_not_take_the_time_of_a_wish_for_a_time_to_come_that_fits()
    {
        const string Printer = "printer-1";
        var now = await AloneAsync();
        var taken = await BookedAsync(Maker, now, now.AddHours(3), Printer);
        using var dated = await PersonAsync();
        using var joined = await JoinAsync(
            dated, new { machine = Printer, windowStart = now.AddHours(1).UtcDateTime, windowEnd = now.AddHours(3).UtcDateTime, seconds = 5400 });
        var wish = (await JsonOfAsync(joined)).GetProperty("id").GetGuid();

        // As if it was freed a moment ago, by whatever nobody told the line of.
        await Lab.WithDbAsync(db => db.Reservations.Where(r => r.Id == new ReservationId(taken)).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, ReservationState.Released)));
        using var other = await PersonAsync();
        using var walkedUp = await WalkUpAsync(Printer, other);

        var offer = (await WishAsync(dated, wish)).GetProperty("offer").GetProperty("start").GetDateTimeOffset();
        Assert.That(walkedUp.StatusCode, Is.EqualTo(HttpStatusCode.Created), await walkedUp.Content.ReadAsStringAsync());
        Assert.That((await JsonOfAsync(walkedUp)).GetProperty("end").GetDateTimeOffset(), Is.InRange(offer.AddMinutes(-10), offer.AddMinutes(-5)), "with time to clean before it");
    }

    [Test]
    public async Task Is_for_one_machine_or_pool_and_not_for_all_of_a_kind()
    {
        using var stands = await PersonAsync();

        using var answer = await JoinAsync(stands, new { category = "room", kind = "now", windowEnd = Lab.Clock.GetUtcNow().AddHours(1).UtcDateTime, seconds = 1800 });

        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("now-needs-one-machine"));
    }

    /// <summary>Somebody takes the machine as it stands there, for an hour and a half at most.</summary>
    private async Task<HttpResponseMessage> WalkUpAsync(string machine, HttpClient client)
    {
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        await RulesAsync(manager, new { kind = "walk-up", use = "createsBooking", before = "0:00:00" });
        var answer = await client.PostAsJsonAsync($"/api/v1/machines/{machine}/walk-up", new { seconds = 5400 });
        await RulesAsync(manager);
        return answer;
    }

    /// <summary>The sweep that runs beside the tests comes back for nobody who waits within the next hours.</summary>
    private Task<int> LookedAtAsync()
    {
        var later = (NodaTime.Instant?)NodaTime.Instant.FromDateTimeOffset(Lab.Clock.GetUtcNow().AddHours(3));
        return Lab.WithDbAsync(db => db.WaitingList.Where(wish => wish.State == WishState.Waiting).ExecuteUpdateAsync(set => set.SetProperty(wish => wish.DueAt, later)));
    }

    private static async Task RulesAsync(HttpClient manager, params object[] rules)
    {
        using var answer = await manager.PutAsJsonAsync("/api/v1/sites/atelier/rules", new { note = "for a test", rules });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
    }

    private static async Task<Guid> StandsAsync(HttpClient client, DateTimeOffset now, string machine = "room-1")
    {
        using var answer = await JoinAsync(client, new { machine, kind = "now", windowEnd = now.AddHours(2).UtcDateTime, seconds = 7200, minimumSeconds = 1800 });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }

    /// <summary>Half a day later nobody of the tests before stands there any more.</summary>
    private async Task<DateTimeOffset> AloneAsync()
    {
        Lab.Clock.Advance(TimeSpan.FromHours(12));
        await SweepAsync();
        return Lab.Clock.GetUtcNow();
    }
}
