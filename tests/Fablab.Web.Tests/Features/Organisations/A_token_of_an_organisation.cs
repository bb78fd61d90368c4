using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Features.Organisations.OwnTokens;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Organisations;

public sealed class A_token_of_an_organisation(StorageProvider provider) : OrganisationTest(provider)
{
    private static readonly string Startup = $"/api/v1/organisations/{DemoIds.Startup}";

    [TestCase("")]
    [TestCase("/members")]
    [TestCase("/projects")]
    [TestCase("/reservations")]
    [TestCase("/charges")]
    [TestCase("/invoices")]
    public async Task Reads_what_is_the_organisations_and_nothing_of_another(string what)
    {
        var (theirs, theirId) = await OrganisationAsync();
        using var owner = await Lab.ClientOfAsync(DemoIds.Owner);
        using var ours = await TokenAsync(owner, DemoIds.Startup);
        using var others = await TokenAsync(theirs, theirId);

        using var read = await ours.GetAsync($"{Startup}{what}");
        using var hidden = await others.GetAsync($"{Startup}{what}");
        using var nothing = await others.GetAsync($"/api/v1/organisations/{Guid.NewGuid()}{what}");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.StatusCode, Is.EqualTo(HttpStatusCode.OK), await read.Content.ReadAsStringAsync());
            Assert.That((hidden.StatusCode, nothing.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
            Assert.That((await JsonOfAsync(hidden)).GetProperty("facts").ToString(), Is.EqualTo((await JsonOfAsync(nothing)).GetProperty("facts").ToString()));
        }
    }

    [Test]
    public async Task Sees_who_booked_what_on_the_projects_and_when()
    {
        using var owner = await Lab.ClientOfAsync(DemoIds.Owner);
        using var token = await TokenAsync(owner, DemoIds.Startup);
        using var booked = await BookAsync(Maker, FreshSlot(), projectId: DemoIds.Drone.Value);
        using var own = await BookAsync(Maker, FreshSlot());

        var list = (await token.GetFromJsonAsync<JsonElement>($"{Startup}/reservations")).GetProperty("items").EnumerateArray().ToDictionary(item => item.GetProperty("id").GetGuid());

        Assert.That(list.Keys, Has.Member((await JsonOfAsync(booked)).GetProperty("id").GetGuid()).And.No.Member((await JsonOfAsync(own)).GetProperty("id").GetGuid()));
        Assert.That(list.Values.First().GetProperty("project").GetString(), Is.Not.Empty);
    }

    [Test]
    public async Task Acts_for_no_person_wherever_it_asks()
    {
        using var owner = await Lab.ClientOfAsync(DemoIds.Owner);
        using var token = await TokenAsync(owner, DemoIds.Startup);

        using var me = await token.GetAsync("/api/v1/members/me");
        using var machines = await token.GetAsync("/api/v1/machines");
        using var booked = await BookAsync(token, FreshSlot(), projectId: DemoIds.Drone.Value);
        using var more = await token.PostAsJsonAsync($"{Startup}/tokens", new { name = "another" });
        using var mine = await token.PostAsJsonAsync("/api/v1/access-tokens", new { name = "another" });

        foreach (var answer in new[] { me, machines, booked, more, mine })
        {
            Assert.That((answer.StatusCode, await CodeOfAsync(answer)), Is.EqualTo((HttpStatusCode.Forbidden, "not-for-organisations")));
        }
    }

