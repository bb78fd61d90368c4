using System.Net;
using System.Net.Http.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Organisations;

public sealed class Signing_up_an_organisation(StorageProvider provider) : OrganisationTest(provider)
{
    private static readonly MemberId Administrator = new(DemoIds.Numbered(76));

    [Test]
    public async Task Makes_one_its_owner_and_tells_administrators()
    {
        var (owner, me, _) = await PersonAsync();
        var siren = FreshSiren();

        using var answer = await owner.PostAsJsonAsync("/api/v1/organisations", Details($"{siren[..3]} {siren[3..6]} {siren[6..]}"));
        var made = await JsonOfAsync(answer);
        var id = new OrganisationId(made.GetProperty("id").GetGuid());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(made.GetProperty("siren").GetString(), Is.EqualTo(siren));
            Assert.That(made.GetProperty("isVerified").GetBoolean(), Is.False);
            Assert.That(made.GetProperty("address").GetProperty("city").GetString(), Is.EqualTo("Brest"));
            Assert.That(await Lab.WithDbAsync(db => db.OrganisationMembers.Where(row => row.Organisation == id).Select(row => row.Member).SingleAsync()), Is.EqualTo(me));
            Assert.That(await ToldAsync(Administrator), Does.Contain("organisation-signed-up"));
            Assert.That(await Lab.WithDbAsync(db => db.Audit.CountAsync(row => row.Subject == $"organisation/{id}")), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Twice_by_one_number_is_refused_without_telling_who_and_staff_are_told()
    {
        var (first, _, _) = await PersonAsync();
        var (second, _, _) = await PersonAsync();
        var siren = FreshSiren();
        using var one = await first.PostAsJsonAsync("/api/v1/organisations", Details(siren, name: "Secret partner"));

        using var answer = await second.PostAsJsonAsync("/api/v1/organisations", Details(siren, name: "Another name"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((answer.StatusCode, await CodeOfAsync(answer)), Is.EqualTo((HttpStatusCode.Conflict, "organisation-known")));
            Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain("Secret"));
            Assert.That(await ToldAsync(Administrator), Does.Contain("organisation-known"));
        }
    }

    [Test]
    public async Task Of_a_known_number_is_told_to_administrators_once_a_day()
    {
        var (first, _, _) = await PersonAsync();
        var (second, _, _) = await PersonAsync();
        var siren = FreshSiren();
        using var one = await first.PostAsJsonAsync("/api/v1/organisations", Details(siren));
        var name = $"Known {siren}";
        var told = new List<int>();
        foreach (var hours in new[] { 0, 1, 24 })
        {
            Lab.Clock.Advance(TimeSpan.FromHours(hours));
            using var answer = await second.PostAsJsonAsync("/api/v1/organisations", Details(siren, name));
            Assert.That(await CodeOfAsync(answer), Is.EqualTo("organisation-known"));
            told.Add((await Lab.WithDbAsync(db => db.Notices.Where(notice => notice.Member == Administrator && notice.Code == "organisation-known").ToListAsync()))
                .Count(notice => notice.Facts["organisation"] == name));
        }

        Assert.That(told, Is.EqualTo([1, 1, 2]));
    }

    [Test]
    public async Task At_once_by_two_people_makes_one_organisation()
    {
        var people = await Task.WhenAll(PersonAsync(), PersonAsync());
        var siren = FreshSiren();

        var answers = await Task.WhenAll(people.Select(person => person.Client.PostAsJsonAsync("/api/v1/organisations", Details(siren))));

        Assert.That(answers.Select(answer => answer.StatusCode), Is.EquivalentTo([HttpStatusCode.Created, HttpStatusCode.Conflict]));
    }

    [TestCase("732829321", null, "company", "FR", "siren-invalid")]
    [TestCase(null, null, "company", "FR", "siren-missing")]
    [TestCase(null, "FR84404833048", "company", "FR", "vat-check-digit")]
    [TestCase("732829320", "FR83404833048", "company", "FR", "vat-of-another-siren")]
    [TestCase(null, "GB123456789", "foreign", "GB", "vat-country")]
    [TestCase(null, "DE13669597", "foreign", "DE", "vat-form")]
    [TestCase(null, null, "foreign", "FR", "country-not-foreign")]
    [TestCase(null, null, "association", "Fra", "address-incomplete")]
    public async Task Tells_what_is_wrong(string? number, string? vat, string kind, string country, string reason)
    {
        var (me, _, _) = await PersonAsync();

        using var answer = await me.PostAsJsonAsync(
            "/api/v1/organisations", Details(number, vatNumber: vat, kind: kind, address: new { line1 = "1 Main Street", city = "Town", country = country[..2], postcode = country.Length > 2 ? "" : "1", line2 = "" }));
        using var incomplete = await me.PostAsJsonAsync("/api/v1/organisations", Details(number, vatNumber: vat, kind: kind, address: new { city = "Town", country = "FR" }));

        Assert.That(await ReasonsOfAsync(reason == "address-incomplete" ? incomplete : answer), Does.Contain(reason));
    }

    [Test]
    public async Task Takes_an_association_without_a_number_and_a_foreign_company_with_its_VAT_number()
    {
        var (me, _, _) = await PersonAsync();

        using var association = await me.PostAsJsonAsync("/api/v1/organisations", Details(null, kind: "association"));
        using var foreign = await me.PostAsJsonAsync(
            "/api/v1/organisations", Details(null, kind: "foreign", vatNumber: "de 136 695 976", address: new { line1 = "Hauptstraße 1", postcode = "10115", city = "Berlin", country = "DE" }));

        Assert.That((association.StatusCode, foreign.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Created)));
        Assert.That((await JsonOfAsync(foreign)).GetProperty("vatNumber").GetString(), Is.EqualTo("DE136695976"));
    }

    [Test]
    public async Task Ends_after_three_that_nobody_verified()
    {
        var (me, _, _) = await PersonAsync();
        var answers = new List<HttpStatusCode>();
        for (var number = 0; number < 4; number++)
        {
            using var answer = await me.PostAsJsonAsync("/api/v1/organisations", Details(FreshSiren()));
            answers.Add(answer.StatusCode);
        }

        Assert.That(answers, Is.EqualTo([HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.Conflict]));
    }

    [Test]
    public async Task Is_looked_at_by_managers_who_say_that_it_is_who_it_says()
    {
        var (owner, id) = await OrganisationAsync(isVerified: false);
        using var manager = await Lab.ClientOfAsync(DemoIds.CampusManager);

        var waiting = await manager.GetStringAsync("/api/v1/organisations/unverified");
        var forMembers = await Maker.GetStringAsync("/api/v1/organisations/unverified");
        using var stranger = await Maker.PostAsync($"/api/v1/organisations/{id}/verify", null);
        using var itself = await owner.PostAsync($"/api/v1/organisations/{id}/verify", null);
        using var verified = await manager.PostAsync($"/api/v1/organisations/{id}/verify", null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(waiting, Does.Contain(id.ToString()));
            Assert.That(forMembers, Is.EqualTo("[]"));
            Assert.That((stranger.StatusCode, itself.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.Forbidden)));
            Assert.That((await JsonOfAsync(verified)).GetProperty("isVerified").GetBoolean(), Is.True);
            Assert.That((await manager.PostAsync($"/api/v1/organisations/{id}/verify", null)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound), "what is verified is none of the staff's");
            Assert.That(await manager.GetStringAsync("/api/v1/organisations/unverified"), Does.Not.Contain(id.ToString()));
        }
    }

