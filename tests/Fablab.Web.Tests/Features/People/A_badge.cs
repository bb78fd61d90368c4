using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.People;

public sealed class A_badge(StorageProvider provider) : PeopleTest(provider)
{
    [Test]
    public async Task Is_found_by_its_number_which_is_not_kept()
    {
        var (_, id) = await PersonAsync();

        using var registered = await RegisterAsync(FrontDesk, id, "04:a2:5f:12");
        using var found = await FindAsync(Manager, "04A2 5F12");
        using var elsewhere = await FindAsync(Elsewhere, "04A25F12");
        using var maker = await FindAsync(Maker, "04A25F12");
        var kept = await Lab.WithDbAsync(db => db.Badges.Select(badge => badge.Hash).ToListAsync());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(registered.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That((await JsonOfAsync(found)).GetProperty("memberId").GetGuid(), Is.EqualTo(id));
            Assert.That((elsewhere.StatusCode, maker.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
            Assert.That(kept, Has.All.Length.EqualTo(64).And.None.Contains("04A25F12"));
        }
    }

    [Test]
    public async Task Counts_for_one_member_until_it_is_revoked()
    {
        var ((_, first), (_, second)) = (await PersonAsync(), await PersonAsync());
        using var registered = await RegisterAsync(Manager, first, "1122-3344");
        var badge = (await JsonOfAsync(registered)).GetProperty("id").GetGuid();

        using var taken = await RegisterAsync(Manager, second, "11223344");
        using var revoked = await Manager.PostAsync(new Uri($"/api/v1/members/{first}/badges/{badge}/revoke", UriKind.Relative), null);
        using var again = await Manager.PostAsync(new Uri($"/api/v1/members/{first}/badges/{badge}/revoke", UriKind.Relative), null);
        using var free = await RegisterAsync(Manager, second, "11223344");
        using var unreadable = await RegisterAsync(Manager, second, "é!");

        Assert.That(
            (taken.StatusCode, revoked.StatusCode, again.StatusCode, free.StatusCode, unreadable.StatusCode),
            Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.Created, HttpStatusCode.UnprocessableEntity)));
    }

