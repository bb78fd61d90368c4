using System.Net;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Reservations.Waiting;

public sealed class Waiting_for_any_unit_of_a_pool(StorageProvider provider) : WaitingTest(provider)
{
    [Test]
    public async Task Ends_when_one_unit_is_free()
    {
        var nine = FreshDay();
        using var waiting = await PersonAsync();
        await BookedAsync(Maker, nine, nine.AddHours(2), "printer-1");
        var other = await BookedAsync(Maker, nine, nine.AddHours(2), "printer-2");
        var wish = await WaitsForAsync(waiting, nine, nine.AddHours(2), "printers");
        var before = await StateAsync(waiting, wish);

        await CancelAsync(Maker, other);

        Assert.That((before, await StateAsync(waiting, wish)), Is.EqualTo(("waiting", "offered")));
    }

    [Test]
    public async Task Moves_other_bookings_of_the_pool_to_make_room_as_a_booking_would()
    {
        var nine = FreshDay();
        using var waiting = await PersonAsync();
        await BookedAsync(Maker, nine.AddHours(3), nine.AddHours(5), "printer-2");
        var movable = await BookedAsync(Maker, nine, nine.AddHours(2), "printers");
        var inTheWay = await BookedAsync(Maker, nine.AddHours(2), nine.AddHours(5), "printer-1");
        var wish = await WaitsForAsync(waiting, nine, nine.AddHours(5), "printers");
        var before = await StateAsync(waiting, wish);

        await CancelAsync(Maker, inTheWay);

        var seats = await Lab.WithDbAsync(db => (
            from r in db.Reservations
            join unit in db.Machines on r.Machine equals unit.Id
            where r.Id == new ReservationId(movable)
            select unit.Code).SingleAsync());
        using var accepted = await AcceptAsync(waiting, wish);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(before, Is.EqualTo("waiting"));
            Assert.That(accepted.StatusCode, Is.EqualTo(HttpStatusCode.OK), "at once, before any sweep");
            Assert.That(seats, Is.EqualTo("printer-2"));
            Assert.That(accepted.StatusCode, Is.EqualTo(HttpStatusCode.OK), await accepted.Content.ReadAsStringAsync());
        }
    }
}
