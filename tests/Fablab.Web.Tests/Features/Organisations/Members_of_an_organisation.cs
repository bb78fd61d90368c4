using System.Net;
using System.Net.Http.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Organisations;

public sealed class Members_of_an_organisation(StorageProvider provider) : OrganisationTest(provider)
{
    [Test]
    public async Task Are_seen_by_each_other_and_by_nobody_else()
    {
        var (owner, id) = await OrganisationAsync();
        var (member, _, _) = await MemberOfAsync(id);

        using var stranger = await Maker.GetAsync($"/api/v1/organisations/{id}/members");

        Assert.That(stranger.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await member.GetStringAsync($"/api/v1/organisations/{id}/members"), Does.Contain("\"owner\"").And.Contain("\"member\""));
        owner.Dispose();
    }

    [Test]
    public async Task Get_another_role_and_with_it_other_rights_at_once()
    {
        var (owner, id) = await OrganisationAsync();
        var (member, memberId, _) = await MemberOfAsync(id);
        using var before = await member.GetAsync($"/api/v1/organisations/{id}/charges");
        using var byThemselves = await member.PutAsJsonAsync($"/api/v1/organisations/{id}/members/{memberId}", new { role = "owner" });

        using var changed = await owner.PutAsJsonAsync($"/api/v1/organisations/{id}/members/{memberId}", new { role = "accountant" });
        using var after = await member.GetAsync($"/api/v1/organisations/{id}/charges");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((before.StatusCode, byThemselves.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.Forbidden)));
            Assert.That((changed.StatusCode, after.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
            Assert.That(await ToldAsync(memberId), Is.EqualTo(["organisation-role-changed"]));
        }
    }

