using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Pages;

public class Bundles_without_script
{
    private const string Form = "#bundle";
    private const string Check = "button[value=check]";
    private const string Confirm = "button[value=confirm]";

    private PagesLab lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new PagesLab();

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public async Task Goes_from_the_site_over_the_check_to_all_of_them_and_back_by_cancelling()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/sites/atelier");

        await browser.GoAsync(browser.Page.QuerySelector("a[href$='/book-together']")!.GetAttribute("href")!);
        await browser.SendAsync(Form, Together("2027-03-02", "09:00", "printer-1", "room-1"), Check);
        var shown = browser.Text;
        await browser.SendAsync(Form, button: Confirm);
        var (booked, bundle) = (browser.Text, browser.Address.Split('?')[0]);
        await browser.GoAsync(browser.Page.QuerySelector("main a.row")!.GetAttribute("href")!);
        var leadsBack = browser.Page.QuerySelector($"a[href='{bundle}']") is not null;
        await browser.GoAsync(bundle);
        await browser.SendAsync("#cancel", button: "#cancel button");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(shown, Does.Contain("Printer 1").And.Contain("Meeting room").And.Contain("Together, if you use all of it"));
            Assert.That(booked, Does.Contain("All of these go together.").And.Contain("Tue 2 Mar, 09:00–10:00"));
            Assert.That(leadsBack, Is.True);
            Assert.That(browser.Text, Does.Contain("Cancelled."));
            Assert.That(browser.Page.QuerySelector("#cancel"), Is.Null);
        }
    }

    [TestCase("en", "Not all of them can be booked", "Taken from Wed 3 Mar, 09:00", "All of them are free that day")]
    [TestCase("fr", "Toutes ne peuvent pas être réservées", "Pris de mer. 3 mars, 09:00", "Toutes sont libres ce jour-là")]
    public async Task Tells_of_each_machine_what_stands_against_it_and_when_all_are_free(string language, string told, string reason, string instead)
    {
        using var other = await lab.OpenAsync(language, DemoIds.SecondMaker);
        var theirs = await BookedAsync(other, "room-1", "2027-03-03T08:00:00Z");
        using var browser = await lab.OpenAsync(language, DemoIds.Maker);
        await browser.GoAsync("/sites/atelier/book-together");

        await browser.SendAsync(Form, Together("2027-03-03", "09:30", "printer-1", "room-1"), Check);
        var (status, text, mayConfirm, lines) = (browser.Status, browser.Text, browser.Page.QuerySelector(Confirm) is not null, Lines(browser));
        await browser.GoAsync(browser.Page.QuerySelectorAll("#preview a.opening")[1].GetAttribute("href")!);
        await browser.SendAsync(Form, button: Check);
        var mayThen = browser.Page.QuerySelector(Confirm) is not null;
        await CancelAsync(other, theirs);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((status, mayConfirm), Is.EqualTo((HttpStatusCode.UnprocessableEntity, false)));
            Assert.That(text, Does.Contain(told).And.Contain(instead));
            Assert.That(lines.Single(line => line.Contains(reason, StringComparison.Ordinal)), Does.StartWith(" Meeting room").Or.StartWith("Meeting room"));
            Assert.That(mayThen, Is.True);
        }
    }

    [Test]
    public async Task Books_nothing_when_one_is_taken_after_the_check()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/sites/atelier/book-together");
        await browser.SendAsync(Form, Together("2027-03-04", "09:00", "printer-1", "room-1"), Check);
        using var other = await lab.OpenAsync("en", DemoIds.SecondMaker);
        var theirs = await BookedAsync(other, "room-1", "2027-03-04T08:00:00Z");

        await browser.SendAsync(Form, button: Confirm);
        var (status, text) = (browser.Status, browser.Text);
        await browser.GoAsync("/reservations");
        await CancelAsync(other, theirs);

        Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(text, Does.Contain("Taken from Thu 4 Mar, 09:00"));
        Assert.That(browser.Text, Does.Not.Contain("Thu 4 Mar"));
    }

    [Test]
    public async Task Books_once_when_the_confirmation_is_sent_twice()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/sites/atelier/book-together");
        await browser.SendAsync(Form, Together("2027-03-05", "09:00", "printer-1", "printer-2"), Check);
        var confirmation = browser.Page;
        await browser.SendAsync(Form, button: Confirm);
        var first = browser.Address;

        browser.GoBackTo(confirmation);
        await browser.SendAsync(Form, button: Confirm);

        Assert.That((browser.Address, first.StartsWith("/reservation-bundles/", StringComparison.Ordinal)), Is.EqualTo((first, true)));
    }

    [Test]
    public async Task Puts_them_one_after_the_other_in_the_order_chosen()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/sites/atelier/book-together");
        var wish = Together("2027-03-08", "09:00", "printer-1", "room-1");
        wish["order"] = "sequence";

        await browser.SendAsync(Form, wish, Check);
        await browser.SendAsync(Form, new() { ["place.room-1"] = "1", ["place.printer-1"] = "2" }, Check);
        var lines = Lines(browser);
        await browser.SendAsync(Form, button: Confirm);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines[0], Does.Contain("Meeting room").And.Contain("Mon 8 Mar, 09:00–10:00"));
            Assert.That(lines[1], Does.Contain("Printer 1").And.Contain("Mon 8 Mar, 10:00–11:00"));
            Assert.That(browser.Text, Does.Contain("All of these go together.").And.Contain("10:00–11:00"));
        }
    }

    [TestCase("en", "Book these with it", "The rules want this booked along with it: Meeting room.", "“Meeting room” must be booked along with it, in one bundle.")]
    [TestCase("fr", "À réserver avec", "Les règles demandent de réserver avec : Meeting room.", "« Meeting room » doit être réservé avec, en une seule fois.")]
    public async Task Proposes_on_the_booking_page_what_the_rules_want_along(string language, string title, string told, string missing)
    {
        await lab.SetRulesAsync("atelier", $$"""[{ "kind": "companions", "scope": { "machine": "{{DemoIds.Printer1.Value}}" }, "codes": ["room-1"] }]""");
        using var browser = await lab.OpenAsync(language, DemoIds.Maker);
        await browser.GoAsync("/machines/printer-1/book?start=2027-03-09T09:00:00Z&minutes=60");
        await browser.SendAsync("form[action$='/book']", button: Check);
        var proposed = browser.Text;

        await browser.GoAsync(browser.Page.QuerySelector("#companions a")!.GetAttribute("href")!);
        await browser.SendAsync(Form, button: Check);
        await browser.SendAsync(Form, button: Confirm);
        var (booked, bundle) = (browser.Text, browser.Address.Split('?')[0]);
        await browser.GoAsync(bundle);
        await browser.SendAsync("#cancel", button: "#cancel button");
        await lab.SetRulesAsync("atelier", "[]");

        Assert.That(proposed, Does.Contain(title).And.Contain(told).And.Contain(missing));
        Assert.That(booked, Does.Contain("Printer 1").And.Contain("Meeting room").And.Contain("10:00–11:00"));
    }

    [TestCase("en", "Choose at least two machines.")]
    [TestCase("fr", "Choisissez au moins deux machines.")]
    public async Task Needs_two_machines(string language, string told)
    {
        using var browser = await lab.OpenAsync(language, DemoIds.Maker);
        await browser.GoAsync("/sites/atelier/book-together");

        await browser.SendAsync(Form, Together("2027-03-10", "09:00", "printer-1"), Check);

        Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(browser.Text, Does.Contain(told));
        Assert.That(browser.Page.QuerySelector<IHtmlInputElement>("input[name='m.printer-1']")!.IsChecked, Is.True);
    }

    [TestCase("2027-03-28", "02:30")]
    [TestCase("9999-12-31", "09:00")]
    public async Task Says_that_a_time_is_none(string date, string time)
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/sites/atelier/book-together");

        await browser.SendAsync(Form, Together(date, time, "printer-1", "room-1"), Check);

        Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
    }

    [TestCase(DemoIds.SecondMaker, HttpStatusCode.NotFound)]
    [TestCase(DemoIds.CampusManager, HttpStatusCode.NotFound)]
    [TestCase(DemoIds.AtelierManager, HttpStatusCode.OK)]
    public async Task Of_somebody_else_is_for_the_staff_of_the_site(string email, HttpStatusCode expected)
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/sites/atelier/book-together");
        await browser.SendAsync(Form, Together("2027-03-11", "09:00", "printer-1", "room-1"), Check);
        await browser.SendAsync(Form, button: Confirm);
        var bundle = browser.Address.Split('?')[0];
        using var other = await lab.OpenAsync("en", email);

        await other.GoAsync(bundle);
        await browser.SendAsync("#cancel", button: "#cancel button");

        Assert.That(other.Status, Is.EqualTo(expected));
    }

    private static Dictionary<string, string> Together(string date, string time, params string[] codes)
    {
        var typed = codes.ToDictionary(code => $"m.{code}", _ => "on");
        (typed["date"], typed["time"]) = (date, time);
        return typed;
    }

    private static List<string> Lines(Browser browser) =>
        [.. browser.Page.QuerySelectorAll("#preview li.row").Select(line => System.Text.RegularExpressions.Regex.Replace(line.TextContent.Replace('\u00a0', ' '), @"\s+", " "))];

    private static async Task<string> BookedAsync(Browser browser, string machine, string start)
    {
        await browser.GoAsync($"/machines/{machine}/book?start={start}&minutes=60");
        await browser.SendAsync("form[action$='/book']", button: Check);
        await browser.SendAsync("form[action$='/book']", button: Confirm);
        Assert.That(browser.Address, Does.EndWith("?done=booked"), browser.Text);
        return browser.Address.Split('?')[0];
    }

    private static async Task CancelAsync(Browser browser, string reservation)
    {
        await browser.GoAsync(reservation);
        await browser.SendAsync("#act", button: "button[value=cancel]");
    }
}
