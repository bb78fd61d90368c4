using System.Net;
using System.Net.Http.Json;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Features.Desks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Features.Presence;

/// <summary>The mill asks for an authorisation, which Malo and the manager of the atelier have.</summary>
public sealed class Starting_with_somebody_there(StorageProvider provider) : PresenceTest(provider)
{
    [TearDown]
    public async Task Leave_no_rules_behind() => await RulesAsync("[]");

    [Test]
    public async Task Needs_a_second_person_who_is_authorised_and_in_when_the_rule_asks_at_the_start()
    {
        await RulesAsync("""[{ "kind": "people", "atLeast": 2, "atStart": true, "scope": { "category": "cncMill" } }]""");
        var (_, untrained) = await PersonAsync();
        await EmptyAsync();
        var id = await BookedAsync("cnc-1", company: true);

        using var alone = await CheckInAsync(id);
        var refused = await JsonOfAsync(alone);
        using var noted = await FrontDesk.PostAsJsonAsync("/api/v1/sites/atelier/visits", new { memberId = untrained });
        using var withUntrained = await CheckInAsync(id);
        using var manager = await FrontDesk.PostAsJsonAsync("/api/v1/sites/atelier/visits", new { memberId = DemoIds.Numbered(73) });
        using var together = await CheckInAsync(id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused.GetProperty("code").GetString(), alone.StatusCode), Is.EqualTo(("second-person-missing", HttpStatusCode.Conflict)));
            Assert.That(refused.GetProperty("facts").GetProperty("needed").GetInt32(), Is.EqualTo(1));
            Assert.That(await CodeOfAsync(withUntrained), Is.EqualTo("second-person-missing"));
            Assert.That(together.StatusCode, Is.EqualTo(HttpStatusCode.OK), await together.Content.ReadAsStringAsync());
        }
    }

    [Test]
    public async Task Needs_the_person_themselves_in_where_a_rule_says_so()
    {
        await RulesAsync("""[{ "kind": "presence" }, { "kind": "walk-up", "use": "createsBooking" }]""");
        var (email, id) = await PersonAsync();
        using var member = await Lab.ClientOfAsync(email);

        using var walksUp = await member.PostAsJsonAsync("/api/v1/machines/printer-2/walk-up", new { });
        using var noted = await FrontDesk.PostAsJsonAsync("/api/v1/sites/atelier/visits", new { memberId = id });
        using var again = await member.PostAsJsonAsync("/api/v1/machines/printer-2/walk-up", new { });
        var booked = (await JsonOfAsync(again)).GetProperty("id").GetGuid();
        using var started = await member.PostAsync(new Uri($"/api/v1/reservations/{booked}/check-in", UriKind.Relative), null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await CodeOfAsync(walksUp), Is.EqualTo("not-badged-in"));
            Assert.That(await Lab.WithDbAsync(db => db.Reservations.CountAsync(row => row.Member == new MemberId(id))), Is.EqualTo(1), "what could not begin was not booked");
            Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(started.StatusCode, Is.EqualTo(HttpStatusCode.OK), await started.Content.ReadAsStringAsync());
        }
    }

    [Test]
    public async Task Asks_for_nothing_without_such_a_rule()
    {
        await EmptyAsync();
        var id = await BookedAsync("printer-1");

        using var started = await CheckInAsync(id);

        Assert.That(started.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    private Task<int> EmptyAsync() => Lab.WithDbAsync(db => db.Visits.Where(visit => visit.LeftAt == null).ExecuteDeleteAsync());

    private Task<HttpResponseMessage> CheckInAsync(Guid id) => Maker.PostAsync(new Uri($"/api/v1/reservations/{id}/check-in", UriKind.Relative), null);

    private async Task<Guid> BookedAsync(string machine, bool company = false)
    {
        LaterBy(TimeSpan.FromHours(3));
        await Lab.Services.GetRequiredService<DeskSweep>().RunAsync(CancellationToken.None);
        var now = Lab.Clock.GetUtcNow();
        using var answer = await Maker.PostAsJsonAsync("/api/v1/reservations", new
        {
            machine,
            start = now.UtcDateTime,
            end = now.AddHours(1).UtcDateTime,
            company = company ? new[] { new { guestName = "A friend" } } : [],
        });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }
}
