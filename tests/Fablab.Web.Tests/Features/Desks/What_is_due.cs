using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Data;
using Fablab.Web.Features.Desks;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Features.Desks;

public class What_is_due(StorageProvider provider) : LabTest(provider)
{
    [Test]
    public async Task Is_caught_up_exactly_once_after_nobody_looked_for_a_day()
    {
        var morning = Lab.Clock.GetUtcNow().AddHours(1);
        var booked = new List<Guid>();
        for (var hour = 0; hour < 3; hour++)
        {
            var answer = await BookAsync(Maker, (morning.AddHours(hour), morning.AddHours(hour + 1)), "printer-2");
            booked.Add((await JsonOfAsync(answer)).GetProperty("id").GetGuid());
        }

        Lab.Clock.Advance(TimeSpan.FromDays(1));
        await SweepAsync();
        await SweepAsync();

        var states = await Lab.WithDbAsync(db => db.Reservations.AsNoTracking()
            .Where(r => booked.Select(id => new ReservationId(id)).Contains(r.Id)).Select(r => r.State).ToListAsync());
        Assert.That(states, Is.EqualTo(new[] { ReservationState.Released, ReservationState.Released, ReservationState.Released }));
    }

    [Test]
    public async Task Ends_a_session_that_nobody_ever_gave_a_lease_without_waiting_for_the_bridge()
    {
        Lab.Clock.Advance(TimeSpan.FromHours(3));
        var now = Lab.Clock.GetUtcNow();
        var answer = await BookAsync(Maker, (now, now.AddMinutes(30)), "cnc-1");
        var reservation = (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
        await Maker.PostAsync($"/api/v1/reservations/{reservation}/check-in", null);

        Lab.Clock.Advance(TimeSpan.FromMinutes(31));
        await SweepAsync();

        var session = await Lab.WithDbAsync(db => db.UsageSessions.AsNoTracking().SingleAsync(s => s.Reservation == new ReservationId(reservation)));
        Assert.That(session.State, Is.EqualTo(UsageSessionState.Void));
    }

    private Task SweepAsync() => Lab.Services.GetRequiredService<DeskSweep>().RunAsync(CancellationToken.None);
}
