using System.Net;
using System.Net.Http.Json;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Tests.Features.Reservations.Waiting;

public sealed class A_sweep_of_the_waiting_list(StorageProvider provider) : WaitingTest(provider)
{
    [Test]
    public async Task Catches_up_after_a_day_and_offers_once_though_two_run_at_the_same_time()
    {
        // Far enough ahead that a day later there is still time to answer.
        FreshDay();
        var nine = FreshDay();
        using var holder = await PersonAsync();
        using var first = await PersonAsync();
        using var second = await PersonAsync();
        using var third = await PersonAsync();
        var booked = await BookedAsync(holder, nine, nine.AddHours(2));
        var wishes = new[]
        {
            (first, await WaitsForAsync(first, nine, nine.AddHours(2))),
            (second, await WaitsForAsync(second, nine, nine.AddHours(2))),
            (third, await WaitsForAsync(third, nine, nine.AddHours(2))),
        };
        await CancelAsync(holder, booked);

        Lab.Clock.Advance(TimeSpan.FromDays(1));
        await Task.WhenAll(SweepAsync(), SweepAsync());
        await SweepAsync();

        var states = await Task.WhenAll(wishes.Select(one => StateAsync(one.Item1, one.Item2)));
        Assert.That(states, Is.EqualTo(["waiting", "offered", "waiting"]));
        Assert.That(await TakersAsync(nine, nine.AddHours(2)), Is.EqualTo(1));
    }

    [Test]
    public async Task Offers_nothing_of_a_time_that_is_over_and_ends_the_wishes_for_it()
    {
        var nine = FreshDay();
        using var holder = await PersonAsync();
        using var first = await PersonAsync();
        using var second = await PersonAsync();
        var booked = await BookedAsync(holder, nine, nine.AddHours(2));
        var (wish1, wish2) = (await WaitsForAsync(first, nine, nine.AddHours(2)), await WaitsForAsync(second, nine, nine.AddHours(2)));
        await CancelAsync(holder, booked);

        Lab.Clock.Advance(TimeSpan.FromDays(5));
        await SweepAsync();
        await SweepAsync();

        var offered = await Lab.WithDbAsync(db => db.Reservations.CountAsync(r => r.Slot.Start == Instant.FromDateTimeOffset(nine) && r.State == ReservationState.Held));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await StateAsync(first, wish1), await StateAsync(second, wish2)), Is.EqualTo(("expired", "expired")));
            Assert.That(offered, Is.Zero);
        }
    }

    [Test]
    public async Task Lets_a_request_lapse_that_nobody_approved_and_offers_its_time()
    {
        var nine = FreshDay();
        using var holder = await PersonAsync();
        using var waiting = await PersonAsync();
        var requested = await BookedAsync(holder, nine, nine.AddHours(2));
        var until = Instant.FromDateTimeOffset(Lab.Clock.GetUtcNow()) + Duration.FromHours(2);
        await Lab.WithDbAsync(db => db.Reservations.Where(r => r.Id == new ReservationId(requested))
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.State, ReservationState.Requested).SetProperty(r => r.ExpiresAt, until)));
        var wish = await WaitsForAsync(waiting, nine, nine.AddHours(2));

        Lab.Clock.Advance(TimeSpan.FromHours(1));
        await SweepAsync();
        var early = await StateOfReservationAsync(requested);
        Lab.Clock.Advance(TimeSpan.FromHours(1));
        await SweepAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((early, await StateOfReservationAsync(requested)), Is.EqualTo((ReservationState.Requested, ReservationState.Lapsed)));
            Assert.That(await StateAsync(waiting, wish), Is.EqualTo("offered"));
        }
    }

    [Test]
    public async Task Takes_an_offer_back_when_the_machine_breaks_and_makes_another_when_it_is_mended()
    {
        var nine = FreshDay();
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        using var holder = await PersonAsync();
        using var waiting = await PersonAsync();
        var booked = await BookedAsync(holder, nine, nine.AddHours(2), "printer-1");
        using var joined = await JoinAsync(waiting, new { machine = "printer-1", windowStart = nine.UtcDateTime, windowEnd = nine.AddHours(6).UtcDateTime, seconds = 7200, latestStart = nine.AddHours(3).UtcDateTime });
        var wish = (await JsonOfAsync(joined)).GetProperty("id").GetGuid();
        var held = await OfferOfAsync(waiting, wish);

        using var broken = await manager.PostAsJsonAsync("/api/v1/machines/printer-1/out-of-order", new { isOutOfOrder = true, reason = "nozzle" });
        using var tooLate = await AcceptAsync(waiting, wish);
        await SweepAsync();
        var lost = (await StateOfReservationAsync(held), await StateAsync(waiting, wish));
        using var mended = await manager.PostAsJsonAsync("/api/v1/machines/printer-1/out-of-order", new { isOutOfOrder = false });
        await SweepAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(tooLate.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That(lost, Is.EqualTo((ReservationState.Displaced, "waiting")));
            Assert.That(await StateAsync(waiting, wish), Is.EqualTo("offered"));
        }

        await CancelAsync(holder, booked);
    }
}
