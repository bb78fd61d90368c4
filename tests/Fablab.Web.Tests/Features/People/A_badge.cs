using System.Net;
using System.Net.Http.Json;
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

    private static Task<HttpResponseMessage> RegisterAsync(HttpClient by, Guid member, string number) => by.PostAsJsonAsync($"/api/v1/members/{member}/badges", new { number, label = "blue ring" });

    private static Task<HttpResponseMessage> FindAsync(HttpClient by, string number) => by.PostAsJsonAsync("/api/v1/members/find-by-badge", new { number });
}