    [Test]
    public async Task Is_made_listed_and_taken_back_by_an_owner_and_refused_from_then_on()
    {
        var (owner, organisation) = await OrganisationAsync();
        using var made = await owner.PostAsJsonAsync($"/api/v1/organisations/{organisation}/tokens", new { name = " Accounting ", days = 7 });
        var token = await JsonOfAsync(made);
        using var program = Lab.ClientWith(token.GetProperty("token").GetString()!);

        using var before = await program.GetAsync($"/api/v1/organisations/{organisation}");
        var list = await owner.GetFromJsonAsync<JsonElement>($"/api/v1/organisations/{organisation}/tokens");
        using var revoked = await owner.DeleteAsync(made.Headers.Location);
        using var after = await program.GetAsync($"/api/v1/organisations/{organisation}");
        using var again = await owner.DeleteAsync(made.Headers.Location);
        var audit = await Lab.WithDbAsync(db => db.Audit.Where(row => row.Subject == $"organisation/{organisation}" && row.Action.StartsWith("organisation-token")).OrderBy(row => row.At).ThenBy(row => row.Id).Select(row => row.Action).ToListAsync());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(token.GetProperty("token").GetString(), Does.StartWith("fabo_"));
            Assert.That(list[0].GetProperty("name").GetString(), Is.EqualTo("Accounting"));
            Assert.That(list[0].TryGetProperty("lastUsedAt", out _), Is.True);
            Assert.That(list.ToString(), Does.Not.Contain(token.GetProperty("token").GetString()!));
            Assert.That((before.StatusCode, revoked.StatusCode, after.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.Unauthorized)));
            Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(audit, Is.EqualTo(new[] { "organisation-token-made", "organisation-token-revoked" }));
        }
    }

    [TestCase(OrganisationRole.Member)]
    [TestCase(OrganisationRole.Buyer)]
    [TestCase(OrganisationRole.Accountant)]
    public async Task Is_for_owners_to_make(OrganisationRole role)
    {
        var (_, organisation) = await OrganisationAsync();
        var (member, _, _) = await MemberOfAsync(organisation, role);
        var (stranger, _, _) = await PersonAsync();

        using var made = await member.PostAsJsonAsync($"/api/v1/organisations/{organisation}/tokens", new { name = "Accounting" });
        using var listed = await member.GetAsync($"/api/v1/organisations/{organisation}/tokens");
        using var unknown = await stranger.GetAsync($"/api/v1/organisations/{organisation}/tokens");

        Assert.That((made.StatusCode, listed.StatusCode, unknown.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.NotFound)));
    }

    [Test]
    public async Task Is_made_only_where_there_is_an_organisation()
    {
        using var administrator = await Lab.ClientOfAsync(DemoIds.Administrator);

        using var made = await administrator.PostAsJsonAsync($"/api/v1/organisations/{Guid.NewGuid()}/tokens", new { name = "Accounting" });

        Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Outlives_its_makers_leaving_and_lies_in_the_database_only_as_a_hash()
    {
        var (first, organisation) = await OrganisationAsync();
        var (_, _, _) = await MemberOfAsync(organisation, OrganisationRole.Owner);
        using var made = await first.PostAsJsonAsync($"/api/v1/organisations/{organisation}/tokens", new { name = "Accounting" });
        var secret = (await JsonOfAsync(made)).GetProperty("token").GetString()!;
        using var program = Lab.ClientWith(secret);
        var me = (await first.GetFromJsonAsync<JsonElement>("/api/v1/members/me")).GetProperty("id").GetGuid();

        using var left = await first.DeleteAsync($"/api/v1/organisations/{organisation}/members/{me}");
        using var read = await program.GetAsync($"/api/v1/organisations/{organisation}/members");
        var hashes = await Lab.WithDbAsync(db => db.OrganisationTokens.Select(row => row.Hash).ToListAsync());

        Assert.That((left.StatusCode, read.StatusCode), Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.OK)));
        Assert.That(hashes, Has.None.Contains(secret[5..]));
    }

    [Test]
    public async Task Is_made_by_no_token_that_may_less_and_lives_no_longer()
    {
        using var narrow = await Lab.ClientOfAsync(DemoIds.Owner, Scope.Organisation);
        using var reader = await Lab.ClientOfAsync(DemoIds.Owner, Scope.Read);
        using var both = await Lab.ClientOfAsync(DemoIds.Owner, Scope.Read, Scope.Organisation);

        using var unread = await narrow.PostAsJsonAsync($"{Startup}/tokens", new { name = "narrow" });
        using var undecided = await reader.PostAsJsonAsync($"{Startup}/tokens", new { name = "reader" });
        using var made = await both.PostAsJsonAsync($"{Startup}/tokens", new { name = "both", days = 366 });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await CodeOfAsync(unread), await CodeOfAsync(undecided)), Is.EqualTo(("scope-missing", "scope-missing")));
            Assert.That((await JsonOfAsync(made)).GetProperty("expiresAt").GetDateTimeOffset(), Is.LessThanOrEqualTo(Lab.Clock.GetUtcNow().AddDays(90)));
        }
    }

    [Test]
    public async Task Is_one_of_so_many_at_a_time()
    {
        var (owner, organisation) = await OrganisationAsync();
        for (var i = 0; i < OrganisationTokens.Most; i++)
        {
            using var one = await owner.PostAsJsonAsync($"/api/v1/organisations/{organisation}/tokens", new { name = $"Program {i}" });
            Assert.That(one.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        }

        using var beyond = await owner.PostAsJsonAsync($"/api/v1/organisations/{organisation}/tokens", new { name = "One more" });

        Assert.That((beyond.StatusCode, await CodeOfAsync(beyond)), Is.EqualTo((HttpStatusCode.Conflict, "too-many-tokens")));
    }

    [Test]
    public async Task Ends_by_itself_and_is_forgotten_later()
    {
        using var lab = new LabApp(StorageProvider.Sqlite);
        using var owner = await lab.ClientOfAsync(DemoIds.Owner);
        using var made = await owner.PostAsJsonAsync($"{Startup}/tokens", new { name = "For a day", days = 1 });
        using var program = lab.ClientWith((await JsonOfAsync(made)).GetProperty("token").GetString()!);

        lab.Clock.Advance(TimeSpan.FromDays(1));
        using var after = await program.GetAsync(Startup);

        Assert.That(after.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    private async Task<HttpClient> TokenAsync(HttpClient owner, OrganisationId organisation)
    {
        using var made = await owner.PostAsJsonAsync($"/api/v1/organisations/{organisation}/tokens", new { name = "Accounting", days = 30 });
        Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.Created), await made.Content.ReadAsStringAsync());
        return Lab.ClientWith((await JsonOfAsync(made)).GetProperty("token").GetString()!);
    }
}
