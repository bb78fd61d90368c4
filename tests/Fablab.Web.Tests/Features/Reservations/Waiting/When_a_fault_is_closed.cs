using System.Net;
using System.Net.Http.Json;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Features.Reservations.Waiting;

public sealed class When_a_fault_is_closed(StorageProvider provider) : WaitingTest(provider)
{
    [Test]
    public async Task Those_who_wait_are_offered_what_the_fault_kept_from_them()
    {
        var nine = FreshDay();
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        using var reporter = await PersonAsync();
        using var waiting = await PersonAsync();

        var fault = await ReportedAsync(reporter);
        var wish = await WaitsForAsync(waiting, nine, nine.AddHours(2));
        await SweepAsync();
        var during = await StateAsync(waiting, wish);
        using var closed = await manager.PostAsJsonAsync($"/api/v1/faults/{fault}/close", new { whatWasDone = "A new lamp" });
        await SweepAsync();

        Assert.That((during, await StateAsync(waiting, wish)), Is.EqualTo(("waiting", "offered")));
    }

    [Test]
    public async Task Or_no_longer_stops_bookings_an_offer_that_was_lost_is_made_again()
    {
        var nine = FreshDay();
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        using var waiting = await PersonAsync();
        var wish = await WaitsForAsync(waiting, nine, nine.AddHours(2));
        var held = await OfferOfAsync(waiting, wish);

        var fault = await ReportedAsync(waiting);
        using var tooLate = await AcceptAsync(waiting, wish);
        await SweepAsync();
        var lost = (await StateOfReservationAsync(held), await StateAsync(waiting, wish));
        using var resumed = await manager.PostAsJsonAsync($"/api/v1/faults/{fault}/stop", new { stopsBookings = false });
        await SweepAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(tooLate.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That(lost, Is.EqualTo((ReservationState.Displaced, "waiting")));
            Assert.That(await StateAsync(waiting, wish), Is.EqualTo("offered"));
        }
    }

    private static async Task<Guid> ReportedAsync(HttpClient client)
    {
        using var answer = await client.PostAsJsonAsync("/api/v1/machines/room-1/faults", new { text = "The lamp hangs by its wires", isDangerous = true });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }
}
