using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Features.People;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Audit;

/// <summary>Each change with what stood there before and after it, in codes and instants; what people typed is told as having changed, and not repeated.</summary>
public sealed class What_the_audit_tells_of_people(StorageProvider provider) : PeopleTest(provider)
{
    private int groups;

    [Test]
    public async Task Says_how_an_organisation_stood_before_and_after_without_its_words()
    {
        var (email, _) = await PersonAsync();
        using var owner = await Lab.ClientOfAsync(email);
        using var made = await owner.PostAsJsonAsync("/api/v1/organisations", DetailsOf("Atelier du Phare", "company", "factures@phare.example"));
        var id = (await JsonOfAsync(made)).GetProperty("id").GetGuid();
        using var edit = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/organisations/{id}") { Content = JsonContent.Create(DetailsOf("Atelier de la Balise", "association", null)) };
        edit.Headers.IfMatch.Add(EntityTagHeaderValue.Any);
        using var edited = await owner.SendAsync(edit);
        using var verify = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/organisations/{id}/verify");
        verify.Headers.IfMatch.Add(EntityTagHeaderValue.Any);
        using var verified = await Administrator.SendAsync(verify);
        Assert.That(verified.IsSuccessStatusCode, Is.True, $"{await edited.Content.ReadAsStringAsync()} {await verified.Content.ReadAsStringAsync()}");

        var rows = await RowsAsync($"organisation/{id}");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(rows.Select(row => row.Action), Is.EqualTo(["organisation-signed-up", "organisation-edited", "organisation-verified"]));
            Assert.That((rows[0].After!["state"], rows[0].After!["kind"], rows[0].After!["hasBillingMail"]), Is.EqualTo(("Unverified", "Company", "true")));
            Assert.That((rows[1].Before!["kind"], rows[1].After!["kind"], rows[1].Before!["hasBillingMail"], rows[1].After!["hasBillingMail"]), Is.EqualTo(("Company", "Association", "true", "false")));
            Assert.That(rows[1].After!["changed"], Is.EqualTo("billingMail,name"));
            Assert.That((rows[2].Before!["state"], rows[2].After!["state"]), Is.EqualTo(("Unverified", "Verified")));
            Assert.That(JsonSerializer.Serialize(rows), Does.Not.Contain("Phare").And.Not.Contain("Balise").And.Not.Contain("factures").And.Not.Contain("Brest"));
        }
    }

    [Test]
    public async Task Says_until_when_somebody_is_suspended_and_that_it_was_lifted_without_the_reason()
    {
        var (_, id) = await PersonAsync();
        using var suspended = await Manager.PostAsJsonAsync($"/api/v1/members/{id}/suspensions", new { site = "atelier", reason = "Left the laser alone", until = "2027-01-01T00:00:00Z" });
        var suspension = (await JsonOfAsync(suspended)).GetProperty("id").GetGuid();
        using var lifted = await Manager.PostAsync(new Uri($"/api/v1/members/{id}/suspensions/{suspension}/lift", UriKind.Relative), null);

        var rows = await RowsAsync($"suspension/{suspension}");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(rows.Select(row => row.Action), Is.EqualTo(["member-suspended", "suspension-lifted"]));
            Assert.That((rows[0].After!["everywhere"], rows[0].After!["until"], rows[0].After!["lifted"]), Is.EqualTo(("false", "2027-01-01T00:00:00Z", "none")));
            Assert.That((rows[1].Before!["lifted"], rows[1].After!["until"]), Is.EqualTo(("none", "2027-01-01T00:00:00Z")));
            Assert.That(rows[1].After!["lifted"], Does.EndWith("Z"));
            Assert.That(JsonSerializer.Serialize(rows), Does.Not.Contain("laser"));
        }
    }

    [Test]
    public async Task Says_from_when_until_when_somebody_is_in_a_tariff_group_and_where()
    {
        var (_, id) = await PersonAsync();
        var group = await GroupAsync();
        using var put = await Manager.PostAsJsonAsync($"/api/v1/members/{id}/groups", new { groupId = group, until = "2027-01-01T00:00:00Z", proof = "student card" });
        var membership = (await JsonOfAsync(put)).GetProperty("id").GetGuid();
        using var ended = await Manager.PostAsync(new Uri($"/api/v1/members/{id}/groups/{membership}/end", UriKind.Relative), null);

        var rows = await RowsAsync($"tariff-group-member/{membership}");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(rows.Select(row => (row.Action, row.Site)), Is.EqualTo(new[] { ("put-into-tariff-group", DemoIds.Atelier), ("taken-out-of-tariff-group", DemoIds.Atelier) }));
            Assert.That((rows[0].After!["group"], rows[0].After!["until"]), Is.EqualTo((group.ToString(), "2027-01-01T00:00:00Z")));
            Assert.That((rows[1].Before!["until"], rows[1].After!["until"]), Is.Not.EqualTo(("2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z")));
            Assert.That(JsonSerializer.Serialize(rows), Does.Not.Contain("student card"));
        }
    }

    [Test]
    public async Task Says_what_a_group_was_and_is_to_every_manager_without_its_name()
    {
        var group = await GroupAsync();
        using var rename = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/tariff-groups/{group}") { Content = JsonContent.Create(new { name = "Retired people", mayBeAskedFor = true }) };
        rename.Headers.IfMatch.Add(EntityTagHeaderValue.Any);
        using var renamed = await Manager.SendAsync(rename);
        Assert.That(renamed.IsSuccessStatusCode, Is.True, await renamed.Content.ReadAsStringAsync());

        var rows = await RowsAsync($"tariff-group/{group}");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((rows[1].Before!["mayBeAskedFor"], rows[1].After!["mayBeAskedFor"], rows[1].After!["changed"]), Is.EqualTo(("false", "true", "name")));
            Assert.That(JsonSerializer.Serialize(rows), Does.Not.Contain("Retired").And.Not.Contain("Audited"));
            Assert.That(await Elsewhere.GetStringAsync($"/api/v1/audit?subject=tariff-group/{group}"), Does.Contain("tariff-group-renamed"), "groups are of all sites");
        }
    }

    [Test]
    public async Task Shows_badges_to_managers_of_each_site_of_their_member_and_to_no_others()
    {
        var (_, id) = await PersonAsync();
        using var registered = await Administrator.PostAsJsonAsync($"/api/v1/members/{id}/badges", new { number = "AUDIT0001", label = "blue ring" });
        var badge = (await JsonOfAsync(registered)).GetProperty("id").GetGuid();
        using var revoked = await Manager.PostAsync(new Uri($"/api/v1/members/{id}/badges/{badge}/revoke", UriKind.Relative), null);

        var rows = await RowsAsync($"badge/{badge}");
        var (here, elsewhere) = (await Manager.GetStringAsync($"/api/v1/audit?subject=badge/{badge}"), await Elsewhere.GetStringAsync($"/api/v1/audit?subject=badge/{badge}"));
        await Lab.WithDbAsync(async db =>
        {
            var campus = await db.Sites.Where(site => site.Code == "campus").Select(site => site.Id).SingleAsync();
            db.Add(new SiteMembershipRow { Member = new MemberId(id), Site = campus, State = MembershipState.Active, Origin = MembershipOrigin.Registration, Since = Now });
            return await db.SaveChangesAsync();
        });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(rows.Select(row => (row.Action, row.Site)), Is.EqualTo(new[] { ("badge-registered", DemoIds.Atelier), ("badge-revoked", DemoIds.Atelier) }));
            Assert.That((rows[0].Before, rows[1].Before!["revoked"], rows[1].After!["revoked"]), Is.Not.EqualTo(((IReadOnlyDictionary<string, string>?)null, "none", "none")));
            Assert.That(JsonSerializer.Serialize(rows), Does.Not.Contain("AUDIT0001").And.Not.Contain("blue ring"));
            Assert.That(here, Does.Contain("badge-registered").And.Contain("badge-revoked"));
            Assert.That(elsewhere, Does.Not.Contain("badge-re"));
            Assert.That(await Elsewhere.GetStringAsync($"/api/v1/audit?subject=badge/{badge}"), Does.Contain("badge-registered"), "it opens their doors now, too");
        }
    }

    private static object DetailsOf(string name, string kind, string? billingMail) => new
    {
        name,
        kind,
        address = new { line1 = "12 rue du Phare", postcode = "29200", city = "Brest", country = "FR" },
        billingMail,
        number = "732829320",
    };

    private async Task<Guid> GroupAsync()
    {
        using var made = await Manager.PostAsJsonAsync("/api/v1/tariff-groups", new { code = $"audited-{++groups}", name = $"Audited {groups}" });
        return (await JsonOfAsync(made)).GetProperty("id").GetGuid();
    }

    private Task<List<AuditRow>> RowsAsync(string subject) => Lab.WithDbAsync(db => db.Audit.AsNoTracking().Where(row => row.Subject == subject).OrderBy(row => row.At).ThenBy(row => row.Id).ToListAsync());
}
