using System.IO.Compression;
using System.Net;
using Fablab.Domain.Members;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Pages;

public sealed class Privacy_without_script
{
    private PagesLab lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new PagesLab(settings: new() { ["Privacy:Contact"] = "dpo@lab.example", ["Privacy:Retention:JobFileDays"] = "17", ["Privacy:DataProtectionOfficer"] = "Ms Guardian" });

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [TestCase("fr", "Données personnelles", "17 jours", "10 ans")]
    [TestCase("en", "Privacy", "17 days", "10 years")]
    public async Task Tells_everybody_what_is_kept_by_the_settings_that_count(string language, string title, string days, string years)
    {
        using var visitor = await lab.OpenAsync(language);
        await visitor.GoAsync("/sign-in");
        var link = visitor.Page.QuerySelector("footer a")!.GetAttribute("href");

        await visitor.GoAsync(link!);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(visitor.Page.QuerySelector("h1")!.TextContent, Is.EqualTo(title));
            Assert.That(visitor.Text, Does.Contain(days).And.Contain(years).And.Contain("dpo@lab.example").And.Contain("Ms Guardian").And.Contain("CNIL"));
        }
    }

    [Test]
    public async Task Gives_the_copy_to_who_just_proved_to_be_there()
    {
        using var maker = await lab.OpenAsync("en", DemoIds.Maker);
        await maker.GoAsync("/account/privacy");
        using var fresh = await maker.Client.GetAsync(new Uri("/account/privacy/export", UriKind.Relative));
        lab.Clock.Advance(TimeSpan.FromMinutes(6));
        await maker.GoAsync("/account/privacy/export");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(fresh.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/zip"));
            using var zip = new ZipArchive(await fresh.Content.ReadAsStreamAsync());
            Assert.That(zip.Entries.Select(entry => entry.FullName), Does.Contain("README.txt").And.Contain("profile.json"));
            Assert.That(maker.Address, Does.StartWith("/account/confirm"));
        }
    }

    [Test]
    public async Task Keeps_consent_off_until_it_is_given_and_shows_what_was_said()
    {
        using var maker = await lab.OpenAsync("fr", DemoIds.SecondMaker);
        await maker.GoAsync("/account/privacy");
        var before = maker.Page.QuerySelector("input[name='given']")!.HasAttribute("checked");

        await maker.SendAsync("form[action$='/consents']", new() { ["given"] = "NameShown" });
        var given = maker.Page.QuerySelector("input[name='given']")!.HasAttribute("checked");

        Assert.That((before, given), Is.EqualTo((false, true)));
        Assert.That(maker.Text, Does.Contain("depuis le"));
    }

    [Test]
    public async Task Asks_to_be_sure_then_erases_after_the_days_and_can_be_called_off()
    {
        using var owner = await lab.OpenAsync("en", DemoIds.SecondMaker);
        await owner.GoAsync("/account/privacy");
        await owner.SendAsync("form[action$='/erasure']", button: "button[value='erase']");
        var unsure = (owner.Status, owner.Text);
        await owner.SendAsync("form[action$='/erasure']", new() { ["sure"] = "yes" }, "button[value='erase']");
        var asked = owner.Text;
        await owner.SendAsync("form[action$='/erasure']", button: "button[value='keep']");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(unsure.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(unsure.Text, Does.Contain("Tick the box"));
            Assert.That(asked, Does.Contain("Your account will be erased on"));
            Assert.That(owner.Text, Does.Contain("Your account stays"));
        }
    }

    [Test]
    public async Task Says_what_must_be_done_first()
    {
        using var admin = await lab.OpenAsync("en", DemoIds.Administrator);
        await admin.GoAsync("/account/privacy");

        await admin.SendAsync("form[action$='/erasure']", new() { ["sure"] = "yes" }, "button[value='erase']");

        Assert.That(admin.Text, Does.Contain("you are the last administrator"));
    }

    [Test]
    public async Task Lets_staff_ask_for_a_member_with_a_reason()
    {
        var id = await lab.WithDbAsync(db => db.Users.Where(row => row.Email == DemoIds.Maker).Select(row => row.Id).SingleAsync());
        using var admin = await lab.OpenAsync("en", DemoIds.Administrator);
        await admin.GoAsync($"/people/{id}");
        await admin.SendAsync("form[action$='/erasure']", new() { ["reason"] = "x" });
        var refused = admin.Text;
        await admin.SendAsync("form[action$='/erasure']", new() { ["reason"] = "Moved away" });
        var planned = admin.Text;
        await admin.SendAsync("form[action$='/erasure']", button: "button[value='keep']");
        var member = new MemberId(id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused, Does.Contain("Give a reason"));
            Assert.That(planned, Does.Contain("Will be erased on").And.Contain("Moved away"));
            Assert.That(await lab.WithDbAsync(db => db.Erasures.AnyAsync(row => row.Member == member && row.DueAt != null)), Is.False);
        }
    }
}