    [Test]
    public async Task Is_replaced_by_another_at_once()
    {
        var (_, id) = await PersonAsync();
        using var registered = await RegisterAsync(Manager, id, "AAAA0001");
        var old = (await JsonOfAsync(registered)).GetProperty("id").GetGuid();

        using var reissued = await Manager.PostAsJsonAsync($"/api/v1/members/{id}/badges/{old}/reissue", new { number = "AAAA0002" });
        using var byOld = await FindAsync(Manager, "AAAA0001");
        using var byNew = await FindAsync(Manager, "AAAA0002");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((reissued.StatusCode, byOld.StatusCode, byNew.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.NotFound, HttpStatusCode.OK)));
            Assert.That((await JsonOfAsync(reissued)).GetProperty("label").GetString(), Is.EqualTo("blue ring"), "it keeps the name");
        }
    }

    [Test]
    public async Task Is_revoked_by_who_lost_it_and_by_no_other_member()
    {
        var ((email, id), (stranger, _)) = (await PersonAsync(), await PersonAsync());
        using var member = await Lab.ClientOfAsync(email);
        using var other = await Lab.ClientOfAsync(stranger);
        using var reader = await Lab.ClientOfAsync(email, Scope.Read, Scope.Book);
        using var registered = await RegisterAsync(Manager, id, "BBBB0001");
        var badge = (await JsonOfAsync(registered)).GetProperty("id").GetGuid();
        var own = new Uri($"/api/v1/members/me/badges/{badge}/revoke", UriKind.Relative);

        var listed = await member.GetFromJsonAsync<JsonElement>("/api/v1/members/me/badges");
        using var byOther = await other.PostAsync(own, null);
        using var byReader = await reader.PostAsync(own, null);
        using var revoked = await member.PostAsync(own, null);
        using var again = await member.PostAsync(own, null);
        using var found = await FindAsync(Manager, "BBBB0001");
        var audit = await Lab.WithDbAsync(db => db.Audit.AsNoTracking().Where(row => row.Subject == $"badge/{badge}").Select(row => new { row.Action, row.Actor }).ToListAsync());

        using (Assert.EnterMultipleScope())
        {
            Assert.That((listed.GetArrayLength(), listed[0].GetProperty("label").GetString()), Is.EqualTo((1, "blue ring")));
            Assert.That(
                (byOther.StatusCode, byReader.StatusCode, revoked.StatusCode, again.StatusCode, found.StatusCode),
                Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.Forbidden, HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
            Assert.That(audit.Select(row => row.Action), Is.EquivalentTo(["badge-registered", "badge-revoked"]));
            Assert.That(audit.Single(row => row.Action == "badge-revoked").Actor, Is.EqualTo(new MemberId(id)));
            Assert.That(await ToldAsync(id), Is.EqualTo(["badge-registered"]), "they know what they did themselves");
        }
    }

    [Test]
    public async Task Is_told_to_its_member_by_notice_and_mail_whatever_staff_do_with_it()
    {
        var (_, id) = await PersonAsync();
        using var registered = await RegisterAsync(FrontDesk, id, "CCCC0001");
        var first = (await JsonOfAsync(registered)).GetProperty("id").GetGuid();
        using var reissued = await FrontDesk.PostAsJsonAsync($"/api/v1/members/{id}/badges/{first}/reissue", new { number = "CCCC0002" });
        var second = (await JsonOfAsync(reissued)).GetProperty("id").GetGuid();
        using var revoked = await FrontDesk.PostAsync(new Uri($"/api/v1/members/{id}/badges/{second}/revoke", UriKind.Relative), null);

        string[] codes = ["badge-registered", "badge-reissued", "badge-revoked"];
        Assert.That(await ToldAsync(id), Is.EquivalentTo(codes));
        Assert.That(await Lab.WithDbAsync(db => db.Mails.Where(mail => mail.Member == new MemberId(id)).Select(mail => mail.Code).ToListAsync()), Is.EquivalentTo(codes));
    }

    [Test]
    public async Task Is_given_to_who_stands_higher_by_administrators_alone()
    {
        var ((_, trainer), (_, manager), (_, administrator)) = (await PersonAsync(), await PersonAsync(), await PersonAsync());
        await GrantAsync(trainer, StaffRole.Trainer);
        await GrantAsync(manager, StaffRole.Manager);
        await GrantAsync(administrator, StaffRole.Administrator);
        using var first = await RegisterAsync(Administrator, manager, "DDDD0000");
        var badge = (await JsonOfAsync(first)).GetProperty("id").GetGuid();

        var answers = new List<HttpStatusCode>();
        foreach (var (by, whom) in new[] { (FrontDesk, trainer), (FrontDesk, manager), (FrontDesk, administrator), (Manager, manager), (Manager, administrator), (Administrator, administrator) })
        {
            using var answer = await RegisterAsync(by, whom, $"DDDD000{answers.Count + 1}");
            answers.Add(answer.StatusCode);
        }

        using var reissued = await FrontDesk.PostAsJsonAsync($"/api/v1/members/{manager}/badges/{badge}/reissue", new { number = "DDDD0009" });
        using var revoked = await FrontDesk.PostAsync(new Uri($"/api/v1/members/{manager}/badges/{badge}/revoke", UriKind.Relative), null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                answers,
                Is.EqualTo(new[] { HttpStatusCode.Created, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Created, HttpStatusCode.Forbidden, HttpStatusCode.Created }));
            Assert.That((reissued.StatusCode, revoked.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.NoContent)), "who lost one is helped by whoever is there");
        }

        await Lab.WithDbAsync(db => db.RoleGrants.Where(grant => grant.Member == new MemberId(administrator)).ExecuteDeleteAsync());
    }

    private Task<List<string>> ToldAsync(Guid member) => Lab.WithDbAsync(db => db.Notices.Where(notice => notice.Member == new MemberId(member)).Select(notice => notice.Code).ToListAsync());

    private static Task<HttpResponseMessage> RegisterAsync(HttpClient by, Guid member, string number) => by.PostAsJsonAsync($"/api/v1/members/{member}/badges", new { number, label = "blue ring" });

    private static Task<HttpResponseMessage> FindAsync(HttpClient by, string number) => by.PostAsJsonAsync("/api/v1/members/find-by-badge", new { number });
}
