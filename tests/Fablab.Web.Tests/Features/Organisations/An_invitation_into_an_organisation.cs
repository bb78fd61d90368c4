using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Features.Organisations.Inviting;
using Fablab.Web.Tests.Features.Notices;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Organisations;

public sealed partial class An_invitation_into_an_organisation(StorageProvider provider) : MailTest(provider)
{
    private static readonly string Ours = $"/api/v1/organisations/{DemoIds.Startup}";

    [Test]
    public async Task To_somebody_without_an_account_brings_a_link_that_an_account_of_theirs_accepts()
    {
        var address = $"new-{Guid.NewGuid():n}@elsewhere.example";
        await InviteAsync(address, "buyer");
        await SendAllAsync();
        var mail = Mail.To(address).Single();
        var joiner = await PersonAsync();
        using var client = await Lab.ClientOfAsync(joiner);

        using var answer = await client.PostAsJsonAsync("/api/v1/organisation-invitations/answer", new { key = KeyIn(mail.TextBody), accepts = true });
        using var again = await client.PostAsJsonAsync("/api/v1/organisation-invitations/answer", new { key = KeyIn(mail.TextBody), accepts = true });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(mail.TextBody, Does.Contain("Goéland Robotics vous invite"));
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
            Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.NotFound), "it works once");
            Assert.That(await RoleAsync(joiner), Is.EqualTo(OrganisationRole.Buyer));
            Assert.That(await Lab.WithDbAsync(db => db.OrganisationInvitations.CountAsync(row => row.Email == address && row.Hash != null)), Is.Zero);
        }
    }

    [Test]
    public async Task To_a_member_is_in_their_list_and_can_be_declined()
    {
        var invited = await ConfirmedAsync();
        await InviteAsync(invited.ToUpperInvariant(), "member");
        using var client = await Lab.ClientOfAsync(invited);
        var mine = JsonDocument.Parse(await client.GetStringAsync("/api/v1/organisation-invitations")).RootElement.EnumerateArray().Single();
        using var stranger = await Lab.ClientOfAsync(await ConfirmedAsync());

        using var notTheirs = await stranger.PostAsJsonAsync($"/api/v1/organisation-invitations/{mine.GetProperty("id").GetGuid()}/answer", new { accepts = true });
        using var declined = await client.PostAsJsonAsync($"/api/v1/organisation-invitations/{mine.GetProperty("id").GetGuid()}/answer", new { accepts = false });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(mine.GetProperty("organisation").GetString(), Is.EqualTo("Goéland Robotics"));
            Assert.That((notTheirs.StatusCode, declined.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.OK)));
            Assert.That(await RoleAsync(invited), Is.Null);
            Assert.That(await client.GetStringAsync("/api/v1/organisation-invitations"), Is.EqualTo("[]"));
        }
    }

    [Test]
    public async Task Is_in_nobodys_list_whose_address_is_not_confirmed()
    {
        var invited = await PersonAsync();
        await InviteAsync(invited, "owner");
        using var client = await Lab.ClientOfAsync(invited);

        Assert.That(await client.GetStringAsync("/api/v1/organisation-invitations"), Is.EqualTo("[]"));
    }

    [Test]
    public async Task Ends_after_two_weeks_when_taken_back_and_when_another_takes_its_place()
    {
        var address = $"late-{Guid.NewGuid():n}@elsewhere.example";
        var first = await InviteAsync(address, "member");
        await SendAllAsync();
        var second = await InviteAsync(address, "member");
        await SendAllAsync();
        using var owner = await Lab.ClientOfAsync(DemoIds.Owner);
        using var client = await Lab.ClientOfAsync(await PersonAsync());
        var keys = Mail.To(address).Select(mail => KeyIn(mail.TextBody)).ToList();

        using var replaced = await client.PostAsJsonAsync("/api/v1/organisation-invitations/answer", new { key = keys[0], accepts = true });
        using var withdrawn = await owner.DeleteAsync($"{Ours}/invitations/{second}");
        using var takenBack = await client.PostAsJsonAsync("/api/v1/organisation-invitations/answer", new { key = keys[1], accepts = true });
        await InviteAsync(address, "member");
        await SendAllAsync();
        Lab.Clock.Advance(TimeSpan.FromDays(14));
        using var late = await Lab.ClientOfAsync(await PersonAsync());
        using var expired = await late.PostAsJsonAsync("/api/v1/organisation-invitations/answer", new { key = KeyIn(Mail.To(address).Last().TextBody), accepts = true });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first, Is.Not.EqualTo(second));
            Assert.That((replaced.StatusCode, withdrawn.StatusCode, takenBack.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NoContent, HttpStatusCode.NotFound)));
            Assert.That(expired.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    [Test]
    public async Task Is_the_owners_to_send()
    {
        using var member = await Lab.ClientOfAsync(DemoIds.Maker);
        using var stranger = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        using var owner = await Lab.ClientOfAsync(DemoIds.Owner);
        var wish = new { email = "somebody@elsewhere.example", role = "owner" };

        using var byMember = await member.PostAsJsonAsync($"{Ours}/invitations", wish);
        using var byStranger = await stranger.PostAsJsonAsync($"{Ours}/invitations", wish);
        using var listed = await member.GetAsync($"{Ours}/invitations");
        using var wrong = await owner.PostAsJsonAsync($"{Ours}/invitations", wish with { email = "nonsense" });
        using var known = await owner.PostAsJsonAsync($"{Ours}/invitations", wish with { email = DemoIds.Maker });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((byMember.StatusCode, byStranger.StatusCode, listed.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.Forbidden)));
            Assert.That(await wrong.Content.ReadAsStringAsync(), Does.Contain("invitation-refused").And.Contain("mail-invalid"));
            Assert.That(await known.Content.ReadAsStringAsync(), Does.Contain("already-member"));
        }
    }

    private async Task<Guid> InviteAsync(string email, string role)
    {
        using var owner = await Lab.ClientOfAsync(DemoIds.Owner);
        using var answer = await owner.PostAsJsonAsync($"{Ours}/invitations", new { email, role });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
    }

    private async Task<string> ConfirmedAsync()
    {
        var email = await PersonAsync();
        await Lab.WithDbAsync(db => db.Users.Where(user => user.Email == email).ExecuteUpdateAsync(set => set.SetProperty(user => user.EmailConfirmed, true)));
        return email;
    }

    private Task<OrganisationRole?> RoleAsync(string email) => Lab.WithDbAsync(async db =>
    {
        var account = await db.Users.SingleAsync(user => user.Email == email);
        return await db.OrganisationMembers.Where(row => row.Member == new MemberId(account.Id) && row.Organisation == DemoIds.Startup).Select(row => (OrganisationRole?)row.Role).SingleOrDefaultAsync();
    });

    private static string KeyIn(string? text) => Link().Match(text ?? "").Groups[1].Value;

    [GeneratedRegex(InvitationMail.PageAddress + "/([A-Za-z0-9_-]+)")]
    private static partial Regex Link();
}
