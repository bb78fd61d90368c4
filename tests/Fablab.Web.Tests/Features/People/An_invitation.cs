using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.People;

public sealed class An_invitation(StorageProvider provider) : JoiningTest(provider)
{
    private const string Subject = "Campus Saint-Malo invites you";

    [Test]
    public async Task Makes_a_member_with_a_name_and_a_password_of_their_own_once()
    {
        var (email, group) = (FreshAddress(), await GroupAsync());
        using var manager = await Lab.ClientOfAsync(DemoIds.CampusManager);
        using var invited = await InviteAsync(manager, email, group);
        var link = await LinkAsync(email, Subject);
        using var browser = await OpenAsync();

        await browser.GoAsync(link);
        await browser.SendAsync("form.narrow", new() { ["displayName"] = "Ida Invited", ["password"] = Password });
        var welcome = browser.Text;
        await browser.SendAsync("form[action='/sign-in']", new() { ["email"] = email, ["password"] = Password });
        var signedIn = browser.Address;
        using var other = await OpenAsync();
        await other.GoAsync(link);
        using var member = await Lab.ClientOfAsync(email);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(invited.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(welcome, Does.Contain("Welcome!"));
            Assert.That(signedIn, Is.EqualTo("/"), "the link confirmed the address");
            Assert.That(other.Text, Does.Contain("no longer works"));
            Assert.That(await MembershipAsync(email, DemoIds.Campus), Is.EqualTo(MembershipState.Active));
            Assert.That(await Lab.WithDbAsync(db => db.TariffGroupMembers.CountAsync(row => row.Group == new TariffGroupId(group))), Is.EqualTo(1));
            Assert.That(await ProblemsAsync(member, "laser-1"), Does.Not.Contain("membership"));
        }
    }

    [Test]
    public async Task Counts_once_even_at_the_same_moment()
    {
        var email = FreshAddress();
        using var manager = await Lab.ClientOfAsync(DemoIds.CampusManager);
        using var invited = await InviteAsync(manager, email);
        var key = (await LinkAsync(email, Subject)).Split('/')[^1];

        var answers = await Task.WhenAll(AcceptAsync(key, "One"), AcceptAsync(key, "Two"));

        Assert.That(answers.Select(answer => answer.StatusCode), Is.EquivalentTo([HttpStatusCode.NoContent, HttpStatusCode.NotFound]));
    }

    [Test]
    public async Task Makes_a_member_of_who_has_an_account_and_leaves_the_password_alone()
    {
        var email = FreshAddress();
        using var member = await JoinedAsync(email);
        using var manager = await Lab.ClientOfAsync(DemoIds.CampusManager);
        using var invited = await InviteAsync(manager, email);
        using var browser = await OpenAsync();

        await browser.GoAsync(await LinkAsync(email, Subject));
        var asksForPassword = browser.Page.QuerySelector("#password") is not null;
        await browser.SendAsync("form.narrow");
        await browser.SendAsync("form[action='/sign-in']", new() { ["email"] = email, ["password"] = Password });

        Assert.That((asksForPassword, browser.Address), Is.EqualTo((false, "/")));
        Assert.That(await MembershipAsync(email, DemoIds.Campus), Is.EqualTo(MembershipState.Active));
    }

