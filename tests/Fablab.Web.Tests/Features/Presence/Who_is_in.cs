using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Tests.Features.Presence;

public sealed class Who_is_in(StorageProvider provider) : PresenceTest(provider)
{
    [Test]
    public async Task Is_told_by_name_to_staff_of_the_site_and_as_a_number_to_others()
    {
        var (door, _) = await KioskAsync();
        var (id, badge, _) = await BadgedAsync("Rozenn Riou");
        await Lab.WithDbAsync(db => db.Users.Where(user => user.Id == id).ExecuteUpdateAsync(set => set.SetProperty(user => user.BirthDate, (LocalDate?)new LocalDate(2012, 5, 1))));
        await MeaningAsync(door, badge);

        var seen = await FrontDesk.GetFromJsonAsync<JsonElement>("/api/v1/sites/atelier/presence");
        var maker = await Maker.GetStringAsync("/api/v1/sites/atelier/presence");
        var elsewhere = await Elsewhere.GetStringAsync("/api/v1/sites/atelier/presence");

        var person = seen.GetProperty("people").EnumerateArray().Single(one => one.GetProperty("memberId").GetGuid() == id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((person.GetProperty("name").GetString(), person.GetProperty("isMinor").GetBoolean()), Is.EqualTo(("Rozenn Riou", true)));
            Assert.That(maker, Does.Contain("\"count\"").And.Not.Contain("Rozenn"));
            Assert.That(elsewhere, Does.Not.Contain("Rozenn"));
        }

        door.Dispose();
    }

    [Test]
    public async Task Is_told_by_hand_by_staff_once_and_the_audit_says_by_whom()
    {
        var (_, id) = await PersonAsync();

        using var told = await FrontDesk.PostAsJsonAsync("/api/v1/sites/atelier/visits", new { memberId = id });
        using var twice = await FrontDesk.PostAsJsonAsync("/api/v1/sites/atelier/visits", new { memberId = id });
        var visit = (await JsonOfAsync(told)).GetProperty("id").GetGuid();
        using var hidden = await Elsewhere.PostAsync(new Uri($"/api/v1/visits/{visit}/end", UriKind.Relative), null);
        using var ended = await FrontDesk.PostAsync(new Uri($"/api/v1/visits/{visit}/end", UriKind.Relative), null);
        using var again = await FrontDesk.PostAsync(new Uri($"/api/v1/visits/{visit}/end", UriKind.Relative), null);

        var actions = await Lab.WithDbAsync(db => db.Audit.AsNoTracking().Where(row => row.Subject == $"visit/{visit}").OrderBy(row => row.Id).Select(row => row.Action).ToListAsync());
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await JsonOfAsync(twice)).GetProperty("id").GetGuid(), Is.EqualTo(visit));
            Assert.That((hidden.StatusCode, ended.StatusCode, again.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.OK, HttpStatusCode.OK)));
            Assert.That((await JsonOfAsync(ended)).GetProperty("leftBy").GetString(), Is.EqualTo("frontDesk"));
            Assert.That(actions, Is.EqualTo(["visit-told-in", "visit-told-out"]));
        }
    }

    [Test]
    public async Task Is_told_by_members_themselves_only_when_they_leave()
    {
        var (email, id) = await PersonAsync();
        using var member = await Lab.ClientOfAsync(email);

        using var arrives = await member.PostAsJsonAsync("/api/v1/sites/atelier/visits", new { });
        using var other = await member.PostAsJsonAsync("/api/v1/sites/atelier/visits", new { memberId = DemoIds.Numbered(72) });
        using var told = await FrontDesk.PostAsJsonAsync("/api/v1/sites/atelier/visits", new { memberId = id });
        using var leaves = await member.PostAsync(new Uri($"/api/v1/visits/{(await JsonOfAsync(told)).GetProperty("id").GetGuid()}/end", UriKind.Relative), null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((arrives.StatusCode, other.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)));
            Assert.That((await JsonOfAsync(leaves)).GetProperty("leftBy").GetString(), Is.EqualTo("self"));
        }
    }

    [Test]
    public async Task Of_another_site_is_not_for_staff_to_tell()
    {
        var (_, id) = await PersonAsync();

        using var unknown = await Elsewhere.PostAsJsonAsync("/api/v1/sites/campus/visits", new { memberId = id });
        using var notTheirs = await Elsewhere.PostAsJsonAsync("/api/v1/sites/atelier/visits", new { memberId = id });

        Assert.That((unknown.StatusCode, notTheirs.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.Forbidden)));
    }

    [Test]
    public async Task Counts_who_uses_a_machine_without_having_badged_in()
    {
        var (email, _) = await PersonAsync("Yann Yvinec");
        using var member = await Lab.ClientOfAsync(email);
        var now = Lab.Clock.GetUtcNow();
        using var booked = await BookAsync(member, (now, now.AddMinutes(30)), "printer-2");
        using var started = await member.PostAsync(new Uri($"/api/v1/reservations/{(await JsonOfAsync(booked)).GetProperty("id").GetGuid()}/check-in", UriKind.Relative), null);
        Assert.That(started.IsSuccessStatusCode, Is.True, await started.Content.ReadAsStringAsync());

        var seen = await Manager.GetFromJsonAsync<JsonElement>("/api/v1/sites/atelier/presence");

        Assert.That(seen.GetProperty("atMachines").EnumerateArray().Select(one => one.GetProperty("name").GetString()), Does.Contain("Yann Yvinec"));
    }
}
