using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Exchange;

public sealed class Importing_reservations(StorageProvider provider) : ExchangeTest(provider)
{
    private const string Header = "externalId,memberEmail,machine,start,end,title\n";

    [Test]
    public async Task Takes_the_past_as_completed_and_the_future_as_confirmed()
    {
        const string File = Header
            + $"past-1,{DemoIds.Maker},room-1,2025-11-03 09:00,2025-11-03 11:00,Old\n"
            + $"next-1,{DemoIds.Maker},room-1,2026-03-10T09:00:00Z,2026-03-10T10:00:00Z,New\n";

        var first = await ImportAsync(Manager, "reservations", File);
        var second = await ImportAsync(Manager, "reservations", File);

        var kept = await Lab.WithDbAsync(db => db.Reservations.Where(r => r.Title == "Old" || r.Title == "New").OrderBy(r => r.Slot.Start).ToListAsync());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(RowsOf(first), Is.EqualTo(["create", "create"]));
            Assert.That(RowsOf(second), Is.EqualTo(["unchanged", "unchanged"]));
            Assert.That(kept.Select(r => r.State), Is.EqualTo([ReservationState.Completed, ReservationState.Confirmed]));
            Assert.That(kept[0].Slot.ToString(), Is.EqualTo("2025-11-03T08:00:00Z/2025-11-03T10:00:00Z"), "times without a zone are the site's");
            Assert.That(await Lab.WithDbAsync(db => db.Charges.CountAsync()), Is.Zero);
        }
    }

    [Test]
    public async Task Refuses_what_overlaps_and_tells_so_before()
    {
        const string File = Header
            + $"over-1,{DemoIds.Maker},room-1,2026-04-01T09:00:00Z,2026-04-01T11:00:00Z,\n"
            + $"over-2,{DemoIds.SecondMaker},room-1,2026-04-01T10:00:00Z,2026-04-01T12:00:00Z,\n";

        var told = await TryAsync(Manager, "reservations", File);
        var done = await ImportAsync(Manager, "reservations", File);

        Assert.That((RowsOf(told), RowsOf(done)), Is.EqualTo((new[] { "create", "refused slot-taken" }, new[] { "create", "refused slot-taken" })));
    }

    [Test]
    public async Task Knows_one_without_external_id_by_machine_member_and_start()
    {
        const string File = "memberEmail,machine,start,end\n" + $"{DemoIds.Maker},Meeting room,2025-06-02 09:00,2025-06-02 10:00\n";

        var (first, second) = (await ImportAsync(Manager, "reservations", File), await ImportAsync(Manager, "reservations", File));

        Assert.That((RowsOf(first)[0], RowsOf(second)[0]), Is.EqualTo(("create", "unchanged")));
    }

    [Test]
    public async Task Keeps_a_cancelled_one_without_its_time()
    {
        var done = await ImportAsync(Manager, "reservations", "externalId,memberEmail,machine,start,end,cancelled\n"
            + $"c-1,{DemoIds.Maker},room-1,2026-05-01T09:00:00Z,2026-05-01T10:00:00Z,true\nc-2,{DemoIds.Maker},room-1,2026-05-01T09:00:00Z,2026-05-01T10:00:00Z,false\n");

        Assert.That(RowsOf(done), Is.EqualTo(["create", "create"]));
    }

    [Test]
    public async Task Asks_about_times_that_cannot_be_or_are_twice()
    {
        var told = await TryAsync(Manager, "reservations", Header
            + $"t-1,{DemoIds.Maker},room-1,2026-03-29 02:30,2026-03-29 04:00,\n"
            + $"t-2,{DemoIds.Maker},room-1,2025-10-26 02:30,2025-10-26 04:00,\n"
            + $"t-3,{DemoIds.Maker},room-1,2026-03-02T07:30:00Z,2026-03-02T09:00:00Z,\n"
            + $"t-4,{DemoIds.Maker},room-1,2025-10-26 05:00,2025-10-26 04:00,\n"
            + $"t-5,{DemoIds.Maker},room-1,tomorrow,,\n");

        Assert.That(RowsOf(told), Is.EqualTo(["refused time-skipped", "refused time-twice", "refused running-now", "refused ends-before-start", "refused value-missing not-a-time"]));
    }

    [Test]
    public async Task Leaves_what_was_moved_in_the_calendar_to_the_calendar()
    {
        await ImportAsync(Manager, "reservations", Header + $"moved-1,{DemoIds.Maker},room-1,2026-05-04T09:00:00Z,2026-05-04T10:00:00Z,\n");

        var other = await ImportAsync(Manager, "reservations", Header + $"moved-1,{DemoIds.Maker},room-1,2026-05-04T11:00:00Z,2026-05-04T12:00:00Z,\n");

        Assert.That(RowsOf(other), Is.EqualTo(["refused differs-here"]));
    }

    [Test]
    public async Task Is_for_staff_and_for_machines_of_their_sites()
    {
        using var campus = await Lab.ClientOfAsync(DemoIds.CampusManager);
        using var byMaker = await SendAsync(Maker, "reservations", Header);

        var told = await TryAsync(campus, "reservations", Header + $"f-1,{DemoIds.Maker},room-1,2026-06-01T09:00:00Z,2026-06-01T10:00:00Z,\n");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((int)byMaker.StatusCode, Is.EqualTo(404));
            Assert.That(RowsOf(told), Is.EqualTo(["refused machine-unknown"]));
        }
    }
}
