using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Features.Reservations.Waiting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Features.Reservations.Waiting;

/// <summary>What is offered is measured by the rules that a booking would be judged by, not by the machine's policy.</summary>
public sealed class Rules_for_those_who_wait(StorageProvider provider) : WaitingTest(provider)
{
    [TearDown]
    public Task Leave_no_rules_behind() => RulesAsync("[]");

    [Test]
    public async Task Shorten_an_offer_to_what_their_buffers_leave()
    {
        var nine = FreshDay();
        using var waiting = await PersonAsync();
        var gap = await GapAsync(nine);
        await RulesAsync("""[{ "kind": "buffers", "setUp": "0:10:00", "cleanUp": "0:30:00" }]""");
        var wish = await WaitsForUpToTwoHoursAsync(waiting, nine);

        await CancelAsync(Maker, gap);

        Assert.That(await OfferedAsync(waiting, wish), Is.EqualTo((nine.AddMinutes(75), nine.AddMinutes(150))), "set-up after 10:00, clean-up before 12:00");
    }

    [Test]
    public async Task Shorten_an_offer_to_the_longest_slot_in_whole_steps()
    {
        var nine = FreshDay();
        using var waiting = await PersonAsync();
        var gap = await GapAsync(nine);
        await RulesAsync("""[{ "kind": "length", "maximum": "1:30:00", "granularity": "0:40:00" }]""");
        var wish = await WaitsForUpToTwoHoursAsync(waiting, nine);

        await CancelAsync(Maker, gap);

        Assert.That(await OfferedAsync(waiting, wish), Is.EqualTo((nine.AddHours(1), nine.AddMinutes(140))));
    }

    [Test]
    public async Task Are_those_of_each_members_own_groups()
    {
        var nine = FreshDay();
        using var outside = await PersonAsync();
        using var inside = await PersonAsync();
        var gap = await GapAsync(nine);
        var first = await WaitsForUpToTwoHoursAsync(outside, nine);
        var second = await WaitsForUpToTwoHoursAsync(inside, nine);
        var group = await GroupOfAsync(second);
        await RulesAsync($$"""[{ "kind": "buffers", "cleanUp": "0:55:00" }, { "kind": "buffers", "cleanUp": "0:00:00", "scope": { "group": "{{group}}" } }]""");

        await CancelAsync(Maker, gap);
        using var declined = await DeclineAsync(outside, first);

        Assert.That(declined.IsSuccessStatusCode, Is.True, "an hour was left for them");
        Assert.That(await OfferedAsync(inside, second), Is.EqualTo((nine.AddHours(1), nine.AddHours(3))));
    }

    [Test]
    public async Task Shorten_the_time_for_who_stands_at_the_machine()
    {
        Lab.Clock.Advance(TimeSpan.FromHours(12));
        await SweepAsync();
        var now = Lab.Clock.GetUtcNow();
        using var stands = await PersonAsync();
        await BookedAsync(Maker, now.AddHours(1), now.AddHours(2));
        await RulesAsync("""[{ "kind": "buffers", "cleanUp": "0:15:00" }]""");

        using var joined = await JoinAsync(stands, new { machine = "room-1", kind = "now", windowEnd = now.AddHours(2).UtcDateTime, seconds = 7200, minimumSeconds = 1800 });

        Assert.That(await OfferedAsync(stands, (await JsonOfAsync(joined)).GetProperty("id").GetGuid()), Is.EqualTo((now, now.AddMinutes(45))));
    }

    [Test]
    public async Task Are_read_once_however_many_wait()
    {
        var nine = FreshDay();
        await GapAsync(nine);
        await RulesAsync("""[{ "kind": "buffers", "cleanUp": "0:30:00", "scope": { "group": "01900000-0000-7000-8000-000000000001" } }, { "kind": "quota", "mostTime": "900:00:00", "period": "week", "whose": "organisation" }]""");
        using var first = await PersonAsync();
        await WaitsForUpToTwoHoursAsync(first, nine);
        await LookAsync();
        var forOne = await LookAsync();
        for (var more = 0; more < 6; more++)
        {
            using var next = await PersonAsync();
            await WaitsForUpToTwoHoursAsync(next, nine);
        }

        Assert.That(await LookAsync(), Is.EqualTo(forOne).And.LessThanOrEqualTo(12));
    }

    /// <returns>How many statements the look took.</returns>
    private async Task<int> LookAsync()
    {
        var room = await Lab.WithDbAsync(db => db.Machines.Where(row => row.Code == "room-1").Select(row => row.Id).SingleAsync());
        await using var scope = Lab.Services.CreateAsyncScope();
        using var record = Lab.Statements.Record();
        await scope.ServiceProvider.GetRequiredService<OfferTime>().ExecuteAsync(room, CancellationToken.None);
        return record.Of(scope.ServiceProvider.GetRequiredService<FablabDb>()).Count;
    }

    /// <summary>From 10:00 to 12:00, with a booking before and one behind.</summary>
    /// <returns>What fills it.</returns>
    private async Task<Guid> GapAsync(DateTimeOffset nine)
    {
        await BookedAsync(Maker, nine, nine.AddHours(1));
        await BookedAsync(Maker, nine.AddHours(3), nine.AddHours(4));
        return await BookedAsync(Maker, nine.AddHours(1), nine.AddHours(3));
    }

    private static async Task<Guid> WaitsForUpToTwoHoursAsync(HttpClient client, DateTimeOffset nine)
    {
        using var joined = await JoinAsync(client, new { machine = "room-1", windowStart = nine.UtcDateTime, windowEnd = nine.AddHours(4).UtcDateTime, seconds = 7200, minimumSeconds = 3600 });
        Assert.That(joined.IsSuccessStatusCode, Is.True, await joined.Content.ReadAsStringAsync());
        return (await JsonOfAsync(joined)).GetProperty("id").GetGuid();
    }

    private static async Task<(DateTimeOffset Start, DateTimeOffset End)> OfferedAsync(HttpClient client, Guid wish)
    {
        var told = await WishAsync(client, wish);
        Assert.That(told.GetProperty("state").GetString(), Is.EqualTo("offered"), told.ToString());
        return (told.GetProperty("offer").GetProperty("start").GetDateTimeOffset(), told.GetProperty("offer").GetProperty("end").GetDateTimeOffset());
    }

    /// <summary>A new tariff group of whoever has this wish.</summary>
    private async Task<Guid> GroupOfAsync(Guid wish)
    {
        var group = new TariffGroupRow { Id = new TariffGroupId(Guid.CreateVersion7()), Code = $"group-{Guid.NewGuid():N}"[..20], Name = "Patient people" };
        await Lab.WithDbAsync(async db =>
        {
            var member = await db.WaitingList.Where(row => row.Id == new WaitingWishId(wish)).Select(row => row.Member).SingleAsync();
            db.Add(group);
            db.Add(new TariffGroupMemberRow { Id = Guid.CreateVersion7(), Group = group.Id, Member = member, From = Instant.FromUtc(2026, 1, 1, 0, 0) });
            return await db.SaveChangesAsync();
        });
        return group.Id.Value;
    }

    private async Task RulesAsync(string rules)
    {
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        using var saved = await manager.PutAsJsonAsync("/api/v1/sites/atelier/rules", new { note = "For a test", rules = JsonDocument.Parse(rules).RootElement });
        Assert.That(saved.IsSuccessStatusCode, Is.True, await saved.Content.ReadAsStringAsync());
    }
}
