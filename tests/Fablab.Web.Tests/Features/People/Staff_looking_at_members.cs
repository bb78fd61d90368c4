using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.People;

public sealed class Staff_looking_at_members(StorageProvider provider) : PeopleTest(provider)
{
    [Test]
    public async Task Find_those_of_their_sites_and_none_else()
    {
        var (email, id) = await PersonAsync("Zénobie Zest");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await FoundAsync(Manager, "zest"), Does.Contain(email));
            Assert.That(await FoundAsync(FrontDesk, email.ToUpperInvariant()), Does.Contain(email));
            Assert.That(await FoundAsync(Administrator, "Zénobie"), Does.Contain(email));
            Assert.That(await FoundAsync(Elsewhere, "zest"), Does.Not.Contain(email));
            Assert.That((await Elsewhere.GetAsync(new Uri($"/api/v1/members/{id}", UriKind.Relative))).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((await Maker.GetAsync(new Uri($"/api/v1/members/{id}", UriKind.Relative))).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((await Maker.GetAsync(new Uri("/api/v1/members", UriKind.Relative))).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    [Test]
    public async Task Turn_the_pages_without_missing_anybody()
    {
        for (var one = 0; one < 5; one++)
        {
            await PersonAsync("Same Name");
        }

        var (seen, after) = (new List<Guid>(), "");
        do
        {
            var page = await Administrator.GetFromJsonAsync<JsonElement>($"/api/v1/members?search=same&limit=2&after={after}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid()));
            after = page.TryGetProperty("next", out var next) && next.ValueKind is JsonValueKind.String ? next.GetString()! : "";
        }
        while (after.Length > 0);
        using var bad = await Administrator.GetAsync(new Uri("/api/v1/members?after=-1", UriKind.Relative));

        Assert.That((seen.Count, seen.Distinct().Count(), bad.StatusCode), Is.EqualTo((5, 5, HttpStatusCode.BadRequest)));
    }

    [Test]
    public async Task Write_notes_that_stay_and_that_only_staff_of_the_site_read()
    {
        var (email, id) = await PersonAsync();
        using var member = await Lab.ClientOfAsync(email);

        using var noted = await FrontDesk.PostAsJsonAsync($"/api/v1/members/{id}/notes", new { site = "atelier", text = "Left-handed; likes the small lathe" });
        using var foreign = await Elsewhere.PostAsJsonAsync($"/api/v1/members/{id}/notes", new { site = "campus", text = "Hm" });
        using var own = await member.PostAsJsonAsync($"/api/v1/members/{id}/notes", new { site = "atelier", text = "Me" });
        var read = (await MemberAsync(Manager, id)).ToString();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((noted.StatusCode, foreign.StatusCode, own.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
            Assert.That(read, Does.Contain("small lathe"));
            Assert.That(async () => await Lab.WithDbAsync(db => db.MemberNotes.ExecuteDeleteAsync()), Throws.Exception, "notes are append-only");
        }
    }

    private static Task<string> FoundAsync(HttpClient by, string search) => by.GetStringAsync($"/api/v1/members?search={Uri.EscapeDataString(search)}");
}
