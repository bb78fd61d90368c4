using System.Net;
using System.Net.Http.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.People;

public sealed class The_guardian_of_a_minor(StorageProvider provider) : JoiningTest(provider)
{
    private const string Subject = "Your consent for the lab";

    [Test]
    public async Task Consents_with_one_click_and_withdraws_it_by_the_same_link()
    {
        var guardian = FreshAddress();
        using var minor = await JoinedAsync(FreshAddress());
        using var named = await NameAsync(minor, guardian);
        var before = await ProblemsAsync(minor, "printer-1");
        using var browser = await OpenAsync();

        await browser.GoAsync(await LinkAsync(guardian, Subject));
        var asked = browser.Text;
        await browser.SendAsync("form[action^='/guardian/']", button: "[name=say]");
        var given = (browser.Text, await ProblemsAsync(minor, "printer-1"));
        await browser.SendAsync("form[action^='/guardian/']", button: "[name=say]");
        var withdrawn = await ProblemsAsync(minor, "printer-1");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(named.StatusCode, Is.EqualTo(HttpStatusCode.OK), await named.Content.ReadAsStringAsync());
            Assert.That(before, Does.Contain("guardian-consent-missing"));
            Assert.That(asked, Does.Contain("Jo Joiner is a minor"));
            Assert.That(given.Text, Does.Contain("You consented on"));
            Assert.That(given.Item2, Does.Not.Contain("guardian-consent-missing"));
            Assert.That(withdrawn, Does.Contain("guardian-consent-missing"));
        }
    }

    [Test]
    public async Task Who_withdraws_it_stops_what_is_booked_too()
    {
        var guardian = FreshAddress();
        using var minor = await JoinedAsync(FreshAddress());
        using var named = await NameAsync(minor, guardian);
        using var browser = await OpenAsync();
        await browser.GoAsync(await LinkAsync(guardian, Subject));
        await browser.SendAsync("form[action^='/guardian/']", button: "[name=say]");
        var now = Lab.Clock.GetUtcNow();
        using var booked = await minor.PostAsJsonAsync("/api/v1/reservations", new { machine = "room-1", start = now.UtcDateTime, end = now.AddMinutes(30).UtcDateTime });
        Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.Created), await booked.Content.ReadAsStringAsync());
        await browser.SendAsync("form[action^='/guardian/']", button: "[name=say]");
        using var anew = await NameAsync(minor, FreshAddress());

        using var used = await minor.PostAsync($"{booked.Headers.Location}/check-in", null);

        Assert.That(await used.Content.ReadAsStringAsync(), Does.Contain("not-authorised"));
    }

    [Test]
    public async Task Counts_no_more_once_another_one_is_named()
    {
        var (first, second) = (FreshAddress(), FreshAddress());
        using var minor = await JoinedAsync(FreshAddress());
        using var one = await NameAsync(minor, first);
        var link = await LinkAsync(first, Subject);
        using var browser = await OpenAsync();
        await browser.GoAsync(link);
        await browser.SendAsync("form[action^='/guardian/']", button: "[name=say]");

        Lab.Clock.Advance(TimeSpan.FromSeconds(1));
        using var other = await NameAsync(minor, second);
        var afterwards = await ProblemsAsync(minor, "printer-1");
        await browser.GoAsync(link);

        Assert.That(afterwards, Does.Contain("guardian-consent-missing"));
        Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await LinkAsync(second, Subject), Does.StartWith("/guardian/"));
    }

    [Test]
    public async Task Is_not_asked_of_grown_ups_and_the_site_asks_for_an_age()
    {
        var guardian = FreshAddress();
        using var member = await JoinedAsync(FreshAddress());
        await MinimumAgeAsync(16);
        try
        {
            var unknown = await ProblemsAsync(member, "printer-1");
            using var young = await NameAsync(member, guardian, "2012-03-02");
            var tooYoung = await ProblemsAsync(member, "printer-1");
            using var older = await NameAsync(member, guardian, "1990-01-01");
            using var other = await JoinedAsync(FreshAddress());
            using var old = await NameAsync(other, null, "1990-01-01");

            Assert.That((unknown.Contains("birth-date-needed"), tooYoung.Contains("too-young")), Is.EqualTo((true, true)));
            Assert.That(older.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity), "nobody comes of age by typing");
            Assert.That(await ProblemsAsync(other, "printer-1"), Does.Not.Contain("guardian").And.Not.Contain("birth-date").And.Not.Contain("too-young"));
        }
        finally
        {
            await MinimumAgeAsync(null);
        }
    }

    private static Task<HttpResponseMessage> NameAsync(HttpClient member, string? guardian, string birthDate = "2011-05-06") => member.PutAsJsonAsync(
        "/api/v1/members/me/profile", new { displayName = "Jo Joiner", language = "en", birthDate, guardianName = guardian is null ? null : "Gwenola Guardian", guardianEmail = guardian });

    private Task<int> MinimumAgeAsync(int? age) => Lab.WithDbAsync(db => db.Sites.Where(site => site.Id == DemoIds.Atelier).ExecuteUpdateAsync(set => set.SetProperty(site => site.MinimumAge, age)));
}
