using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.People;

public sealed class Leaving_a_site(StorageProvider provider) : JoiningTest(provider)
{
    [Test]
    public async Task Takes_a_member_out_of_sight_of_its_staff_tells_nobody_and_can_be_undone()
    {
        var email = FreshAddress();
        using var member = await JoinedAsync(email);
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        using var browser = await OpenAsync();
        await browser.GoAsync("/sign-in");
        await browser.SendAsync("form[action='/sign-in']", new() { ["email"] = email, ["password"] = Password });
        var before = await Lab.WithDbAsync(db => db.Notices.CountAsync());

        await browser.GoAsync("/account");
        var listed = browser.Page.QuerySelector("#sites")!.ParentElement!.TextContent;
        await browser.GoAsync("/account/sites/atelier/leave");
        await browser.SendAsync("form[action='/account/sites/atelier/leave']");
        var (address, state) = (browser.Address, await MembershipAsync(email, DemoIds.Atelier));
        using var again = await member.DeleteAsync(new Uri("/api/v1/sites/atelier/membership", UriKind.Relative));
        var people = await manager.GetStringAsync($"/api/v1/members?search={email}");
        var told = await Lab.WithDbAsync(db => db.Notices.CountAsync());
        var audit = await Lab.WithDbAsync(db => db.Audit.AsNoTracking().SingleAsync(row => row.Action == "site-left"));
        using var back = await member.PostAsync(new Uri("/api/v1/sites/atelier/membership", UriKind.Relative), null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(listed, Does.Contain("Leave this site"));
            Assert.That((address, state, again.StatusCode, back.StatusCode), Is.EqualTo(("/account", (MembershipState?)null, HttpStatusCode.NotFound, HttpStatusCode.OK)));
            Assert.That(people, Does.Not.Contain(email));
            Assert.That(told, Is.EqualTo(before));
            Assert.That((audit.Site, audit.Actor, audit.Before!["origin"]), Is.EqualTo(((Fablab.Domain.Machines.SiteId?)DemoIds.Atelier, audit.Concerns, "Registration")));
            Assert.That(await MembershipAsync(email, DemoIds.Atelier), Is.EqualTo(MembershipState.Active));
        }
    }

    [Test]
    public async Task Waits_until_bookings_and_roles_are_given_back_and_says_which()
    {
        var email = FreshAddress();
        using var member = await JoinedAsync(email);
        using var booked = await member.PostAsJsonAsync("/api/v1/reservations", new { machine = "room-1", start = "2027-03-09T09:00:00Z", end = "2027-03-09T10:00:00Z" });
        Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.Created), await booked.Content.ReadAsStringAsync());
        var id = await Lab.WithDbAsync(db => db.Users.Where(user => user.Email == email).Select(user => user.Id).SingleAsync());
        var grant = new Fablab.Web.Data.Rows.RoleGrantRow { Id = Guid.CreateVersion7(), Member = new MemberId(id), Role = StaffRole.FrontDesk, Site = DemoIds.Atelier };
        await Lab.WithDbAsync(db =>
        {
            db.Add(grant);
            return db.SaveChangesAsync();
        });

        using var both = await LeaveAsync(member);
        await Lab.WithDbAsync(db => db.RoleGrants.Where(row => row.Id == grant.Id).ExecuteDeleteAsync());
        using var one = await LeaveAsync(member);
        var page = await PageAsync(email);
        using var cancelled = await member.PostAsync(new Uri($"/api/v1/reservations/{(await JsonAsync(booked)).GetProperty("id").GetGuid()}/cancel", UriKind.Relative), null);
        using var none = await LeaveAsync(member);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((both.StatusCode, one.StatusCode, none.StatusCode), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.Conflict, HttpStatusCode.NoContent)), await none.Content.ReadAsStringAsync());
            Assert.That(await ReasonsAsync(both), Is.EqualTo(["has-role", "has-bookings"]));
            Assert.That(await ReasonsAsync(one), Is.EqualTo(["has-bookings"]));
            Assert.That(page, Does.Contain("You have bookings to come. Cancel them."));
        }
    }

    [Test]
    public async Task Is_nothing_to_who_belongs_to_none()
    {
        var email = FreshAddress();
        using var member = await JoinedAsync(email);

        using var campus = await member.DeleteAsync(new Uri("/api/v1/sites/campus/membership", UriKind.Relative));
        using var nowhere = await member.DeleteAsync(new Uri("/api/v1/sites/no-such-site/membership", UriKind.Relative));

        Assert.That((campus.StatusCode, nowhere.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
    }

    private static Task<HttpResponseMessage> LeaveAsync(HttpClient member) => member.DeleteAsync(new Uri("/api/v1/sites/atelier/membership", UriKind.Relative));

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>();

    private static async Task<string[]> ReasonsAsync(HttpResponseMessage answer) =>
        [.. (await JsonAsync(answer)).GetProperty("facts").GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString()!)];

    private async Task<string> PageAsync(string email)
    {
        using var browser = await OpenAsync();
        await browser.GoAsync("/sign-in");
        await browser.SendAsync("form[action='/sign-in']", new() { ["email"] = email, ["password"] = Password });
        await browser.GoAsync("/account/sites/atelier/leave");
        await browser.SendAsync("form[action='/account/sites/atelier/leave']");
        return browser.Text;
    }
}
