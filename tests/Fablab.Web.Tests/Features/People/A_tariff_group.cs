using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Web.Data;

namespace Fablab.Web.Tests.Features.People;

public sealed class A_tariff_group(StorageProvider provider) : PeopleTest(provider)
{
    [Test]
    public async Task Is_made_and_renamed_by_staff()
    {
        using var made = await Manager.PostAsJsonAsync("/api/v1/tariff-groups", new { code = "students", name = "Students" });
        using var doubled = await Administrator.PostAsJsonAsync("/api/v1/tariff-groups", new { code = "students", name = "Others" });
        using var maker = await Maker.PostAsJsonAsync("/api/v1/tariff-groups", new { code = "makers", name = "Makers" });
        var id = (await JsonOfAsync(made)).GetProperty("id").GetGuid();

        using var renamed = await RenameAsync(id, "All students", made.Headers.ETag!.ToString());
        using var stale = await RenameAsync(id, "Some students", made.Headers.ETag!.ToString());

        Assert.That(
            (made.StatusCode, doubled.StatusCode, maker.StatusCode, renamed.StatusCode, stale.StatusCode),
            Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Conflict, HttpStatusCode.NotFound, HttpStatusCode.OK, HttpStatusCode.PreconditionFailed)));
    }

    [Test]
    public async Task Counts_for_a_member_only_from_its_first_day_to_its_last()
    {
        var (email, id) = await PersonAsync();
        using var member = await Lab.ClientOfAsync(email);
        using var made = await Manager.PostAsJsonAsync("/api/v1/tariff-groups", new { code = "short", name = "Short bookings" });
        var group = (await JsonOfAsync(made)).GetProperty("id").GetGuid();
        using var rules = await Manager.PutAsJsonAsync("/api/v1/sites/atelier/rules", new
        {
            note = "For a test",
            rules = new[] { new { kind = "length", scope = new { group }, maximum = "0:30:00" } },
        });
        Assert.That(rules.IsSuccessStatusCode, Is.True, await rules.Content.ReadAsStringAsync());
        var before = await ProblemsAsync(member);

        using var put = await PutAsync(Manager, id, group, "2026-03-01T00:00:00Z", "2027-03-01T00:00:00Z");
        using var again = await PutAsync(Manager, id, group, "2026-06-01T00:00:00Z", null);
        using var backwards = await PutAsync(Manager, id, group, "2026-06-01T00:00:00Z", "2026-05-01T00:00:00Z");
        using var elsewhere = await PutAsync(Elsewhere, id, group, "2028-06-01T00:00:00Z", null);
        using var desk = await PutAsync(FrontDesk, id, group, "2028-06-01T00:00:00Z", null);
        var during = await ProblemsAsync(member);
        var shown = (await MemberAsync(Manager, id)).GetProperty("groups").ToString();
        var row = (await JsonOfAsync(put)).GetProperty("id").GetGuid();
        using var ended = await Manager.PostAsync(new Uri($"/api/v1/members/{id}/groups/{row}/end", UriKind.Relative), null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (put.StatusCode, again.StatusCode, backwards.StatusCode, elsewhere.StatusCode, desk.StatusCode, ended.StatusCode),
                Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity, HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NoContent)));
            Assert.That(before, Does.Not.Contain("slot-too-long"));
            Assert.That(during, Does.Contain("slot-too-long"));
            Assert.That(shown, Does.Contain("student card 2026/27"));
            Assert.That(await ProblemsAsync(member), Does.Not.Contain("slot-too-long"));
        }
    }

    private static Task<HttpResponseMessage> PutAsync(HttpClient by, Guid member, Guid groupId, string from, string? until) =>
        by.PostAsJsonAsync($"/api/v1/members/{member}/groups", new { groupId, from, until, proof = "student card 2026/27" });

    private Task<HttpResponseMessage> RenameAsync(Guid id, string name, string tag) => Manager.SendAsync(new HttpRequestMessage(HttpMethod.Put, $"/api/v1/tariff-groups/{id}")
    {
        Content = JsonContent.Create(new { name }), Headers = { { "If-Match", tag } },
    });
}
