using System.Net;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Pages;

public class Booking_without_script
{
    private const string Form = "form[action$='/book']";
    private const string Check = "button[value=check]";
    private const string Confirm = "button[value=confirm]";

    private PagesLab lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new PagesLab();

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public async Task Goes_from_the_job_file_over_the_price_to_the_reservation_and_back_by_cancelling()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/machines/printer-1/book?start=2027-03-02T09:00:00Z&minutes=120");

        await browser.SendAsync(Form, new() { ["project"] = DemoIds.Drone.ToString() }, Check, ("file", "cube.gcode", Gcode(";estimated printing time (normal mode) = 48m 12s\nG28\nG1 X10 Y10 E1 F1200\n")));
        var shown = browser.Text;
        await browser.SendAsync(Form, button: Confirm);
        var (booked, reservation) = (browser.Text, browser.Address);
        await browser.GoAsync("/reservations");
        var listed = browser.Text;
        await browser.GoAsync(reservation);
        await browser.SendAsync("#act", button: "button[value=cancel]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(shown, Does.Contain("cube.gcode").And.Contain("48 min").And.Contain("€6.00 excl. VAT, €7.20 incl. VAT"));
            Assert.That(booked, Does.Contain("Booked. The slot is yours.").And.Contain("Inspection drone"));
            Assert.That(listed, Does.Contain("Tue 2 Mar, 10:00–12:00"));
            Assert.That(browser.Text, Does.Contain("Cancelled"));
        }
    }

    [Test]
    public async Task Shows_every_reason_with_its_numbers_and_what_is_free_instead_and_keeps_what_was_typed()
    {
        using var first = await lab.OpenAsync("fr", DemoIds.Maker);
        await BookAsync(first, "printer-2", "2027-03-04", "09:00");
        using var second = await lab.OpenAsync("fr", DemoIds.SecondMaker);

        await second.GoAsync("/machines/printer-2/book");
        await second.SendAsync(Form, new() { ["date"] = "2027-03-04", ["time"] = "09:30" }, Check);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(second.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(second.Page.QuerySelector("[role=alert]")!.TextContent, Does.Contain("Pris de jeu. 4 mars, 09:00 à jeu. 4 mars, 10:05"));
            Assert.That(second.Page.QuerySelectorAll("a.opening"), Is.Not.Empty);
            Assert.That(second.Page.QuerySelector<IHtmlInputElement>("#time")!.Value, Is.EqualTo("09:30"));
            Assert.That(second.Page.QuerySelector(Confirm), Is.Null);
        }
    }

    [Test]
    public async Task Asks_a_manager_when_the_member_confirms_what_was_shown()
    {
        await lab.SetRulesAsync("atelier", """[{ "kind": "approval", "whenLongerThan": "3:00:00", "heldFor": "48:00:00" }]""");
        using var browser = await lab.OpenAsync("fr", DemoIds.Maker);
        await browser.GoAsync("/machines/printer-1/book?start=2027-03-09T09:00:00Z&minutes=240");

        await browser.SendAsync(Form, button: Check);
        var shown = browser.Text;
        await browser.SendAsync(Form, button: Confirm);
        await lab.SetRulesAsync("atelier", "[]");

        Assert.That(shown, Does.Contain("Un responsable doit l’accepter"));
        Assert.That(browser.Address, Does.StartWith("/reservations/"));
        Assert.That(browser.Text, Does.Not.Contain("Le créneau est à vous"));
    }

    [Test]
    public async Task Books_once_when_the_confirmation_is_sent_twice()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/machines/printer-1/book");
        await browser.SendAsync(Form, new() { ["date"] = "2027-03-05", ["time"] = "09:00" }, Check);
        var confirmation = browser.Page;

        await browser.SendAsync(Form, button: Confirm);
        var first = browser.Address;
        browser.GoBackTo(confirmation);
        await browser.SendAsync(Form, button: Confirm);

        Assert.That(browser.Address, Is.EqualTo(first));
    }

    [Test]
    public async Task Refuses_an_hour_that_the_clocks_skip()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/machines/printer-1/book");

        await browser.SendAsync(Form, new() { ["date"] = "2027-03-28", ["time"] = "02:30" }, Check);

        Assert.That(browser.Page.QuerySelector("[role=alert]")!.TextContent, Does.Contain("02:30 does not exist that day"));
    }

    [Test]
    public async Task Tells_the_line_of_a_file_that_must_not_run()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/machines/printer-1/book");

        await browser.SendAsync(Form, button: Check, file: ("file", "bad.gcode", Gcode("G28\nM112\n")));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(browser.Page.QuerySelector("[role=alert]")!.TextContent, Does.Contain("Line 2: M112 is no part of a job"));
        }
    }

    [Test]
    public async Task Says_which_training_is_missing()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.SecondMaker);
        await browser.GoAsync("/machines/laser-1/book");

        await browser.SendAsync(Form, new() { ["date"] = "2027-03-04", ["time"] = "14:00" }, Check);

        Assert.That(browser.Page.QuerySelector("[role=alert]")!.TextContent, Does.Contain("You need a machine authorisation"));
    }

    private static async Task BookAsync(Browser browser, string machine, string date, string time)
    {
        await browser.GoAsync($"/machines/{machine}/book");
        await browser.SendAsync(Form, new() { ["date"] = date, ["time"] = time }, Check);
        await browser.SendAsync(Form, button: Confirm);
    }

    private static MemoryStream Gcode(string text) => new(Encoding.UTF8.GetBytes(text));
}
