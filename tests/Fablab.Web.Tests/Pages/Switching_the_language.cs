using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Pages;

/// <summary>The switch belongs to the form of the page, so that what is typed goes along and comes back.</summary>
public class Switching_the_language
{
    private const string Switch = "button[name=language]";

    private PagesLab lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new PagesLab();

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [TestCase("en", "fr", "Facturer à")]
    [TestCase("fr", "en", "Charge to")]
    public async Task Keeps_a_booking_form_as_it_was_filled_in(string from, string to, string then)
    {
        using var browser = await InAsync(from, DemoIds.Maker);
        await browser.GoAsync("/machines/room-1/book");

        await SwitchAsync(browser, "#book", new() { ["date"] = "2027-03-09", ["time"] = "13:15", ["minutes"] = "120", ["with"] = "A friend", ["project"] = DemoIds.Drone.ToString() });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(browser.Page.DocumentElement.GetAttribute("lang"), Is.EqualTo(to));
            Assert.That(browser.Text, Does.Contain(then));
            Assert.That((Value(browser, "date"), Value(browser, "time"), Value(browser, "minutes"), Value(browser, "project")), Is.EqualTo(("2027-03-09", "13:15", "120", DemoIds.Drone.ToString())));
            Assert.That(browser.Page.QuerySelector<IHtmlTextAreaElement>("#with")!.Value.Trim(), Is.EqualTo("A friend"));
            Assert.That(browser.Page.QuerySelector("button[value=confirm]"), Is.Not.Null, "the price is shown, nothing is booked");
        }
    }

    [TestCase("en", "fr")]
    [TestCase("fr", "en")]
    public async Task Keeps_a_series_and_several_machines_as_they_were_filled_in(string from, string to)
    {
        using var browser = await InAsync(from, DemoIds.Maker);

        await browser.GoAsync("/machines/room-1/repeat");
        await SwitchAsync(browser, "#series", new() { ["time"] = "17:30", ["count"] = "nine", ["friday"] = "on" });
        var series = (browser.Page.DocumentElement.GetAttribute("lang"), Value(browser, "time"), Value(browser, "count"), browser.Page.QuerySelector<IHtmlInputElement>("[name=friday]")!.IsChecked);
        await browser.GoAsync("/sites/atelier/book-together");
        await SwitchAsync(browser, "#bundle", new() { ["m.printer-1"] = "on", ["time"] = "18:00" });

        Assert.That(series, Is.EqualTo((to, "17:30", "nine", true)));
        Assert.That((browser.Page.DocumentElement.GetAttribute("lang"), Value(browser, "time"), browser.Page.QuerySelector<IHtmlInputElement>("[name='m.printer-1']")!.IsChecked), Is.EqualTo((from, "18:00", true)));
    }

    [TestCase("en", "fr")]
    [TestCase("fr", "en")]
    public async Task Keeps_a_course_and_a_session_that_staff_write_and_saves_neither(string from, string to)
    {
        using var browser = await InAsync(from, DemoIds.AtelierManager);

        await browser.GoAsync("/sites/atelier/courses/new");
        await SwitchAsync(browser, "#course", new() { ["name-fr"] = "Reliure", ["months"] = "18", ["q0-fr"] = "Le fil ?" });
        var course = (browser.Status, browser.Page.DocumentElement.GetAttribute("lang"), Value(browser, "name-fr"), Value(browser, "months"), Value(browser, "q0-fr"));
        await browser.GoAsync("/sites/atelier/trainings/plan");
        await SwitchAsync(browser, "#plan", new() { ["date"] = "2027-05-04", ["seats"] = "11" });

        Assert.That(course, Is.EqualTo((HttpStatusCode.OK, to, "Reliure", "18", "Le fil ?")));
        Assert.That((browser.Status, browser.Page.DocumentElement.GetAttribute("lang"), Value(browser, "date"), Value(browser, "seats")), Is.EqualTo((HttpStatusCode.OK, from, "2027-05-04", "11")));
        Assert.That(await lab.WithDbAsync(db => db.Courses.AnyAsync(row => row.Name.Fr == "Reliure")), Is.False);
    }

    [TestCase("en", "fr")]
    [TestCase("fr", "en")]
    public async Task Keeps_a_wish_to_wait_and_puts_nobody_in_line(string from, string to)
    {
        using var browser = await InAsync(from, DemoIds.Maker);
        await browser.GoAsync("/machines/printer-1/wait");

        await SwitchAsync(browser, "#join", new() { ["date"] = "2027-03-09", ["from"] = "13:15", ["until"] = "17:45", ["shorter"] = "on" });

        Assert.That((browser.Status, browser.Page.DocumentElement.GetAttribute("lang")), Is.EqualTo((HttpStatusCode.OK, to)));
        Assert.That((Value(browser, "date"), Value(browser, "from"), Value(browser, "until")), Is.EqualTo(("2027-03-09", "13:15", "17:45")));
        Assert.That(browser.Page.QuerySelector<IHtmlInputElement>("[name=shorter]")!.IsChecked, Is.True);
    }

    [TestCase("en", "fr", "Durée d’une réservation")]
    [TestCase("fr", "en", "Length")]
    public async Task Keeps_a_draft_of_rules_on_each_of_its_pages(string from, string to, string then)
    {
        using var browser = await InAsync(from, DemoIds.AtelierManager);
        await browser.GoAsync("/sites/atelier/rules");
        await browser.GoAsync(browser.Page.QuerySelectorAll("a").Select(link => link.GetAttribute("href")!).First(link => link.Contains("/rules/draft", StringComparison.Ordinal)));

        await SwitchAsync(browser, "#draft", new() { ["note"] = "Quieter evenings" });
        var note = (browser.Page.DocumentElement.GetAttribute("lang"), Value(browser, "note"));
        await SwitchAsync(browser, "#draft", []);
        await browser.SendAsync("#draft", new() { ["kind"] = "length" }, "button[value=add]");
        var field = browser.Page.QuerySelectorAll<IHtmlInputElement>("#rule input[type=number], #rule input[type=text], #rule input:not([type])").First();
        await SwitchAsync(browser, "#rule", new() { [field.Name!] = "7" });
        var rule = (browser.Page.DocumentElement.GetAttribute("lang"), browser.Page.QuerySelector<IHtmlInputElement>($"#rule [name='{field.Name}']")?.Value);
        var text = browser.Text;
        await browser.SendAsync("#rule", button: "button[value=back]");
        await browser.SendAsync("#draft", button: "button[value=text]");
        await SwitchAsync(browser, "#draft", new() { ["text"] = "[ half a rule" });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(note, Is.EqualTo((to, "Quieter evenings")));
            Assert.That(rule, Is.EqualTo((to, "7")));
            Assert.That(text, Does.Contain(then));
            Assert.That(browser.Page.DocumentElement.GetAttribute("lang"), Is.EqualTo(from));
            Assert.That(browser.Page.QuerySelector<IHtmlTextAreaElement>("#text")!.Value, Is.EqualTo("[ half a rule"));
        }
    }

    [TestCase("//elsewhere.example/")]
    [TestCase("https://elsewhere.example/")]
    public async Task Sends_nobody_elsewhere(string address)
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/machines/room-1/book");
        browser.Page.QuerySelector("#book")!.SetAttribute("action", $"/language?form={Uri.EscapeDataString(address)}");

        await browser.SendAsync("#book", button: Switch);

        Assert.That((browser.Status, browser.Address), Is.EqualTo((HttpStatusCode.OK, "/")));
    }

    /// <summary>The account remembers what was chosen last.</summary>
    private async Task<Browser> InAsync(string language, string email)
    {
        var browser = await lab.OpenAsync(language, email);
        await browser.GoAsync("/");
        if (browser.Page.DocumentElement.GetAttribute("lang") != language)
        {
            await browser.SendAsync("form.language", button: Switch);
        }

        return browser;
    }

    /// <summary>As a browser does it: the button names the form that it belongs to and where that is sent.</summary>
    private static async Task SwitchAsync(Browser browser, string form, Dictionary<string, string> typed)
    {
        var button = browser.Page.QuerySelector(Switch)!;
        Assert.That(button.GetAttribute("form"), Is.EqualTo(form[1..]));
        browser.Page.QuerySelector(form)!.SetAttribute("action", button.GetAttribute("formaction")!);
        await browser.SendAsync(form, typed, Switch);
    }

    private static string? Value(Browser browser, string name) => browser.Page.QuerySelector($"main [name='{name}']") switch
    {
        IHtmlInputElement input => input.Value,
        IHtmlSelectElement select => select.Value,
        _ => null,
    };
}
