using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Features.Machines.Watching;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Pages;

public sealed class The_card_of_a_booked_machine(StorageProvider provider) : LabTest(provider)
{
    [TestCase(1)]
    [TestCase(100)]
    public async Task Tells_until_when_it_is_taken_however_long_ago_the_slot_began(int days)
    {
        var now = Instant.FromDateTimeOffset(Lab.Clock.GetUtcNow());
        var slot = new TimeSlot(now - Duration.FromDays(days), now + Duration.FromHours(5));
        await SaveAsync(slot);

        await using var scope = Lab.Services.CreateAsyncScope();
        var card = await scope.ServiceProvider.GetRequiredService<MachineCards>().OfMachineAsync("room-1", CancellationToken.None);
        await Lab.WithDbAsync(db => db.Reservations.ExecuteDeleteAsync());

        Assert.That(card!.BusyUntil, Is.EqualTo(slot.End));
    }

    [Test]
    public async Task Is_read_from_now_on_and_looks_into_no_history()
    {
        using var record = Lab.Statements.Record();
        var plan = await Lab.WithDbAsync(async db =>
        {
            await using var scope = Lab.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<MachineCards>().OfSiteAsync("atelier", CancellationToken.None);
            var sent = record.OfWhoSaid("FROM \"Machines\"").SelectMany(own => own).Last(one => one.Text.Contains("\"Reservations\"", StringComparison.Ordinal));
            return await sent.ExplainAsync(db);
        });

        Assert.That(plan, Does.Contain(Provider is StorageProvider.Sqlite ? "IX_Reservations_Taken (Machine=? AND KeptStart>? AND KeptStart<?)" : "IX_Reservations_Taken"));
    }

    private Task SaveAsync(TimeSlot slot) => Lab.WithDbAsync(async db =>
    {
        var account = await db.Users.SingleAsync(user => user.Email == DemoIds.Maker);
        var machine = await db.Machines.AsNoTracking().SingleAsync(row => row.Code == "room-1");
        db.Add(new Reservation
        {
            Id = new ReservationId(Guid.CreateVersion7()),
            Machine = machine.Id,
            Member = new MemberId(account.Id),
            BookedBy = new MemberId(account.Id),
            Slot = slot,
            Kept = slot,
            BookedSlot = slot,
            State = ReservationState.Active,
            BookedAt = slot.Start,
            Tariff = machine.Tariff,
        });
        return await db.SaveChangesAsync();
    });
}