    [Test]
    public async Task Get_no_role_by_mistake()
    {
        var (owner, id) = await OrganisationAsync();
        var (_, memberId, _) = await MemberOfAsync(id, OrganisationRole.Buyer);
        var path = $"/api/v1/organisations/{id}/members/{memberId}";

        using var missing = await owner.PutAsJsonAsync(path, new { });
        using var unknown = await owner.PutAsJsonAsync(path, new { role = 99 });
        using var invited = await owner.PostAsJsonAsync($"/api/v1/organisations/{id}/invitations", new { email = "somebody@elsewhere.example" });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((missing.StatusCode, unknown.StatusCode, invited.StatusCode), Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest)));
            Assert.That(await owner.GetStringAsync($"/api/v1/organisations/{id}/members"), Does.Contain("\"buyer\""));
        }
    }

    [Test]
    public async Task Who_are_owners_no_more_leave_no_open_invitation_behind()
    {
        var (owner, id) = await OrganisationAsync();
        var (second, secondId, _) = await MemberOfAsync(id, OrganisationRole.Owner);
        using var invited = await second.PostAsJsonAsync($"/api/v1/organisations/{id}/invitations", new { email = "friend@elsewhere.example", role = "owner" });
        var before = await owner.GetStringAsync($"/api/v1/organisations/{id}/invitations");

        using var demoted = await owner.PutAsJsonAsync($"/api/v1/organisations/{id}/members/{secondId}", new { role = "member" });

        Assert.That((invited.StatusCode, demoted.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.OK)));
        Assert.That(before, Does.Contain("friend@"));
        Assert.That(await owner.GetStringAsync($"/api/v1/organisations/{id}/invitations"), Is.EqualTo("[]"));
        Assert.That(await Lab.WithDbAsync(db => db.OrganisationInvitations.CountAsync(row => row.Email == "friend@elsewhere.example")), Is.Zero, "nor the address");
    }

    [Test]
    public async Task Are_not_invited_by_the_hundred_even_if_each_invitation_is_taken_back()
    {
        var (owner, id) = await OrganisationAsync();
        var last = HttpStatusCode.Created;
        for (var number = 0; number < 51 && last is HttpStatusCode.Created; number++)
        {
            using var answer = await owner.PostAsJsonAsync($"/api/v1/organisations/{id}/invitations", new { email = "stranger@elsewhere.example", role = "member" });
            last = number < 50 || answer.StatusCode is not HttpStatusCode.Created ? answer.StatusCode : HttpStatusCode.OK;
        }

        Assert.That(last, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task Are_removed_at_once_and_may_leave_by_themselves()
    {
        var (owner, id) = await OrganisationAsync();
        var (member, memberId, _) = await MemberOfAsync(id);
        var (leaver, leaverId, _) = await MemberOfAsync(id);
        using var notTheirs = await leaver.DeleteAsync($"/api/v1/organisations/{id}/members/{memberId}");

        using var removed = await owner.DeleteAsync($"/api/v1/organisations/{id}/members/{memberId}");
        using var gone = await member.GetAsync($"/api/v1/organisations/{id}");
        using var left = await leaver.DeleteAsync($"/api/v1/organisations/{id}/members/{leaverId}");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(notTheirs.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That((removed.StatusCode, gone.StatusCode, left.StatusCode), Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.NoContent)));
            Assert.That(await ToldAsync(memberId), Is.EqualTo(["organisation-left"]));
        }
    }

    [Test]
    public async Task Who_left_are_told_of_what_they_booked_and_refused_when_they_come_to_use_it()
    {
        var (owner, id) = await OrganisationAsync();
        var (member, memberId, _) = await MemberOfAsync(id);
        var project = new ProjectRow { Id = new ProjectId(Guid.CreateVersion7()), Organisation = id, Name = "Buoy" };
        await Lab.WithDbAsync(db =>
        {
            db.Add(project);
            return db.SaveChangesAsync();
        });
        var start = Lab.Clock.GetUtcNow();
        using var booked = await BookAsync(member, (start, start.AddHours(1)), "printer-2", project.Id.Value);
        Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.Created), await booked.Content.ReadAsStringAsync());
        var reservation = (await JsonOfAsync(booked)).GetProperty("id").GetGuid();

        using var removed = await owner.DeleteAsync($"/api/v1/organisations/{id}/members/{memberId}");
        using var checkIn = await member.PostAsync($"/api/v1/reservations/{reservation}/check-in", null);
        using var again = await BookAsync(member, FreshSlot(), "printer-2", project.Id.Value);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ToldAsync(memberId), Is.EqualTo(["organisation-left-booked"]));
            Assert.That((checkIn.StatusCode, await CodeOfAsync(checkIn)), Is.EqualTo((HttpStatusCode.Conflict, "project-not-yours")));
            Assert.That(await ProblemCodesOfAsync(again), Is.EqualTo(["project-not-yours"]));
        }
    }

    [Test]
    public async Task Always_have_an_owner_among_them()
    {
        var (owner, id) = await OrganisationAsync();
        var me = await Lab.WithDbAsync(db => db.OrganisationMembers.Where(row => row.Organisation == id).Select(row => row.Member).SingleAsync());

        using var left = await owner.DeleteAsync($"/api/v1/organisations/{id}/members/{me}");
        using var demoted = await owner.PutAsJsonAsync($"/api/v1/organisations/{id}/members/{me}", new { role = "member" });
        var deleted = await Assert.CatchAsync<Exception>(() => Lab.WithDbAsync(db => db.OrganisationMembers.Where(row => row.Organisation == id).ExecuteDeleteAsync()));
        var updated = await Assert.CatchAsync<Exception>(() => Lab.WithDbAsync(db =>
            db.OrganisationMembers.Where(row => row.Organisation == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Role, OrganisationRole.Buyer))));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((left.StatusCode, await CodeOfAsync(left)), Is.EqualTo((HttpStatusCode.Conflict, "last-owner")));
            Assert.That(demoted.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That(deleted!.ToString(), Does.Contain(SchemaGuards.OwnerMessage), "the database refuses it by itself");
            Assert.That(updated!.ToString(), Does.Contain(SchemaGuards.OwnerMessage));
        }
    }

    [Test]
    public async Task Keep_an_owner_when_two_owners_leave_at_once()
    {
        var (owner, id) = await OrganisationAsync();
        var first = await Lab.WithDbAsync(db => db.OrganisationMembers.Where(row => row.Organisation == id).Select(row => row.Member).SingleAsync());
        var (second, secondId, _) = await MemberOfAsync(id, OrganisationRole.Owner);

        var answers = await Task.WhenAll(
            owner.DeleteAsync($"/api/v1/organisations/{id}/members/{first}"),
            second.DeleteAsync($"/api/v1/organisations/{id}/members/{secondId}"));

        Assert.That(answers.Select(answer => answer.StatusCode), Is.EquivalentTo([HttpStatusCode.NoContent, HttpStatusCode.Conflict]));
    }
}
