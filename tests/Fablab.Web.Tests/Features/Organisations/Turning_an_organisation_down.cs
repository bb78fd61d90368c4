using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Organisations;

public sealed class Turning_an_organisation_down(StorageProvider provider) : BudgetTest(provider)
{
    private static readonly MemberId Administrator = new(DemoIds.Numbered(76));

    [Test]
    public async Task Is_told_to_its_owner_with_the_reason_and_lets_it_neither_book_nor_be_billed()
    {
        var (owner, id) = await OrganisationAsync();
        var project = await ProjectAsync(owner, id, null);
        using var before = await BookOnAsync(owner, FreshSlot(), project);
        await Lab.WithDbAsync(db => db.Organisations.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.VerifiedAt, (NodaTime.Instant?)null)));
        using var manager = await Lab.ClientOfAsync(DemoIds.CampusManager);
        using var administrator = await Lab.ClientOfAsync(DemoIds.Administrator);

        using var turnedDown = await TurnDownAsync(manager, id, "No such company");
        var answer = await JsonOfAsync(turnedDown);
        using var booked = await BookOnAsync(owner, FreshSlot(), project);
        using var billed = await administrator.PostAsJsonAsync($"/api/v1/organisations/{id}/invoices", new { period = "2027-02", evenIfNotOver = true });
        var notices = await owner.GetStringAsync("/api/v1/notices");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(before.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That((answer.GetProperty("state").GetString(), answer.GetProperty("turnedDownReason").GetString()), Is.EqualTo(("turnedDown", "No such company")));
            Assert.That(await ProblemCodesOfAsync(booked), Is.EqualTo(["organisation-turned-down"]));
            Assert.That((billed.StatusCode, await CodeOfAsync(billed)), Is.EqualTo((HttpStatusCode.Conflict, "organisation-turned-down")));
            Assert.That(notices, Does.Contain("organisation-turned-down").And.Contain("No such company"));
            Assert.That(await Lab.WithDbAsync(db => db.Mails.CountAsync(mail => mail.Code == "organisation-turned-down" && db.OrganisationMembers.Any(row => row.Organisation == id && row.Member == mail.Member))), Is.EqualTo(1));
            Assert.That(await Lab.WithDbAsync(db => db.Audit.CountAsync(row => row.Subject == $"organisation/{id}" && row.Action == "organisation-turned-down")), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Ends_when_its_owner_corrects_it_and_so_asks_again()
    {
        var (owner, id) = await OrganisationAsync(isVerified: false);
        using var manager = await Lab.ClientOfAsync(DemoIds.CampusManager);
        using var turnedDown = await TurnDownAsync(manager, id, "The address is wrong");
        var waiting = await manager.GetFromJsonAsync<JsonElement>("/api/v1/organisations/unverified");
        var siren = (await JsonOfAsync(await owner.GetAsync($"/api/v1/organisations/{id}"))).GetProperty("siren").GetString();

        using var corrected = await owner.PutAsJsonAsync($"/api/v1/organisations/{id}", Details(siren, address: new { line1 = "1 quai", postcode = "29200", city = "Brest", country = "FR" }));
        var state = (await JsonOfAsync(corrected)).GetProperty("state").GetString();
        using var verified = await manager.PostAsync($"/api/v1/organisations/{id}/verify", null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(waiting.EnumerateArray().Single(one => one.GetProperty("id").GetGuid() == id.Value).GetProperty("state").GetString(), Is.EqualTo("turnedDown"));
            Assert.That(state, Is.EqualTo("unverified"));
            Assert.That(await ToldAsync(Administrator), Does.Contain("organisation-asks-again"));
            Assert.That((await JsonOfAsync(verified)).GetProperty("state").GetString(), Is.EqualTo("verified"));
        }
    }

    [Test]
    public async Task Lets_nothing_be_confirmed_nor_begun_that_was_booked_before()
    {
        var (owner, id) = await OrganisationAsync();
        var (member, _, _) = await MemberOfAsync(id);
        var (buyer, _, _) = await MemberOfAsync(id, OrganisationRole.Buyer);
        using var limits = await owner.PutAsJsonAsync($"/api/v1/organisations/{id}/limits", new { approvalAboveMinor = 400 });
        var project = await ProjectAsync(owner, id, null);
        var asked = await BookedAsync(member, project, machine: "room-1", accept: "amount-needs-approval");
        var now = Lab.Clock.GetUtcNow();
        using var soon = await BookOnAsync(member, (now, now.AddHours(1)), project, "printer-2");
        using var manager = await Lab.ClientOfAsync(DemoIds.CampusManager);
        await Lab.WithDbAsync(db => db.Organisations.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.VerifiedAt, (NodaTime.Instant?)null)));
        using var turnedDown = await TurnDownAsync(manager, id, "No such company");
        var path = $"/api/v1/organisations/{id}/requests/{asked}";

        using var yes = await buyer.PostAsync($"{path}/approve", null);
        using var used = await member.PostAsync($"/api/v1/reservations/{(await JsonOfAsync(soon)).GetProperty("id").GetGuid()}/check-in", null);
        using var no = await buyer.PostAsJsonAsync($"{path}/decline", new { });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((yes.StatusCode, await CodeOfAsync(yes)), Is.EqualTo((HttpStatusCode.Conflict, "project-not-yours")));
            Assert.That((used.StatusCode, await CodeOfAsync(used)), Is.EqualTo((HttpStatusCode.Conflict, "project-not-yours")));
            Assert.That(no.StatusCode, Is.EqualTo(HttpStatusCode.OK), "a no is always possible");
        }
    }

    [Test]
    public async Task Stays_when_its_owner_saves_the_same_once_more()
    {
        var (owner, id) = await OrganisationAsync(isVerified: false);
        using var manager = await Lab.ClientOfAsync(DemoIds.CampusManager);
        using var turnedDown = await TurnDownAsync(manager, id, "The address is wrong");
        var siren = (await JsonOfAsync(await owner.GetAsync($"/api/v1/organisations/{id}"))).GetProperty("siren").GetString();

        using var same = await owner.PutAsJsonAsync($"/api/v1/organisations/{id}", Details(siren));
        using var again = await TurnDownAsync(manager, id, "Still wrong");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await JsonOfAsync(same)).GetProperty("state").GetString(), Is.EqualTo("turnedDown"));
            Assert.That((again.StatusCode, await CodeOfAsync(again)), Is.EqualTo((HttpStatusCode.Conflict, "organisation-turned-down")), "its first reason is not written over unseen");
        }
    }

    [Test]
    public async Task Is_told_to_all_of_it_but_its_reason_to_its_owners_alone()
    {
        var (owner, id) = await OrganisationAsync(isVerified: false);
        var (member, _, _) = await MemberOfAsync(id);
        using var manager = await Lab.ClientOfAsync(DemoIds.CampusManager);
        using var turnedDown = await TurnDownAsync(manager, id, "They are not who they say");

        var (theirs, ours) = (await owner.GetStringAsync($"/api/v1/organisations/{id}"), await member.GetStringAsync($"/api/v1/organisations/{id}"));
        var page = await member.GetStringAsync($"/organisations/{id}");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(theirs, Does.Contain("not who they say").And.Contain("turnedDown"));
            Assert.That(ours, Does.Contain("turnedDown").And.Not.Contains("not who they say"));
            Assert.That(page, Does.Contain("role=\"alert\"").And.Not.Contains("not who they say"));
        }
    }

    [Test]
    public async Task Is_for_staff_who_do_not_belong_to_it_and_who_say_why()
    {
        var (owner, id) = await OrganisationAsync(isVerified: false);
        var (_, verified) = await OrganisationAsync();
        using var manager = await Lab.ClientOfAsync(DemoIds.CampusManager);

        using var itself = await TurnDownAsync(owner, id, "Not me");
        using var stranger = await TurnDownAsync(Maker, id, "Not you");
        using var silent = await TurnDownAsync(manager, id, "");
        using var none = await TurnDownAsync(manager, verified, "Too late");

        Assert.That(
            new[] { itself, stranger, silent, none }.Select(answer => answer.StatusCode),
            Is.EqualTo([HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.BadRequest, HttpStatusCode.NotFound]));
    }

    [Test]
    public async Task Frees_its_number_for_whoever_it_belongs_to()
    {
        var (pretender, _, _) = await PersonAsync();
        var (company, _, _) = await PersonAsync();
        using var manager = await Lab.ClientOfAsync(DemoIds.CampusManager);
        var siren = FreshSiren();
        using var pretended = await pretender.PostAsJsonAsync("/api/v1/organisations", Details(siren));
        var id = new OrganisationId((await JsonOfAsync(pretended)).GetProperty("id").GetGuid());
        using var turnedDown = await TurnDownAsync(manager, id, "You are not they");

        using var real = await company.PostAsJsonAsync("/api/v1/organisations", Details(siren));
        using var again = await pretender.PutAsJsonAsync($"/api/v1/organisations/{id}", Details(siren, name: "Once more"));
        using var anyway = await manager.PostAsync($"/api/v1/organisations/{id}/verify", null);

        Assert.That((real.StatusCode, again.StatusCode, anyway.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Conflict, HttpStatusCode.Conflict)));
        Assert.That(await CodeOfAsync(anyway), Is.EqualTo("organisation-known"));
    }

    private static Task<HttpResponseMessage> TurnDownAsync(HttpClient client, OrganisationId id, string reason) =>
        client.PostAsJsonAsync($"/api/v1/organisations/{id}/turn-down", new { reason });
}
