using System.Net.Http.Json;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Exchange;

public sealed class Importing_authorisations(StorageProvider provider) : ExchangeTest(provider)
{
    private const string Header = "memberEmail,machine,level,hours,grantedAt,validUntil\n";

    [Test]
    public async Task Grants_them_without_telling_anybody_and_not_twice()
    {
        await MakeMemberAsync("skilled");
        const string File = Header + "skilled@fablab.example,room-1,full,,2025-10-01,2027-09-30\n";
        var notices = await Lab.WithDbAsync(db => db.Notices.CountAsync());

        var first = await ImportAsync(Manager, "authorisations", File);
        var second = await ImportAsync(Manager, "authorisations", File);

        var row = await AuthorisationAsync("skilled");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((RowsOf(first)[0], RowsOf(second)[0]), Is.EqualTo(("create", "unchanged")));
            Assert.That((row.GrantedAt.ToString(), row.ValidUntil.ToString()), Is.EqualTo(("2025-09-30T22:00:00Z", "2027-09-30T22:00:00Z")), "days are the site's, the last one is valid to its end");
            Assert.That(await Lab.WithDbAsync(db => db.Notices.CountAsync()), Is.EqualTo(notices));
        }
    }

    [Test]
    public async Task Knows_hours_of_the_week()
    {
        await MakeMemberAsync("evening");

        var told = await ImportAsync(Manager, "authorisations", Header + "evening@fablab.example,room-1,limitedHours,monday 18:00-22:00|friday 18:00-23:30,,\n");

        var row = await AuthorisationAsync("evening");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(RowsOf(told), Is.EqualTo(["create"]));
            Assert.That((row.Level, row.Hours!.All.Count), Is.EqualTo((AuthorisationLevel.LimitedHours, 2)));
        }
    }

    [Test]
    public async Task Never_undoes_what_a_person_stopped()
    {
        await MakeMemberAsync("stopped");
        await ImportAsync(Manager, "authorisations", Header + "stopped@fablab.example,room-1,full,,2025-10-01,\n");
        var member = await Lab.WithDbAsync(db => db.Users.Where(user => user.Email == "stopped@fablab.example").Select(user => user.Id).SingleAsync());
        using var suspended = await Manager.PostAsJsonAsync($"/api/v1/authorisations/{member}/room-1/suspend", new { reason = "Left the door open" });
        Assert.That(suspended.IsSuccessStatusCode, await suspended.Content.ReadAsStringAsync());

        var same = await ImportAsync(Manager, "authorisations", Header + "stopped@fablab.example,room-1,full,,2025-10-01,\n");
        var other = await ImportAsync(Manager, "authorisations", Header + "stopped@fablab.example,room-1,full,,2025-12-01,\n");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((RowsOf(same)[0], RowsOf(other)[0]), Is.EqualTo(("unchanged", "refused authorisation-stopped")));
            Assert.That((await AuthorisationAsync("stopped")).IsSuspended, Is.True);
        }
    }

    [Test]
    public async Task Of_another_site_or_of_nobody_known_are_refused()
    {
        var told = await TryAsync(
            Manager, "authorisations", Header + $"{DemoIds.Maker},laser-1,full,,,\nnobody@fablab.example,room-1,full,,,\n{DemoIds.Maker},room-1,full,monday 09:00-10:00,,\n{DemoIds.Maker},room-1,full,,2027-01-01,\n");

        Assert.That(RowsOf(told), Is.EqualTo(["refused machine-unknown", "refused member-unknown", "refused hours-with-level", "refused in-the-future"]));
    }

    private Task<Web.Data.Rows.MachineAuthorisationRow> AuthorisationAsync(string name) => Lab.WithDbAsync(async db =>
    {
        var member = new Domain.Members.MemberId(await db.Users.Where(user => user.Email == $"{name}@fablab.example").Select(user => user.Id).SingleAsync());
        return await db.MachineAuthorisations.AsNoTracking().SingleAsync(row => row.Member == member && row.Machine == DemoIds.Room1);
    });

    private Task<System.Text.Json.JsonElement> MakeMemberAsync(string name) =>
        ImportAsync(Administrator, "members", $"email,name\n{name}@fablab.example,{name}\n", "?site=atelier");
}
