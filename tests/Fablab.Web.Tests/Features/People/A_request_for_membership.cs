using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.People;

public sealed class A_request_for_membership(StorageProvider provider) : JoiningTest(provider)
{
    [Test]
    public async Task Lets_one_sign_in_but_not_book_until_a_manager_says_yes()
    {
        var email = FreshAddress();
        using var member = await JoinedAsync(email, "campus");
        using var manager = await Lab.ClientOfAsync(DemoIds.CampusManager);
        var before = await ProblemsAsync(member, "laser-1");
        using var booked = await member.PostAsJsonAsync(
            "/api/v1/reservations", new { machine = "laser-1", start = "2027-03-09T09:00:00Z", end = "2027-03-09T10:00:00Z", acceptSoft = new[] { "membership-waits", "authorisation-missing" } });

        using var answer = await AnswerAsync(manager, await IdAsync(email), "accept", null);
        var after = await ProblemsAsync(member, "laser-1");
        using var again = await AnswerAsync(manager, await IdAsync(email), "accept", null);
        await SendAllAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(before, Does.Contain("membership-waits"));
            Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity), "only a manager lifts it");
            Assert.That((answer.StatusCode, again.StatusCode), Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.Conflict)));
            Assert.That(after, Does.Not.Contain("membership"));
            Assert.That(Mail.To(email).Select(mail => mail.Subject), Does.Contain("Campus Saint-Malo: welcome"));
        }
    }

    [Test]
    public async Task Is_told_to_the_managers_of_the_site_once_the_address_is_confirmed()
    {
        using var campus = await Lab.ClientOfAsync(DemoIds.CampusManager);
        var email = FreshAddress();

        using var registered = await RegisterAsync(email, "campus");
        var unconfirmed = (await WaitingAsync(campus), await NoticesAsync(campus));
        using var member = await ConfirmedAsync(email);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(unconfirmed.Item1, Does.Not.Contain(email));
            Assert.That(await NoticesAsync(campus), Is.EqualTo(unconfirmed.Item2 + 1));
            Assert.That(await WaitingAsync(campus), Does.Contain(email));
        }
    }

    [Test]
    public async Task Is_refused_with_a_reason_that_the_member_reads()
    {
        var email = FreshAddress();
        using var member = await JoinedAsync(email, "campus");
        using var manager = await OpenAsync(DemoIds.CampusManager);

        await manager.GoAsync("/people/requests");
        var id = await IdAsync(email);
        await manager.SendAsync($"li:has(input[value='{id}']) form", new() { ["reason"] = "Pupils of the school only" }, $"li:has(input[value='{id}']) button[value=refuse]");
        var notices = await member.GetStringAsync("/api/v1/notices");
        using var askedAgain = await member.PostAsync(new Uri("/api/v1/sites/campus/membership", UriKind.Relative), null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await MembershipAsync(email, DemoIds.Campus), Is.EqualTo(MembershipState.Refused));
            Assert.That(notices, Does.Contain("membership-refused").And.Contain("Pupils of the school only"));
            Assert.That(askedAgain.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That(await ProblemsAsync(member, "laser-1"), Does.Contain("membership-needed"));
            Assert.That(await ProblemsAsync(member, "printer-1"), Does.Not.Contain("membership"), "the atelier is open to everybody");
        }
    }

    [Test]
    public async Task Is_neither_seen_nor_answered_by_who_manages_another_site_or_none()
    {
        var email = FreshAddress();
        using var member = await JoinedAsync(email, "campus");
        using var elsewhere = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        using var maker = await Lab.ClientOfAsync(DemoIds.Maker);
        var id = await IdAsync(email);

        using var byOther = await AnswerAsync(elsewhere, id, "accept", null);
        using var byMaker = await AnswerAsync(maker, id, "accept", null);
        using var byThemselves = await AnswerAsync(member, id, "accept", null);
        using var browser = await OpenAsync(DemoIds.Maker);
        await browser.GoAsync("/people/requests");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(new[] { byOther, byMaker, byThemselves }.Select(answer => answer.StatusCode), Is.All.EqualTo(HttpStatusCode.NotFound));
            Assert.That(await WaitingAsync(elsewhere), Does.Not.Contain(email));
            Assert.That(await WaitingAsync(maker), Is.EqualTo("[]"));
            Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    [Test]
    public async Task Comes_from_a_member_of_another_site_by_a_button()
    {
        var email = FreshAddress();
        using var member = await JoinedAsync(email);
        using var browser = await OpenAsync();
        await browser.GoAsync("/sign-in");
        await browser.SendAsync("form[action='/sign-in']", new() { ["email"] = email, ["password"] = Password });

        await browser.GoAsync("/sites/campus");
        await browser.SendAsync("form[action='/sites/campus/membership']");

        Assert.That(browser.Text, Does.Contain("waits for a manager"));
        Assert.That(await MembershipAsync(email, DemoIds.Campus), Is.EqualTo(MembershipState.Waiting));
    }

    [Test]
    public async Task Is_needless_where_the_first_booking_makes_a_member()
    {
        using var member = await Lab.ClientOfAsync(await PersonAsync(name: "Firmin First"));
        var email = (await member.GetFromJsonAsync<JsonElement>("/api/v1/members/me")).GetProperty("email").GetString()!;
        var before = await MembershipAsync(email, DemoIds.Atelier);

        using var booked = await member.PostAsJsonAsync("/api/v1/reservations", new { machine = "printer-1", start = "2027-03-10T09:00:00Z", end = "2027-03-10T10:00:00Z" });

        Assert.That((before, booked.StatusCode, await MembershipAsync(email, DemoIds.Atelier)), Is.EqualTo(((MembershipState?)null, HttpStatusCode.Created, (MembershipState?)MembershipState.Active)));
    }

    [Test]
    public async Task Is_what_a_site_asks_for_when_its_manager_says_so()
    {
        using var manager = await Lab.ClientOfAsync(DemoIds.CampusManager);
        using var maker = await Lab.ClientOfAsync(DemoIds.Maker);

        using var read = await manager.GetAsync("/api/v1/sites/campus/policy");
        using var stale = await PutAsync(manager, "open", "\"Open\"");
        using var foreign = await maker.PutAsJsonAsync("/api/v1/sites/campus/policy", new { registration = "open" });
        using var saved = await PutAsync(manager, "approval", read.Headers.ETag!.ToString());

        Assert.That((stale.StatusCode, foreign.StatusCode, saved.StatusCode), Is.EqualTo((HttpStatusCode.PreconditionFailed, HttpStatusCode.NotFound, HttpStatusCode.OK)));
    }

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, string registration, string tag) => client.SendAsync(new HttpRequestMessage(HttpMethod.Put, "/api/v1/sites/campus/policy")
    {
        Content = JsonContent.Create(new { registration }), Headers = { { "If-Match", tag } },
    });

    private static Task<HttpResponseMessage> AnswerAsync(HttpClient manager, Guid member, string verb, string? reason) =>
        manager.PostAsJsonAsync($"/api/v1/sites/campus/membership-requests/{member}/{verb}", new { reason });

    private static Task<string> WaitingAsync(HttpClient manager) => manager.GetStringAsync("/api/v1/membership-requests");

    private static async Task<int> NoticesAsync(HttpClient member) =>
        (await member.GetFromJsonAsync<JsonElement>("/api/v1/notices")).GetProperty("items").EnumerateArray().Count(notice => notice.GetProperty("code").GetString() == "membership-asked");

    private async Task<HttpClient> ConfirmedAsync(string email)
    {
        using var browser = await OpenAsync();
        await browser.GoAsync(await LinkAsync(email, "Confirm your address"));
        await browser.SendAsync("form[action^='/confirm-address/']", new() { ["password"] = Password });
        return await Lab.ClientOfAsync(email);
    }

    private Task<Guid> IdAsync(string email) => Lab.WithDbAsync(db => db.Users.Where(user => user.Email == email).Select(user => user.Id).SingleAsync());
}