    [Test]
    public async Task Is_looked_at_by_somebody_else_and_as_it_was_seen()
    {
        var (owner, id) = await OrganisationAsync(isVerified: false);
        using var manager = await Lab.ClientOfAsync(DemoIds.CampusManager);
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/organisations/{id}/verify");
        request.Headers.TryAddWithoutValidation("If-Match", "\"77\"");
        using var stale = await manager.SendAsync(request);
        await Lab.WithDbAsync(async db =>
        {
            var account = await db.Users.SingleAsync(user => user.Email == DemoIds.CampusManager);
            db.Add(new Fablab.Web.Data.Rows.OrganisationMemberRow { Organisation = id, Member = new MemberId(account.Id), Role = OrganisationRole.Member });
            return await db.SaveChangesAsync();
        });

        using var own = await manager.PostAsync($"/api/v1/organisations/{id}/verify", null);

        Assert.That((stale.StatusCode, own.StatusCode), Is.EqualTo((HttpStatusCode.PreconditionFailed, HttpStatusCode.Forbidden)));
    }

    [Test]
    public async Task Is_changed_by_its_owner_and_verified_anew_when_the_name_changes()
    {
        var (owner, id) = await OrganisationAsync();
        var (member, _, _) = await MemberOfAsync(id);
        using var read = await owner.GetAsync($"/api/v1/organisations/{id}");
        var siren = (await JsonOfAsync(read)).GetProperty("siren").GetString();

        using var address = await PutAsync(owner, id, Details(siren, address: new { line1 = "1 quai", postcode = "29200", city = "Brest", country = "FR" }), read.Headers.ETag!.ToString());
        using var stale = await PutAsync(owner, id, Details(siren, name: "Other"), read.Headers.ETag!.ToString());
        using var name = await PutAsync(owner, id, Details(siren, name: "Other"), address.Headers.ETag!.ToString());
        using var byMember = await PutAsync(member, id, Details(siren), null);
        using var byStranger = await PutAsync(Maker, id, Details(siren), null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await JsonOfAsync(address)).GetProperty("isVerified").GetBoolean(), Is.True);
            Assert.That(stale.StatusCode, Is.EqualTo(HttpStatusCode.PreconditionFailed));
            Assert.That((await JsonOfAsync(name)).GetProperty("isVerified").GetBoolean(), Is.False);
            Assert.That((byMember.StatusCode, byStranger.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.NotFound)));
        }
    }

    [Test]
    public async Task Cannot_be_done_later_by_taking_the_number_of_another_one()
    {
        var (owner, id) = await OrganisationAsync();
        var (other, otherId) = await OrganisationAsync();
        var taken = (await JsonOfAsync(await other.GetAsync($"/api/v1/organisations/{otherId}"))).GetProperty("siren").GetString();

        using var answer = await PutAsync(owner, id, Details(taken), null);

        Assert.That((answer.StatusCode, await CodeOfAsync(answer)), Is.EqualTo((HttpStatusCode.Conflict, "organisation-known")));
    }

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, OrganisationId id, object details, string? ifMatch)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/organisations/{id}") { Content = JsonContent.Create(details) };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return client.SendAsync(request);
    }
}
