using System.Net;
using System.Net.Http.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Organisations;

public sealed class Private_titles(StorageProvider provider) : BudgetTest(provider)
{
    private const string Title = "Secret hull";

    [TestCase(false, null, true)]
    [TestCase(true, null, false)]
    [TestCase(true, false, true, TestName = "A project's own word counts before its organisation's")]
    [TestCase(false, true, false, TestName = "A single project may hide what its organisation shows")]
    public async Task Are_hidden_from_staff_outside_where_the_organisation_or_project_says_so(bool organisationHides, bool? projectHides, bool isShown)
    {
        var (member, _, reservation) = await BookedAsync(organisationHides, projectHides);
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);

        var seen = await manager.GetStringAsync($"/api/v1/reservations/{reservation}");
        var own = await member.GetStringAsync($"/api/v1/reservations/{reservation}");
        var mine = await member.GetStringAsync("/api/v1/reservations");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((seen.Contains(Title, StringComparison.Ordinal), seen.Contains("Buoy", StringComparison.Ordinal)), Is.EqualTo((isShown, isShown)));
            Assert.That(own, Does.Contain(Title).And.Contain("Buoy"));
            Assert.That(mine, Does.Contain(Title));
        }
    }

    [Test]
    public async Task Are_seen_by_staff_who_belong_to_the_organisation()
    {
        var (_, organisation, reservation) = await BookedAsync(true, null);
        using var administrator = await Lab.ClientOfAsync(DemoIds.Administrator);
        var hidden = await administrator.GetStringAsync($"/api/v1/reservations/{reservation}");
        await Lab.WithDbAsync(db =>
        {
            db.Add(new OrganisationMemberRow { Organisation = organisation, Member = new MemberId(DemoIds.Numbered(76)), Role = OrganisationRole.Member });
            return db.SaveChangesAsync();
        });

        Assert.That(hidden, Does.Not.Contain(Title));
        Assert.That(await administrator.GetStringAsync($"/api/v1/reservations/{reservation}"), Does.Contain(Title));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Are_on_each_date_of_a_series_and_each_machine_of_a_bundle(bool hides)
    {
        var (owner, organisation) = await OrganisationAsync();
        await Lab.WithDbAsync(db => db.Organisations.Where(row => row.Id == organisation).ExecuteUpdateAsync(set => set.SetProperty(row => row.HidesTitles, hides)));
        var project = await ProjectAsync(owner, organisation, null);
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        var (start, end) = FreshSlot();
        using var bundle = await owner.PostAsJsonAsync("/api/v1/reservation-bundles", new
        {
            parts = new[] { "printer-1", "room-1" }.Select(machine => new { machine, start = start.UtcDateTime, end = end.UtcDateTime }),
            title = $" {Title} ",
            projectId = project,
        });
        var (first, _) = FreshSlot();
        using var series = await owner.PostAsJsonAsync("/api/v1/reservation-series", new
        {
            machine = "printer-2",
            firstStart = first.ToString("yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture),
            seconds = 3600,
            title = Title,
            projectId = project,
            recurrence = new { kind = "daily", every = 1, count = 2 },
        });

        var made = new[] { await JsonOfAsync(bundle), await JsonOfAsync(series) }.SelectMany(answer => answer.GetProperty("reservations").EnumerateArray()).Select(one => one.GetProperty("id").GetGuid()).ToList();
        var own = new List<string?>();
        var seen = new List<bool>();
        foreach (var id in made)
        {
            own.Add((await owner.GetFromJsonAsync<System.Text.Json.JsonElement>($"/api/v1/reservations/{id}")).GetProperty("title").GetString());
            seen.Add((await manager.GetStringAsync($"/api/v1/reservations/{id}")).Contains(Title, StringComparison.Ordinal));
        }

        Assert.That((made.Count, own.Distinct().Single(), seen.Distinct().Single()), Is.EqualTo((4, Title, !hides)));
    }

    [TestCase("/api/v1/machines")]
    [TestCase("/api/v1/machines/printer-1")]
    [TestCase("/api/v1/machines/printer-1/availability?from=2026-03-02T00:00:00Z&to=2026-03-30T00:00:00Z")]
    [TestCase("/api/v1/sites/atelier/calendar?day=2026-03-03")]
    [TestCase("/api/v1/reservations")]
    [TestCase("/api/v1/reservations/requested")]
    [TestCase("/api/v1/projects")]
    public async Task Never_go_where_others_look(string address)
    {
        await BookedAsync(false, null);
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);

        foreach (var reader in new[] { Maker, manager })
        {
            using var answer = await reader.GetAsync(address);
            Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain(Title).And.Not.Contain("Buoy"), address);
        }
    }

    [Test]
    public async Task Do_not_follow_a_reservation_into_other_hands()
    {
        var (member, organisation, reservation) = await BookedAsync(true, null);
        var (colleague, _, email) = await MemberOfAsync(organisation);
        using var offered = await member.PostAsJsonAsync($"/api/v1/reservations/{reservation}/transfer", new { toEmail = email });
        Assert.That(offered.IsSuccessStatusCode, Is.True, await offered.Content.ReadAsStringAsync());
        var handover = (await JsonOfAsync(offered)).GetProperty("id").GetGuid();

        using var accepted = await colleague.PostAsJsonAsync($"/api/v1/handovers/{handover}/accept", new { });

        Assert.That(accepted.StatusCode, Is.EqualTo(HttpStatusCode.OK), await accepted.Content.ReadAsStringAsync());
        Assert.That(await colleague.GetStringAsync($"/api/v1/reservations/{reservation}"), Does.Not.Contain(Title));
    }

    private async Task<(HttpClient Member, OrganisationId Organisation, Guid Reservation)> BookedAsync(bool organisationHides, bool? projectHides)
    {
        var (owner, organisation) = await OrganisationAsync();
        var (member, _, _) = await MemberOfAsync(organisation);
        using var limits = await owner.PutAsJsonAsync($"/api/v1/organisations/{organisation}/limits", new { hidesTitles = organisationHides });
        using var made = await owner.PostAsJsonAsync($"/api/v1/organisations/{organisation}/projects", new { name = "Buoy", hidesTitles = projectHides });
        var slot = FreshSlot();
        using var booked = await member.PostAsJsonAsync(
            "/api/v1/reservations",
            new { machine = "printer-1", start = slot.Start.UtcDateTime, end = slot.End.UtcDateTime, title = $"  {Title} ", projectId = (await JsonOfAsync(made)).GetProperty("id").GetGuid() });
        Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.Created), await booked.Content.ReadAsStringAsync());
        return (member, organisation, (await JsonOfAsync(booked)).GetProperty("id").GetGuid());
    }
}
