using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.People;

public sealed class Giving_roles(StorageProvider provider) : PeopleTest(provider)
{
    [Test]
    public async Task Counts_at_once_and_so_does_taking_them_away()
    {
        var (email, id) = await PersonAsync();
        using var member = await Lab.ClientOfAsync(email);
        var before = await SeesPeopleAsync(member);

        using var granted = await GrantAsync(Administrator, id, "frontDesk", "atelier");
        var between = await SeesPeopleAsync(member);
        var role = (await JsonOfAsync(granted)).GetProperty("id").GetGuid();
        using var taken = await Administrator.DeleteAsync(new Uri($"/api/v1/members/{id}/roles/{role}", UriKind.Relative));

        Assert.That((before, between, await SeesPeopleAsync(member)), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.OK, HttpStatusCode.NotFound)));
        Assert.That((granted.StatusCode, taken.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.NoContent)));
    }

    [Test]
    public async Task Is_for_administrators_alone()
    {
        var (_, id) = await PersonAsync();

        using var manager = await GrantAsync(Manager, id, "manager", "atelier");
        using var desk = await GrantAsync(FrontDesk, id, "frontDesk", "atelier");
        using var nowhere = await GrantAsync(Administrator, id, "manager", null);
        using var everywhere = await GrantAsync(Administrator, id, "administrator", "atelier");

        Assert.That(
            new[] { manager, desk, nowhere, everywhere }.Select(answer => answer.StatusCode), Is.All.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Gives_none_when_none_is_named_or_the_site_is_unknown()
    {
        var (_, id) = await PersonAsync();

        using var nothing = await Administrator.PostAsJsonAsync($"/api/v1/members/{id}/roles", new { });
        using var misspelt = await GrantAsync(Administrator, id, "administrator", "no-such-site");
        var roles = await Lab.WithDbAsync(db => db.RoleGrants.CountAsync(grant => grant.Member == new Fablab.Domain.Members.MemberId(id)));

        Assert.That((nothing.StatusCode, misspelt.StatusCode, roles), Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.NotFound, 0)));
    }

    [Test]
    public async Task Leaves_an_administrator_even_when_two_take_the_role_from_each_other()
    {
        var (_, id) = await PersonAsync();
        using var granted = await GrantAsync(Administrator, id, "administrator", null);
        var second = (await JsonOfAsync(granted)).GetProperty("id").GetGuid();
        var first = DemoIds.Numbered(83);

        var answers = await Task.WhenAll(
            Administrator.DeleteAsync(new Uri($"/api/v1/members/{id}/roles/{second}", UriKind.Relative)),
            Administrator.DeleteAsync(new Uri($"/api/v1/members/{DemoIds.Numbered(76)}/roles/{first}", UriKind.Relative)));
        var left = await Lab.WithDbAsync(db => db.RoleGrants.CountAsync(grant => grant.Role == StaffRole.Administrator));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(left, Is.EqualTo(1), string.Join(" ", answers.Select(answer => answer.StatusCode)));
            Assert.That(async () => await Lab.WithDbAsync(db => db.RoleGrants.Where(grant => grant.Role == StaffRole.Administrator).ExecuteDeleteAsync()), Throws.Exception, "the database keeps the last one");
        }

        // The others go on with the one they know.
        await Lab.WithDbAsync(async db =>
        {
            if (!await db.RoleGrants.AnyAsync(grant => grant.Id == first))
            {
                db.Add(new RoleGrantRow { Id = first, Member = new(DemoIds.Numbered(76)), Role = StaffRole.Administrator });
            }

            return await db.SaveChangesAsync();
        });
    }

    private static async Task<HttpStatusCode> SeesPeopleAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(new Uri("/api/v1/members", UriKind.Relative));
        return answer.StatusCode;
    }

    private static Task<HttpResponseMessage> GrantAsync(HttpClient by, Guid member, string role, string? site) => by.PostAsJsonAsync($"/api/v1/members/{member}/roles", new { role, site });
}
