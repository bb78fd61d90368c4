using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Features.Desks;
using Fablab.Web.Features.Reservations.Pools;
using Fablab.Web.Tests.Features.Reservations.Waiting;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Features.Reservations;

/// <summary>
/// Two slots of one member that touch keep nothing free between them. Ten minutes of set-up and fifteen of clean-up are needed again by
/// the one that is left alone.
/// </summary>
public sealed class Own_neighbours(StorageProvider provider) : WaitingTest(provider)
{
    private HttpClient manager = null!;

    [SetUp]
    public async Task Ask_for_set_up_and_clean_up()
    {
        manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        await RulesAsync("""[{ "kind": "buffers", "setUp": "0:10:00", "cleanUp": "0:15:00" }]""");
    }

    [TearDown]
    public async Task Leave_no_rules_behind()
    {
        await RulesAsync("[]");
        manager.Dispose();
    }

    [Test]
    public async Task Get_their_set_up_back_when_nobody_came_to_the_one_before()
    {
        using var ada = await PersonAsync();
        var nine = FreshDay();
        await BookedAsync(ada, nine, nine.AddHours(1), "printer-1");
        var second = await BookedAsync(ada, nine.AddHours(1), nine.AddHours(2), "printer-1");

        Lab.Clock.SetUtcNow(nine.AddMinutes(20));
        await Lab.Services.GetRequiredService<DeskSweep>().RunAsync(CancellationToken.None);

        Assert.That(await KeptOfAsync(second), Is.EqualTo(Slot(nine.AddMinutes(50), nine.AddMinutes(135))));
    }

    [Test]
    public async Task Get_their_set_up_back_when_the_one_before_ended_early()
    {
        using var ada = await PersonAsync();
        var nine = FreshDay();
        var first = await BookedAsync(ada, nine, nine.AddHours(1));
        var second = await BookedAsync(ada, nine.AddHours(1), nine.AddHours(2));

        Lab.Clock.SetUtcNow(nine.AddMinutes(5));
        using var checkedIn = await ada.PostAsync($"/api/v1/reservations/{first}/check-in", null);
        Lab.Clock.SetUtcNow(nine.AddMinutes(40));
        using var ended = await ada.PostAsync($"/api/v1/reservations/{first}/end", null);

        Assert.That(ended.StatusCode, Is.EqualTo(HttpStatusCode.OK).Or.EqualTo(HttpStatusCode.Accepted), await ended.Content.ReadAsStringAsync());
        Assert.That(await KeptOfAsync(first), Is.EqualTo(Slot(nine.AddMinutes(-10), nine.AddMinutes(55))));
        Assert.That(await KeptOfAsync(second), Is.EqualTo(Slot(nine.AddMinutes(55), nine.AddMinutes(135))), "behind the clean-up of the first");
    }

    [Test]
    public async Task Stay_as_they_were_once_they_are_completed()
    {
        using var ada = await PersonAsync();
        var nine = FreshDay();
        var first = await BookedAsync(ada, nine, nine.AddHours(1), "printer-1");
        await BookedAsync(ada, nine.AddHours(1), nine.AddHours(2), "printer-1");
        await Lab.WithDbAsync(db => db.Reservations.Where(r => r.Id == new ReservationId(first)).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, ReservationState.Completed)));

        Lab.Clock.SetUtcNow(nine.AddMinutes(80));
        await Lab.Services.GetRequiredService<DeskSweep>().RunAsync(CancellationToken.None);

        Assert.That(await KeptOfAsync(first), Is.EqualTo(Slot(nine.AddMinutes(-10), nine.AddHours(1))));
    }

    [Test]
    public async Task Share_what_is_left_when_the_short_one_between_them_is_cancelled()
    {
        using var ada = await PersonAsync();
        var nine = FreshDay();
        var first = await BookedAsync(ada, nine, nine.AddHours(1));
        var between = await BookedAsync(ada, nine.AddHours(1), nine.AddMinutes(75));
        var last = await BookedAsync(ada, nine.AddMinutes(75), nine.AddHours(2));

        await CancelAsync(ada, between);

        Assert.That(await KeptOfAsync(first), Is.EqualTo(Slot(nine.AddMinutes(-10), nine.AddMinutes(75))));
        Assert.That(await KeptOfAsync(last), Is.EqualTo(Slot(nine.AddMinutes(75), nine.AddMinutes(135))));
    }

    [Test]
    public async Task Both_get_it_back_when_one_makes_way_to_another_unit_of_the_pool()
    {
        using var ada = await PersonAsync();
        var nine = FreshDay();
        var first = await BookedAsync(ada, nine, nine.AddHours(1), "printers");
        var second = await BookedAsync(ada, nine.AddHours(1), nine.AddHours(2), "printers");
        var (from, same) = (await UnitOfAsync(first), await UnitOfAsync(second));

        await using (var scope = Lab.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<PoolReseating>().MakeWayAsync(from, CancellationToken.None);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(same, Is.EqualTo(from), "they touch on one unit");
            Assert.That(await UnitOfAsync(first), Is.Not.EqualTo(from));
            Assert.That(await KeptOfAsync(first), Is.EqualTo(Slot(nine.AddMinutes(-10), nine.AddMinutes(75))));
            Assert.That(await KeptOfAsync(second), Is.EqualTo(Slot(nine.AddMinutes(50), nine.AddMinutes(135))));
        }

        await CancelAsync(ada, first);
        await CancelAsync(ada, second);
    }

    private static TimeSlot Slot(DateTimeOffset start, DateTimeOffset end) => new(Instant.FromDateTimeOffset(start), Instant.FromDateTimeOffset(end));

    private Task<TimeSlot> KeptOfAsync(Guid id) => Lab.WithDbAsync(async db => (await db.Reservations.AsNoTracking().SingleAsync(r => r.Id == new ReservationId(id))).Kept);

    private Task<MachineId> UnitOfAsync(Guid id) => Lab.WithDbAsync(db => db.Reservations.Where(r => r.Id == new ReservationId(id)).Select(r => r.Machine).SingleAsync());

    private async Task RulesAsync(string rules)
    {
        using var answer = await manager.PutAsJsonAsync("/api/v1/sites/atelier/rules", new JsonObject { ["rules"] = JsonNode.Parse(rules), ["note"] = "for a test" });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
    }
}
