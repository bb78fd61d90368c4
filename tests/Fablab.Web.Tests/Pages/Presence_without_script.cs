using System.Net;
using Fablab.Domain.Members;
using Fablab.Domain.Presence;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Tests.Pages;

public sealed class Presence_without_script
{
    private static readonly MemberId Minor = new(DemoIds.Numbered(72));

    private PagesLab lab = null!;

    [SetUp]
    public void Open_the_lab() => lab = new PagesLab();

    [TearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public async Task Is_told_by_staff_who_find_somebody_by_a_part_of_their_name()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.AtelierManager);

        await browser.GoAsync("/sites/atelier/presence?search=lle%20maker");
        await browser.SendAsync("form:has([name=member])", button: "[name=member]");
        var noted = browser.Page.QuerySelector("[aria-labelledby=people]")!.TextContent;
        await browser.SendAsync("[aria-labelledby=people] li:has(button) form", button: "[aria-labelledby=people] li:has(button) button");

        var visits = await lab.WithDbAsync(db => db.Visits.AsNoTracking().Where(visit => visit.Member == Minor).ToListAsync());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(noted, Does.Contain("Maëlle Maker").And.Contain("told by staff"));
            Assert.That(visits, Has.Count.EqualTo(1));
            Assert.That(browser.Address, Is.EqualTo("/sites/atelier/presence"));
        }
    }

    [Test]
    public async Task Has_a_sheet_for_paper_one_click_away_that_marks_minors_and_is_for_staff_alone()
    {
        await ArriveAsync();
        using var browser = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await browser.GoAsync("/sites/atelier/presence");

        await browser.GoAsync(browser.Page.QuerySelector("main .actions a.primary")!.GetAttribute("href")!);
        using var maker = await lab.OpenAsync("en", DemoIds.Maker);
        await maker.GoAsync("/sites/atelier/presence");
        var (seen, status) = (maker.Text, maker.Status);
        await maker.GoAsync("/sites/atelier/presence/evacuation");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(browser.Page.QuerySelectorAll("table.heads tbody tr").Select(row => row.TextContent), Has.Exactly(2).Items.And.One.Contains("Maëlle Maker").And.One.Contains("Minor"));
            Assert.That(browser.Page.QuerySelector(".totals")!.TextContent, Does.Match(@"\d\d:\d\d:\d\d").And.Contain("2 people").And.Contain("1 minor"));
            Assert.That((status, maker.Status), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.NotFound)));
            Assert.That(seen, Does.Contain("2 people in").And.Not.Contain("Maëlle"));
        }
    }

    [Test]
    public async Task Is_ended_by_the_member_who_forgot_to_badge_out()
    {
        await ArriveAsync();
        using var browser = await lab.OpenAsync("en", DemoIds.SecondMaker);

        await browser.GoAsync("/sites/atelier/presence");
        await browser.SendAsync("form:has([name=visit])", button: "[name=visit]");
        await browser.GoAsync("/account/visits");

        Assert.That(browser.Text, Does.Contain("Atelier Rennes").And.Contain("told themselves that they left").And.Contain("90 days"));
    }

    [Test]
    public async Task Is_told_by_members_themselves_where_the_lab_lets_them()
    {
        using var open = new PagesLab(settings: new() { ["Presence:MembersTellThemselvesIn"] = "true" });
        using var browser = await open.OpenAsync("en", DemoIds.SecondMaker);
        await browser.GoAsync("/sites/atelier/presence");

        await browser.SendAsync("[aria-labelledby=mine] form");
        var told = browser.Text;
        using var other = await lab.OpenAsync("en", DemoIds.SecondMaker);
        await other.GoAsync("/sites/atelier/presence");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(told, Does.Contain("You are noted as in since"));
            Assert.That(other.Page.QuerySelector("[aria-labelledby=mine] form"), Is.Null, "usually a door tells it");
        }
    }

    [Test]
    public async Task Has_kiosks_that_a_manager_makes_and_revokes()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await browser.GoAsync("/sites/atelier/kiosks");

        await browser.SendAsync("form:has(#name)", new() { ["name"] = "South door" });
        var code = browser.Page.QuerySelector("code.secret")!.TextContent;
        using var tablet = await lab.OpenAsync("fr");
        await tablet.GoAsync("/kiosk");
        await tablet.SendAsync("form[action='/kiosk/pair']", new() { ["code"] = code });
        var paired = tablet.Page.QuerySelector("h1")!.TextContent;
        await browser.GoAsync("/sites/atelier/kiosks");
        var once = browser.Page.QuerySelector("code.secret");
        await browser.SendAsync("li:has(button[name=revoke]) form", button: "li:last-child button[name=revoke]");
        await tablet.GoAsync("/kiosk");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(paired, Is.EqualTo("Bienvenue : Atelier Rennes").Or.EqualTo("Bienvenue : Atelier Rennes"));
            Assert.That(once, Is.Null, "a code is shown once");
            Assert.That(tablet.Page.QuerySelector("#code"), Is.Not.Null, "it is a kiosk no more");
        }
    }

    [Test]
    public async Task Has_a_PIN_that_its_member_chooses_and_gives_up_under_security()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.SecondMaker);
        await browser.GoAsync("/account/security");

        await browser.SendAsync("form[action='/account/security/kiosk-pin']", new() { ["pin"] = "123456" });
        var (status, refused) = (browser.Status, browser.Text);
        await browser.SendAsync("form[action='/account/security/kiosk-pin']", new() { ["pin"] = "581734" });
        var saved = browser.Text;
        var kept = await lab.WithDbAsync(db => db.KioskPins.AsNoTracking().Select(pin => pin.Hash).ToListAsync());
        await browser.SendAsync("form:has([name=remove][value=pin])", button: "[name=remove][value=pin]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(refused, Does.Contain("too easy to guess"));
            Assert.That(saved, Does.Contain("is saved"));
            Assert.That(kept, Has.One.Items.And.None.Contains("581734"));
            Assert.That(browser.Text, Does.Contain("is removed"));
        }
    }

    [Test]
    public async Task Has_labels_of_machines_that_lead_to_their_pages_for_staff()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await browser.GoAsync("/machines/printer-1");
        await browser.GoAsync(browser.Page.QuerySelector("main a[href$='/label']")!.GetAttribute("href")!);
        var one = browser.Page.QuerySelectorAll(".label").Select(label => label.TextContent).ToList();
        await browser.GoAsync("/sites/atelier/labels");
        var all = browser.Page.QuerySelectorAll(".label .qr").Length;
        using var maker = await lab.OpenAsync("en", DemoIds.Maker);
        await maker.GoAsync("/machines/printer-1");
        var link = maker.Page.QuerySelector("main a[href$='/label']");
        await maker.GoAsync("/machines/printer-1/label");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(one, Has.One.Items.And.One.Contains("http://localhost:5080/machines/printer-1"));
            Assert.That(all, Is.EqualTo(await lab.WithDbAsync(db => db.Machines.CountAsync(machine => machine.Site == DemoIds.Atelier))));
            Assert.That(link, Is.Null);
            Assert.That(maker.Status, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    /// <summary>Somebody of fourteen is in, beside the manager who is in anyway.</summary>
    private Task<int> ArriveAsync() => lab.WithDbAsync(async db =>
    {
        var now = Instant.FromDateTimeOffset(lab.Clock.GetUtcNow());
        await db.Users.Where(user => user.Id == Minor.Value).ExecuteUpdateAsync(set => set.SetProperty(user => user.BirthDate, (LocalDate?)new LocalDate(2012, 5, 1)));
        db.Add(new Visit { Id = new VisitId(Guid.CreateVersion7()), Member = Minor, Site = DemoIds.Atelier, ArrivedAt = now, ArrivedBy = Told.Badge, ClosesAt = now + Duration.FromHours(5) });
        return await db.SaveChangesAsync();
    });
}