    [Test]
    public async Task Takes_an_address_back_that_somebody_else_registered_and_nobody_confirmed()
    {
        var email = FreshAddress();
        using var squatted = await RegisterAsync(email, password: "somebody else knows this one");
        using var manager = await Lab.ClientOfAsync(DemoIds.CampusManager);
        using var invited = await InviteAsync(manager, email);
        using var accepted = await AcceptAsync((await LinkAsync(email, Subject)).Split('/')[^1], "Ida Invited");
        using var visitor = Lab.Visitor();

        using var theirs = await visitor.PostAsJsonAsync("/api/v1/sign-in", new { email, password = "somebody else knows this one" });
        using var owners = await visitor.PostAsJsonAsync("/api/v1/sign-in", new { email, password = Password });

        Assert.That((accepted.StatusCode, theirs.StatusCode, owners.StatusCode), Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.Unauthorized, HttpStatusCode.Created)));
    }

    [Test]
    public async Task Ends_after_two_weeks_and_when_it_is_withdrawn()
    {
        var (first, second) = (FreshAddress(), FreshAddress());
        using var manager = await Lab.ClientOfAsync(DemoIds.CampusManager);
        using var one = await InviteAsync(manager, first);
        using var other = await InviteAsync(manager, second);
        var (old, withdrawn) = ((await LinkAsync(first, Subject)).Split('/')[^1], (await LinkAsync(second, Subject)).Split('/')[^1]);

        var id = (await other.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
        using var taken = await manager.DeleteAsync($"/api/v1/sites/campus/invitations/{id}");
        using var twice = await manager.DeleteAsync($"/api/v1/sites/campus/invitations/{id}");
        using var afterwards = await AcceptAsync(withdrawn, "Late");
        Lab.Clock.Advance(TimeSpan.FromDays(14));
        using var late = await AcceptAsync(old, "Late");
        var open = await manager.GetStringAsync("/api/v1/sites/campus/invitations");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((taken.StatusCode, twice.StatusCode, afterwards.StatusCode, late.StatusCode),
                Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
            Assert.That(open, Does.Not.Contain(first).And.Not.Contain(second));
        }
    }

    [Test]
    public async Task Comes_only_from_staff_of_the_site_and_tells_them_nothing_of_accounts()
    {
        using var elsewhere = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        using var maker = await Lab.ClientOfAsync(DemoIds.Maker);
        using var manager = await Lab.ClientOfAsync(DemoIds.CampusManager);

        using var byOther = await InviteAsync(elsewhere, FreshAddress());
        using var byMaker = await InviteAsync(maker, FreshAddress());
        using var seen = await elsewhere.GetAsync("/api/v1/sites/campus/invitations");
        using var known = await InviteAsync(manager, DemoIds.Maker);
        using var browser = await OpenAsync(DemoIds.AtelierManager);
        await browser.GoAsync("/sites/campus/invitations");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(new[] { byOther, byMaker, seen }.Select(answer => answer.StatusCode), Is.All.EqualTo(HttpStatusCode.NotFound));
            Assert.That(known.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    [Test]
    public async Task Is_sent_once_until_it_is_used_or_withdrawn()
    {
        var email = FreshAddress();
        using var manager = await Lab.ClientOfAsync(DemoIds.CampusManager);
        using var first = await InviteAsync(manager, email);
        using var again = await InviteAsync(manager, email.ToUpperInvariant());
        var id = (await first.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
        using var withdrawn = await manager.DeleteAsync($"/api/v1/sites/campus/invitations/{id}");
        using var anew = await InviteAsync(manager, email);

        Assert.That((again.StatusCode, anew.StatusCode), Is.EqualTo((HttpStatusCode.UnprocessableEntity, HttpStatusCode.Created)));
        Assert.That(await again.Content.ReadAsStringAsync(), Does.Contain("invitation-refused").And.Contain("already-invited"));
    }

    private static Task<HttpResponseMessage> InviteAsync(HttpClient by, string email, Guid? group = null) =>
        by.PostAsJsonAsync("/api/v1/sites/campus/invitations", new { email, language = "en", groupId = group });

    private Task<HttpResponseMessage> AcceptAsync(string key, string displayName) =>
        Lab.Visitor().PostAsJsonAsync("/api/v1/invitations/accept", new { key, displayName, password = Password });

    private Task<Guid> GroupAsync() => Lab.WithDbAsync(async db =>
    {
        var id = Guid.CreateVersion7();
        db.Add(new TariffGroupRow { Id = new TariffGroupId(id), Code = $"group-{id:n}"[..30], Name = "Students" });
        await db.SaveChangesAsync();
        return id;
    });
}
