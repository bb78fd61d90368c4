using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Pages;

public class Every_page
{
    private static readonly string Organisation = $"/organisations/{DemoIds.Startup}";

    private PagesLab lab = null!;

    public static IEnumerable<TestCaseData> Pages()
    {
        (string? Who, string Address)[] pages =
        [
            (null, "/sign-in"), (null, "/kiosk"), (DemoIds.AtelierManager, "/sites/atelier/presence?search=ma"), (DemoIds.Maker, "/sites/atelier/presence"), (DemoIds.Maker, "/account/visits"),
            (DemoIds.AtelierManager, "/sites/atelier/presence/evacuation"), (DemoIds.AtelierManager, "/sites/atelier/kiosks"), (DemoIds.AtelierManager, "/sites/atelier/labels"),
            (DemoIds.AtelierManager, "/machines/printer-1/label"), (null, "/register"), (null, "/register/campus"), (DemoIds.Administrator, "/people/requests"), (DemoIds.Administrator, "/sites/campus/invitations"), (DemoIds.AtelierManager, "/sites/atelier/policy"), (DemoIds.AtelierManager, "/people"), (DemoIds.Administrator, $"/people/{DemoIds.Numbered(72)}"),
            (DemoIds.AtelierManager, $"/people/{DemoIds.Numbered(73)}"), (DemoIds.AtelierManager, "/people/groups"), (DemoIds.AtelierManager, "/people/tariff-requests"), (DemoIds.Maker, "/account/tariffs"), (DemoIds.Maker, "/account/profile"), (DemoIds.AtelierManager, "/sites/atelier/terms"), (DemoIds.Newcomer, "/sites/campus"),
            (DemoIds.Maker, "/"), (DemoIds.Maker, "/sites/atelier"), (DemoIds.Maker, "/machines/printer-1"), (DemoIds.Maker, "/machines/laser-1?from=2027-03-26"),
            (DemoIds.Maker, "/machines/printer-1/book"), (DemoIds.Maker, "/machines/laser-1/book?start=2027-03-02T09:00:00Z&minutes=30"), (DemoIds.Maker, "/reservations"),
            (DemoIds.Maker, "/find-a-time"), (DemoIds.Maker, "/find-a-time?minutes=720&day=2027-03-05&kind=LaserCutter&site=campus"), (DemoIds.Maker, "/machines/printers/book?start=2027-03-02T09:00:00Z"),
            (DemoIds.Maker, "/sites/atelier/calendar"), (DemoIds.AtelierManager, "/sites/atelier/calendar?day=2027-03-28&kind=Printer3D"), (DemoIds.Maker, "/sites/campus/calendar?kind=Seat"),
            (DemoIds.Maker, "/machines/printer-1/repeat"), (DemoIds.Maker, "/sites/atelier/book-together"), (DemoIds.Maker, "/waiting-list"), (DemoIds.Maker, "/machines/printer-1/wait"),
            (DemoIds.Maker, "/trainings"), (DemoIds.AtelierManager, "/sites/atelier/authorisations"), (DemoIds.AtelierManager, "/sites/atelier/trainings/plan"), (DemoIds.AtelierManager, "/sites/atelier/courses"),
            (DemoIds.AtelierManager, "/sites/atelier/courses/new"), (DemoIds.AtelierManager, $"/sites/atelier/courses/{DemoIds.Numbered(93)}"), (DemoIds.AtelierManager, $"/trainings/{DemoIds.MillingSession}/edit"),
            (DemoIds.SecondMaker, "/machines/cnc-1"), (DemoIds.AtelierManager, $"/trainings/{DemoIds.MillingSession}"), (DemoIds.Maker, "/authorisations"),
            (DemoIds.Maker, "/account"), (DemoIds.Maker, "/account/notices"), (DemoIds.Maker, "/account/sites/atelier/leave"), (DemoIds.Maker, "/account/calendars?machine=laser-1"), (DemoIds.Maker, "/organisations"), (DemoIds.Maker, Organisation), (DemoIds.Maker, "/organisations/sign-up"), (DemoIds.AtelierManager, "/organisations/new"),
            (DemoIds.Owner, $"{Organisation}/edit"), (DemoIds.Owner, $"{Organisation}/members"), (DemoIds.Maker, $"{Organisation}/projects"),
            (DemoIds.Owner, $"{Organisation}/projects"), (DemoIds.Owner, $"{Organisation}/projects/{DemoIds.Housing}"), (DemoIds.Owner, $"{Organisation}/requests"), (DemoIds.Owner, $"{Organisation}/tokens"), (DemoIds.Owner, Organisation), (DemoIds.Administrator, $"{Organisation}?month=2027-02"),
            (DemoIds.AtelierManager, "/sites/atelier/board"), (DemoIds.AtelierManager, "/sites/atelier/board/cnc-1/out-of-order"),
            (DemoIds.AtelierManager, "/sites/atelier/board/cnc-1/give-up-session"), (DemoIds.AtelierManager, "/sites/atelier/rules"),
            (DemoIds.AtelierManager, "/sites/atelier/rules/draft"), (DemoIds.Administrator, "/rules"), (DemoIds.Administrator, "/rules/draft"), (DemoIds.Administrator, "/"),
            (DemoIds.Administrator, "/import"), (DemoIds.AtelierManager, "/import"), (DemoIds.Administrator, "/export"), (DemoIds.Administrator, "/audit"), (DemoIds.AtelierManager, "/audit?site=atelier&from=2027-03-01"),
        ];
        return pages.SelectMany(page => new[] { "fr", "en" }.Select(language => new TestCaseData(page.Who, page.Address, language)));
    }

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new PagesLab();

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [TestCaseSource(nameof(Pages))]
    public async Task Is_complete_in_both_languages(string? who, string address, string language)
    {
        using var browser = await lab.OpenAsync(language, who);

        await browser.GoAsync(address);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(browser.Page.DocumentElement.GetAttribute("lang"), Is.EqualTo(language));
            Assert.That(browser.Page.QuerySelectorAll("h1"), Has.Length.EqualTo(1));
            Assert.That(browser.Page.Title, Does.EndWith("· Fablab"));
            Assert.That(browser.Page.QuerySelectorAll("style, script:not([src]), [style], [onclick]"), Is.Empty, "the content policy forbids inline script and style");
            Assert.That(Unlabelled(browser.Page), Is.Empty);
            Assert.That(browser.Page.QuerySelectorAll("form[method=post]").Where(form => form.QuerySelector("input[name=__RequestVerificationToken]") is null), Is.Empty);
            Assert.That(DoubledIds(browser.Page), Is.Empty);
        }
    }

    [TestCase("/machines/no-such-machine", "fr", "Introuvable")]
    [TestCase("/machines/no-such-machine", "en", "Not found")]
    [TestCase("/no-such-page", "fr", "Introuvable")]
    [TestCase("/no-such-page", "en", "Not found")]
    public async Task That_does_not_exist_says_so(string address, string language, string title)
    {
        using var browser = await lab.OpenAsync(language, DemoIds.Maker);

        await browser.GoAsync(address);

        Assert.That((browser.Status, browser.Page.QuerySelector("h1")!.TextContent), Is.EqualTo((HttpStatusCode.NotFound, title)));
    }

    [Test]
    public async Task Of_the_manager_does_not_exist_for_a_maker()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);

        await browser.GoAsync("/sites/atelier/board");

        Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Of_another_site_does_not_exist_for_a_manager()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.CampusManager);

        await browser.GoAsync("/sites/atelier/board");

        Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Of_another_organisation_does_not_exist()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.SecondMaker);

        await browser.GoAsync(Organisation);

        Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Sends_a_visitor_to_sign_in_and_back()
    {
        using var browser = await lab.OpenAsync("en");

        await browser.GoAsync("/machines/printer-1");
        await browser.SendAsync("form[action='/sign-in']", new() { ["email"] = DemoIds.Maker, ["password"] = DemoIds.Password });

        Assert.That(browser.Address, Is.EqualTo("/machines/printer-1"));
    }

    [Test]
    public async Task Keeps_the_address_and_tells_nothing_more_when_a_password_is_wrong()
    {
        using var browser = await lab.OpenAsync("en");

        await browser.GoAsync("/sign-in");
        await browser.SendAsync("form[action='/sign-in']", new() { ["email"] = "nobody@fablab.example", ["password"] = "wrong" });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(browser.Page.QuerySelector("[role=alert]"), Is.Not.Null);
            Assert.That(browser.Page.QuerySelector<IHtmlInputElement>("#email")!.Value, Is.EqualTo("nobody@fablab.example"));
        }
    }

    [Test]
    public async Task Changes_its_language_and_the_account_remembers()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.CampusManager);

        await browser.GoAsync("/account");
        await browser.SendAsync("form.language", button: "form.language button");
        using var another = await lab.OpenAsync("en", DemoIds.CampusManager);
        await another.GoAsync("/account");

        Assert.That((browser.Address, browser.Page.DocumentElement.GetAttribute("lang"), another.Page.DocumentElement.GetAttribute("lang")), Is.EqualTo(("/account", "fr", "fr")));
    }

    [Test]
    public async Task Lets_one_open_a_form_again_that_is_no_longer_valid()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/account");

        browser.Page.QuerySelectorAll<IHtmlInputElement>("input[name=__RequestVerificationToken]").ToList().ForEach(token => token.Value = "old");
        browser.Client.DefaultRequestHeaders.Referrer = new Uri("http://localhost/account");
        await browser.SendAsync("form[action='/account']", new() { ["create"] = "script" });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((browser.Status, browser.Page.DocumentElement.GetAttribute("lang")), Is.EqualTo((HttpStatusCode.BadRequest, "en")));
            Assert.That(browser.Page.QuerySelector("main a.primary")!.GetAttribute("href"), Is.EqualTo("/account"));
        }
    }

    [Test]
    public async Task Shows_an_access_token_once()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Owner);
        await browser.GoAsync("/account");

        await browser.SendAsync("form.narrow[action='/account']", new() { ["create"] = "weekly report" });
        var secret = browser.Page.QuerySelector(".secret")?.TextContent;
        await browser.GoAsync("/account");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(secret, Does.StartWith("fab_"));
            Assert.That(browser.Page.QuerySelector(".secret"), Is.Null);
            Assert.That(browser.Text, Does.Contain("weekly report"));
        }
    }

    private static IEnumerable<string> Unlabelled(IHtmlDocument page) => page.QuerySelectorAll("input:not([type=hidden]), select, textarea")
        .Where(field => field.Closest("label") is null && page.QuerySelector($"label[for='{field.Id}']") is null)
        .Select(field => field.OuterHtml);

    private static IEnumerable<string?> DoubledIds(IHtmlDocument page) =>
        page.QuerySelectorAll("[id]").GroupBy(element => element.Id).Where(group => group.Count() > 1).Select(group => group.Key);
}
