using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Reservations.Waiting;

public sealed class Waiting_for_a_machine(StorageProvider provider) : WaitingTest(provider)
{
    [Test]
    public async Task Ends_with_an_offer_as_soon_as_the_time_is_cancelled()
    {
        var nine = FreshDay();
        using var holder = await PersonAsync();
        using var waiting = await PersonAsync();
        var booked = await BookedAsync(holder, nine, nine.AddHours(2));
        var wish = await WaitsForAsync(waiting, nine, nine.AddHours(2));
        var before = await WishAsync(waiting, wish);

        await CancelAsync(holder, booked);

        var after = await WishAsync(waiting, wish);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(before.GetProperty("state").GetString(), Is.EqualTo("waiting"));
            Assert.That(before.GetProperty("line").GetProperty("place").GetInt32(), Is.EqualTo(1));
            Assert.That(after.GetProperty("state").GetString(), Is.EqualTo("offered"));
            Assert.That(after.GetProperty("offer").GetProperty("start").GetDateTimeOffset(), Is.EqualTo(nine));
            Assert.That(after.GetProperty("offer").GetProperty("end").GetDateTimeOffset(), Is.EqualTo(nine.AddHours(2)));
            Assert.That(after.GetProperty("offer").GetProperty("holdUntil").GetDateTimeOffset(), Is.GreaterThan(Lab.Clock.GetUtcNow()).And.LessThanOrEqualTo(nine));
        }
    }

    [Test]
    public async Task Ends_with_time_between_the_members_own_bookings_that_has_no_room_for_set_up_and_clean_up()
    {
        const string Mill = "cnc-1";
        var nine = FreshDay();
        using var holder = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        await BookedAsync(Maker, nine.AddHours(-1), nine, Mill);
        var booked = await BookedAsync(holder, nine.AddMinutes(15), nine.AddMinutes(45), Mill);
        await BookedAsync(Maker, nine.AddHours(1), nine.AddHours(2), Mill);
        var wish = await WaitsForAsync(Maker, nine, nine.AddHours(1), Mill);

        await CancelAsync(holder, booked);

        Assert.That((await WishAsync(Maker, wish)).GetProperty("offer").GetProperty("start").GetDateTimeOffset(), Is.EqualTo(nine));
    }

    [TestCase(120, "fulfilled")]
    [TestCase(60, "waiting", Description = "shorter than what is of use")]
    public async Task Is_over_for_whoever_books_what_they_wished_for_by_themselves(int minutes, string state)
    {
        var nine = FreshDay();
        using var holder = await PersonAsync();
        using var waiting = await PersonAsync();
        var booked = await BookedAsync(holder, nine, nine.AddHours(2));
        var wish = await WaitsForAsync(waiting, nine, nine.AddHours(2));
        await CancelAsync(holder, booked);
        using var declined = await DeclineAsync(waiting, wish);
        var after = await StateAsync(waiting, wish);

        await BookedAsync(waiting, nine, nine.AddMinutes(minutes));
        var then = await StateAsync(waiting, wish);
        using var left = await waiting.DeleteAsync($"/api/v1/waiting-list/{wish}");

        Assert.That((after, then), Is.EqualTo(("waiting", state)));
    }

    [Test]
    public async Task Keeps_the_offered_time_from_everybody_else_and_tells_the_member()
    {
        var nine = FreshDay();
        using var holder = await PersonAsync();
        using var waiting = await PersonAsync();
        var booked = await BookedAsync(holder, nine, nine.AddHours(2));
        var wish = await WaitsForAsync(waiting, nine, nine.AddHours(2));
        await CancelAsync(holder, booked);

        using var again = await BookAsync(holder, (nine, nine.AddHours(1)), "room-1");

        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        var told = await Lab.WithDbAsync(db => db.Notices.Where(notice => notice.Code == "time-offered").ToListAsync());
        var reservation = await OfferOfAsync(waiting, wish);
        var member = await Lab.WithDbAsync(db => db.Reservations.Where(r => r.Id == new Domain.Reservations.ReservationId(reservation)).Select(r => r.Member).SingleAsync());
        Assert.That(told.Where(notice => notice.Member == member).Select(notice => notice.Facts["link"]), Is.EqualTo(["/waiting-list"]));
    }

    [Test]
    public async Task Becomes_a_reservation_by_accepting_once_or_twice()
    {
        var nine = FreshDay();
        using var holder = await PersonAsync();
        using var waiting = await PersonAsync();
        var booked = await BookedAsync(holder, nine, nine.AddHours(2));
        var wish = await WaitsForAsync(waiting, nine, nine.AddHours(2));
        await CancelAsync(holder, booked);

        using var first = await AcceptAsync(waiting, wish);
        using var second = await AcceptAsync(waiting, wish);
        var (booking, repeated) = (await JsonOfAsync(first), await JsonOfAsync(second));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(booking.GetProperty("state").GetString(), Is.EqualTo("confirmed"));
            Assert.That(repeated.GetProperty("reservationId").GetGuid(), Is.EqualTo(booking.GetProperty("reservationId").GetGuid()));
            Assert.That(await StateAsync(waiting, wish), Is.EqualTo("fulfilled"));
            Assert.That(await TakersAsync(nine, nine.AddHours(2)), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Passes_a_declined_offer_to_the_next_in_line_and_not_to_whom_it_was_offered()
    {
        var nine = FreshDay();
        using var holder = await PersonAsync();
        using var first = await PersonAsync();
        using var second = await PersonAsync();
        var booked = await BookedAsync(holder, nine, nine.AddHours(2));
        var (wish1, wish2) = (await WaitsForAsync(first, nine, nine.AddHours(2)), await WaitsForAsync(second, nine, nine.AddHours(2)));
        await CancelAsync(holder, booked);
        var (offered1, offered2) = (await StateAsync(first, wish1), await StateAsync(second, wish2));

        using var declined = await DeclineAsync(first, wish1);
        var then = (await StateAsync(first, wish1), await StateAsync(second, wish2));
        using var alsoDeclined = await DeclineAsync(second, wish2);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((offered1, offered2), Is.EqualTo(("offered", "waiting")), "who joined first is asked first");
            Assert.That(declined.StatusCode, Is.EqualTo(HttpStatusCode.OK), await declined.Content.ReadAsStringAsync());
            Assert.That(then, Is.EqualTo(("waiting", "offered")));
            Assert.That(alsoDeclined.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await StateAsync(first, wish1), await StateAsync(second, wish2)), Is.EqualTo(("waiting", "waiting")), "nobody is asked twice for the same");
            Assert.That(await TakersAsync(nine, nine.AddHours(2)), Is.Zero);
        }
    }

    [Test]
    public async Task Goes_on_with_the_next_in_line_when_an_offer_expires_and_tells_them_and_not_the_one_who_missed_it()
    {
        var nine = FreshDay();
        using var holder = await PersonAsync();
        using var first = await PersonAsync();
        using var second = await PersonAsync();
        var booked = await BookedAsync(holder, nine, nine.AddHours(2));
        var (wish1, wish2) = (await WaitsForAsync(first, nine, nine.AddHours(2)), await WaitsForAsync(second, nine, nine.AddHours(2)));
        await CancelAsync(holder, booked);
        var held = await OfferOfAsync(first, wish1);

        Lab.Clock.Advance(TimeSpan.FromHours(4) + TimeSpan.FromSeconds(1));
        using var late = await AcceptAsync(first, wish1);
        await SweepAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(late.StatusCode, Is.EqualTo(HttpStatusCode.Conflict), "the hold ended before the yes");
            Assert.That((await JsonOfAsync(late)).GetProperty("code").GetString(), Is.EqualTo("no-open-offer"));
            Assert.That((await StateAsync(first, wish1), await StateAsync(second, wish2)), Is.EqualTo(("waiting", "offered")));
            Assert.That(await StateOfReservationAsync(held), Is.EqualTo(Domain.Reservations.ReservationState.Lapsed));
            Assert.That(await ToldAboutAsync(held), Is.EqualTo(["time-offered", "offer-lapsed"]));
            Assert.That(await ToldAboutAsync(await OfferOfAsync(second, wish2)), Is.EqualTo(["time-offered"]));
        }

        using var accepted = await AcceptAsync(second, wish2);
        Assert.That(accepted.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Gets_what_a_move_leaves_free()
    {
        var nine = FreshDay();
        using var holder = await PersonAsync();
        using var waiting = await PersonAsync();
        var booked = await BookedAsync(holder, nine, nine.AddHours(2));
        var wish = await WaitsForAsync(waiting, nine.AddHours(1), nine.AddHours(2));

        using var shortened = await holder.PostAsJsonAsync($"/api/v1/reservations/{booked}/extend", new { end = nine.AddHours(1).UtcDateTime });

        Assert.That(shortened.StatusCode, Is.EqualTo(HttpStatusCode.OK), await shortened.Content.ReadAsStringAsync());
        Assert.That(await StateAsync(waiting, wish), Is.EqualTo("offered"));
    }

    [Test]
    public async Task Takes_a_shorter_part_when_that_is_of_use_and_nothing_below_it()
    {
        var nine = FreshDay();
        using var holder = await PersonAsync();
        using var modest = await PersonAsync();
        using var proud = await PersonAsync();
        await BookedAsync(holder, nine, nine.AddHours(1));
        var booked = await BookedAsync(holder, nine.AddHours(1), nine.AddHours(2));
        await BookedAsync(holder, nine.AddHours(2), nine.AddHours(3));
        var whole = await WaitsForAsync(proud, nine, nine.AddHours(2));
        using var joined = await JoinAsync(modest, new { machine = "room-1", windowStart = nine.UtcDateTime, windowEnd = nine.AddHours(3).UtcDateTime, seconds = 7200, minimumSeconds = 3600 });
        var part = (await JsonOfAsync(joined)).GetProperty("id").GetGuid();

        await CancelAsync(holder, booked);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await StateAsync(proud, whole), Is.EqualTo("waiting"));
            Assert.That(await StateAsync(modest, part), Is.EqualTo("offered"));
            Assert.That((await WishAsync(modest, part)).GetProperty("offer").GetProperty("start").GetDateTimeOffset(), Is.EqualTo(nine.AddHours(1)));
        }
    }

    [Test]
    public async Task Is_offered_at_once_what_is_free_already_on_any_machine_of_the_kind()
    {
        var nine = FreshDay();
        using var waiting = await PersonAsync();
        await BookedAsync(Maker, nine, nine.AddHours(2), "printer-1");

        using var joined = await JoinAsync(waiting, new { category = "printer3D", site = "atelier", windowStart = nine.UtcDateTime, windowEnd = nine.AddHours(2).UtcDateTime, seconds = 3600 });

        var wish = (await JsonOfAsync(joined)).GetProperty("id").GetGuid();
        Assert.That((await WishAsync(waiting, wish)).GetProperty("offer").GetProperty("machine").GetString(), Is.EqualTo("printer-2"));
    }

    [Test]
    public async Task Learns_which_rule_stood_against_the_time_and_lets_the_next_in_line_have_it()
    {
        var nine = FreshDay();
        using var holder = await PersonAsync();
        using var barred = await PersonAsync();
        using var second = await PersonAsync();
        var booked = await BookedAsync(holder, nine, nine.AddHours(2));
        using var joined = await JoinAsync(barred, new
        {
            machine = "room-1",
            windowStart = nine.UtcDateTime,
            windowEnd = nine.AddHours(2).UtcDateTime,
            seconds = 7200,
            projectId = DemoIds.Drone.Value,
        });
        var (wish1, wish2) = ((await JsonOfAsync(joined)).GetProperty("id").GetGuid(), await WaitsForAsync(second, nine, nine.AddHours(2)));

        await CancelAsync(holder, booked);

        var missed = (await WishAsync(barred, wish1)).GetProperty("missed")[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(missed.GetProperty("because")[0].GetString(), Is.EqualTo("project-not-yours"));
            Assert.That((await StateAsync(barred, wish1), await StateAsync(second, wish2)), Is.EqualTo(("waiting", "offered")));
        }
    }

    [Test]
    public async Task Ends_when_the_member_leaves_and_what_was_kept_goes_to_the_next()
    {
        var nine = FreshDay();
        using var holder = await PersonAsync();
        using var first = await PersonAsync();
        using var second = await PersonAsync();
        var booked = await BookedAsync(holder, nine, nine.AddHours(2));
        var (wish1, wish2) = (await WaitsForAsync(first, nine, nine.AddHours(2)), await WaitsForAsync(second, nine, nine.AddHours(2)));
        await CancelAsync(holder, booked);

        using var left = await first.DeleteAsync($"/api/v1/waiting-list/{wish1}");
        using var again = await first.DeleteAsync($"/api/v1/waiting-list/{wish1}");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((left.StatusCode, again.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
            Assert.That((await StateAsync(first, wish1), await StateAsync(second, wish2)), Is.EqualTo(("withdrawn", "offered")));
        }
    }

    [Test]
    public async Task Is_nobody_elses_business_but_the_staffs_of_the_site()
    {
        var nine = FreshDay();
        using var waiting = await PersonAsync();
        using var stranger = await PersonAsync();
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        using var otherManager = await Lab.ClientOfAsync(DemoIds.CampusManager);
        await BookedAsync(Maker, nine, nine.AddHours(2));
        var wish = await WaitsForAsync(waiting, nine, nine.AddHours(2));

        using var seen = await stranger.GetAsync($"/api/v1/waiting-list/{wish}");
        using var accepted = await AcceptAsync(stranger, wish);
        using var declined = await DeclineAsync(stranger, wish);
        using var withdrawn = await stranger.DeleteAsync($"/api/v1/waiting-list/{wish}");
        using var line = await manager.GetAsync("/api/v1/machines/room-1/waiting-list");
        using var mine = await waiting.GetAsync("/api/v1/machines/room-1/waiting-list");
        using var theirs = await otherManager.GetAsync("/api/v1/machines/room-1/waiting-list");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(new[] { seen, accepted, declined, withdrawn }.Select(answer => answer.StatusCode), Is.All.EqualTo(HttpStatusCode.NotFound));
            Assert.That((await stranger.GetFromJsonAsync<JsonElement>("/api/v1/waiting-list")).GetArrayLength(), Is.Zero);
            Assert.That((await JsonOfAsync(line)).EnumerateArray().Select(entry => entry.GetProperty("id").GetGuid()), Does.Contain(wish));
            Assert.That((mine.StatusCode, theirs.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)));
        }
    }

    [Test]
    public async Task Is_refused_for_what_no_time_could_fulfil_with_all_reasons()
    {
        var now = Lab.Clock.GetUtcNow().UtcDateTime;
        using var waiting = await PersonAsync();

        using var past = await JoinAsync(waiting, new { machine = "room-1", windowStart = now.AddHours(-3), windowEnd = now.AddHours(-1), seconds = 60, minimumSeconds = 120 });
        using var narrow = await JoinAsync(waiting, new { machine = "room-1", windowStart = now.AddHours(1), windowEnd = now.AddHours(2), seconds = 7200 });
        using var endless = await JoinAsync(waiting, new { machine = "room-1", windowEnd = now.AddDays(200), seconds = 7200 });
        using var untrained = await JoinAsync(waiting, new { machine = "laser-1", windowEnd = now.AddDays(2), seconds = 3600 });
        using var nowhere = await JoinAsync(waiting, new { machine = "no-such-machine", windowEnd = now.AddDays(2), seconds = 3600 });
        using var nothing = await JoinAsync(waiting, new { windowEnd = now.AddDays(2), seconds = 3600 });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ReasonsAsync(past), Is.EqualTo(["window-in-the-past", "minimum-too-long", "wish-too-short"]));
            Assert.That(await ReasonsAsync(narrow), Is.EqualTo(["window-too-short"]));
            Assert.That(await ReasonsAsync(endless), Is.EqualTo(["window-too-long"]));
            Assert.That(await ReasonsAsync(untrained), Is.EqualTo(["authorisation-missing", "membership-needed"]), "at a site that asks its managers");
            Assert.That(nowhere.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(nothing.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        }
    }

    [Test]
    public async Task Is_refused_twice_for_the_same_and_after_ten_wishes_and_a_repeated_request_joins_once()
    {
        var nine = FreshDay();
        using var waiting = await PersonAsync();
        await BookedAsync(Maker, nine, nine.AddHours(12));
        var wish = new { machine = "room-1", windowStart = nine.UtcDateTime, windowEnd = nine.AddHours(2).UtcDateTime, seconds = 7200 };

        using var first = await JoinAsync(waiting, wish, "join-1");
        using var repeated = await JoinAsync(waiting, wish, "join-1");
        using var same = await JoinAsync(waiting, wish);
        for (var more = 1; more < 10; more++)
        {
            await WaitsForAsync(waiting, nine.AddHours(more), nine.AddHours(more + 1));
        }

        using var eleventh = await JoinAsync(waiting, wish with { windowEnd = nine.AddHours(3).UtcDateTime });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await JsonOfAsync(repeated)).GetProperty("id").GetGuid(), Is.EqualTo((await JsonOfAsync(first)).GetProperty("id").GetGuid()));
            Assert.That(await ReasonsAsync(same), Is.EqualTo(["wished-already"]));
            Assert.That(await ReasonsAsync(eleventh), Is.EqualTo(["too-many-wishes"]));
        }
    }

    [Test]
    public async Task Goes_to_exactly_one_of_twenty_who_all_accept_at_once()
    {
        var nine = FreshDay();
        using var holder = await PersonAsync();
        var booked = await BookedAsync(holder, nine, nine.AddHours(2));
        var waiting = new List<(HttpClient Client, Guid Wish)>();
        for (var i = 0; i < 20; i++)
        {
            var client = await PersonAsync();
            waiting.Add((client, await WaitsForAsync(client, nine, nine.AddHours(2))));
        }

        await CancelAsync(holder, booked);
        var answers = await Task.WhenAll(waiting.Concat(waiting).Select(one => AcceptAsync(one.Client, one.Wish)));

        var states = await Lab.WithDbAsync(db => db.WaitingList.Where(wish => wish.WindowStart == NodaTime.Instant.FromDateTimeOffset(nine)).Select(wish => wish.State).ToListAsync());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers.Select(answer => answer.StatusCode).Distinct(), Is.EquivalentTo([HttpStatusCode.OK, HttpStatusCode.Conflict]));
            Assert.That(answers.Count(answer => answer.StatusCode is HttpStatusCode.OK), Is.EqualTo(2), "the one who was asked said yes twice");
            Assert.That(states.Count(state => state is WishState.Fulfilled), Is.EqualTo(1));
            Assert.That(states.Count(state => state is WishState.Waiting), Is.EqualTo(19));
            Assert.That(await TakersAsync(nine, nine.AddHours(2)), Is.EqualTo(1));
        }

        waiting.ForEach(one => one.Client.Dispose());
    }

    /// <summary>What the member for whom a slot is or was kept was told, in order.</summary>
    private async Task<List<string>> ToldAboutAsync(Guid reservation)
    {
        var held = await Lab.WithDbAsync(db => db.Reservations.AsNoTracking().SingleAsync(r => r.Id == new Domain.Reservations.ReservationId(reservation)));
        return await Lab.WithDbAsync(db => db.Notices.Where(notice => notice.Member == held.Member).OrderBy(notice => notice.At).ThenBy(notice => notice.Id).Select(notice => notice.Code).ToListAsync());
    }

    private static async Task<string[]> ReasonsAsync(HttpResponseMessage answer)
    {
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity), await answer.Content.ReadAsStringAsync());
        return [.. (await JsonOfAsync(answer)).GetProperty("facts").GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString()!)];
    }
}
