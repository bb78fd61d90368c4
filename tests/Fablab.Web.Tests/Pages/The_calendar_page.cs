using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Dom;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Pages;

/// <summary>A week of a site. It is Monday, 1 March 2027, 09:00 in Paris; clocks change on 28 March and 31 October.</summary>
public class The_calendar_page
{
    private PagesLab lab = null!;
    private string tuesdays = "";

    [OneTimeSetUp]
    public async Task Open_a_lab_with_a_booking_on_Tuesday()
    {
        lab = new PagesLab();
        await lab.SetRulesAsync("atelier", """
            [
              { "kind": "opening-hours", "scope": { "category": "cncMill" }, "windows": [{ "day": "tuesday", "from": "08:00:00", "to": "12:00:00" }] },
              { "kind": "closed-days", "first": "2027-03-05", "last": "2027-03-05", "reason": "stocktaking" }
            ]
            """);
        using var maker = await lab.OpenAsync("en", DemoIds.Maker);
        tuesdays = await BookAsync(maker, "printer-1", new DateTime(2027, 3, 2, 9, 0, 0, DateTimeKind.Utc));
        await BookAsync(maker, "printer-1", new DateTime(2027, 3, 2, 11, 0, 0, DateTimeKind.Utc));
    }

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [TestCase("en", "10:00–11:00 yours")]
    [TestCase("fr", "10:00–11:00 à vous")]
    public async Task Leads_to_my_own_booking(string language, string expected)
    {
        using var browser = await lab.OpenAsync(language, DemoIds.Maker);

        await browser.GoAsync("/sites/atelier/calendar");

        var link = Cell(browser, "printer-1", 2).QuerySelector(".parts .mine a")!;
        Assert.That((Words(link), link.GetAttribute("href")), Is.EqualTo((expected, $"/reservations/{tuesdays}")));
    }

    [TestCase(DemoIds.SecondMaker, false)]
    [TestCase(DemoIds.AtelierManager, true)]
    public async Task Tells_nobody_who_has_the_time(string reader, bool mayOpenIt)
    {
        using var browser = await lab.OpenAsync("en", reader);

        await browser.GoAsync("/sites/atelier/calendar");

        var taken = Cell(browser, "printer-1", 2).QuerySelector(".parts .taken")!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Words(taken), Does.StartWith("10:00–11:05 taken"), "with its clean-up");
            Assert.That(taken.QuerySelector("a") is not null, Is.EqualTo(mayOpenIt));
            Assert.That(browser.Text, Does.Not.Contain("Maker").And.Not.Contain("@"));
        }
    }

    [Test]
    public async Task Leads_from_free_time_to_the_booking_form_filled_in()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/sites/atelier/calendar");

        var free = Cell(browser, "printer-1", 2).QuerySelectorAll(".free a")[1];
        await browser.GoAsync(free.GetAttribute("href")!);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Words(free), Is.EqualTo("11:05–11:55 free"), "time is left to clean up before the next booking");
            Assert.That(browser.Page.QuerySelector("#date")!.GetAttribute("value"), Is.EqualTo("2027-03-02"));
            Assert.That(browser.Page.QuerySelector("#time")!.GetAttribute("value"), Is.EqualTo("11:05"));
            Assert.That(browser.Page.QuerySelector("#minutes option[selected]")!.GetAttribute("value"), Is.EqualTo("50"));
        }
    }

    [TestCase("en", "closed", "All day")]
    [TestCase("fr", "fermé", "Toute la journée")]
    public async Task Shows_what_is_closed(string language, string closed, string allDay)
    {
        using var browser = await lab.OpenAsync(language, DemoIds.Maker);

        await browser.GoAsync("/sites/atelier/calendar");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Words(Cell(browser, "printer-1", 5)), Is.EqualTo($"{allDay} {closed}"));
            Assert.That(Words(Cell(browser, "cnc-1", 2)), Does.StartWith($"00:00–08:00 {closed} 08:00–12:00 ").And.EndsWith($" 12:00–24:00 {closed}"));
        }
    }

    [Test]
    public async Task Offers_nothing_of_what_is_out_of_order_or_past_or_too_far_ahead()
    {
        using var own = new PagesLab();
        using var manager = await own.OpenAsync("en", DemoIds.AtelierManager);
        using var broken = await manager.Client.PostAsJsonAsync("/api/v1/machines/printer-2/out-of-order", new { isOutOfOrder = true, reason = "belt" });
        broken.EnsureSuccessStatusCode();

        await manager.GoAsync("/sites/atelier/calendar?day=2027-03-01");
        var (today, later) = (Words(Cell(manager, "printer-1", 1)), Words(Cell(manager, "printer-2", 4)));
        await manager.GoAsync("/sites/atelier/calendar?day=2027-02-24");
        var past = Words(Cell(manager, "printer-1", 3));
        await manager.GoAsync("/sites/atelier/calendar?day=2027-12-01");
        var far = Words(Cell(manager, "printer-1", 3));

        Assert.That((today, later, past, far), Is.EqualTo(("09:00–24:00 free", "All day out of order", "over", "All day not bookable yet")));
    }

    [TestCase("en", "2027-03-28", 7, "23 hours long: the clocks change")]
    [TestCase("fr", "2027-10-31", 7, "25 heures : changement d’heure")]
    public async Task Shows_the_days_of_a_clock_change_as_long_as_they_are(string language, string day, int column, string expected)
    {
        using var browser = await lab.OpenAsync(language, DemoIds.Maker);

        await browser.GoAsync($"/sites/atelier/calendar?day={day}");

        var heads = browser.Page.QuerySelectorAll(".week thead th");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(heads.Select(head => head.QuerySelector(".note") is not null), Is.EqualTo(Enumerable.Range(1, 7).Select(i => i == column)));
            Assert.That(Words(heads[column - 1]), Does.EndWith(expected));
            Assert.That(Words(Cell(browser, "printer-1", column)), Does.Match("^(All day|Toute la journée) "));
        }
    }

    [Test]
    public async Task Books_the_hour_that_the_reader_sees_on_the_day_of_a_clock_change()
    {
        using var own = new PagesLab();
        await own.SetRulesAsync("atelier", """[{ "kind": "opening-hours", "windows": [{ "day": "sunday", "from": "09:00:00", "to": "12:00:00" }] }]""");
        using var browser = await own.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/sites/atelier/calendar?day=2027-03-28");
        var free = Cell(browser, "printer-1", 7).QuerySelector(".free a")!;

        await browser.GoAsync(free.GetAttribute("href")!);

        Assert.That((Words(free), browser.Page.QuerySelector("#time")!.GetAttribute("value")), Is.EqualTo(("09:00–12:00 free", "09:00")));
    }

    [Test]
    public async Task Goes_to_other_weeks_and_kinds_and_comes_from_the_page_of_the_site()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/sites/atelier");

        await browser.GoAsync(browser.Page.QuerySelector("main a[href$='/calendar']")!.GetAttribute("href")!);
        await browser.GoAsync(Link(browser, "CNC mill"));
        await browser.GoAsync(Link(browser, "Week after"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(browser.Address, Is.EqualTo("/sites/atelier/calendar?day=2027-03-08&kind=CncMill"));
            Assert.That(browser.Page.QuerySelectorAll(".week tbody th").Select(Words), Is.EqualTo(browser.Page.QuerySelectorAll(".week tbody a[href='/machines/cnc-1']").Select(Words)));
            Assert.That(browser.Page.QuerySelector(".tabs [aria-current=true]")!.TextContent, Is.EqualTo("CNC mill"));
            Assert.That(browser.Page.QuerySelector(".day-tabs [aria-current=date]")!.TextContent, Does.Contain("Mon8").And.Contain("Monday 8 March"));
            Assert.That(Link(browser, "Today"), Is.EqualTo("/sites/atelier/calendar?day=2027-03-01&kind=CncMill"));
        }
    }

    [TestCase("?day=yesterday")]
    [TestCase("?day=9999-12-31&kind=spaceship")]
    [TestCase("?day=-9998-01-01")]
    public async Task Shows_this_week_when_its_address_makes_no_sense(string query)
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);

        await browser.GoAsync($"/sites/atelier/calendar{query}");

        Assert.That((browser.Status, Words(browser.Page.QuerySelector(".week .today")!)), Is.EqualTo((HttpStatusCode.OK, "Today, Monday 1 March")));
    }

    [Test]
    public async Task Of_a_site_that_is_none_does_not_exist()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);

        await browser.GoAsync("/sites/nowhere/calendar");

        Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private static async Task<string> BookAsync(Browser browser, string machine, DateTime start)
    {
        using var booked = await browser.Client.PostAsJsonAsync("/api/v1/reservations", new { machine, start, end = start.AddHours(1) });
        booked.EnsureSuccessStatusCode();
        return (await booked.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    /// <param name="column">1 is Monday.</param>
    private static IElement Cell(Browser browser, string machine, int column) =>
        browser.Page.QuerySelector($".week tbody th a[href='/machines/{machine}']")!.Closest("tr")!.QuerySelectorAll("td")[column - 1];

    private static string Link(Browser browser, string text) => browser.Page.QuerySelectorAll("main nav a").Single(link => Words(link) == text).GetAttribute("href")!;

    /// <summary>As the eye reads them.</summary>
    private static string Words(IElement element)
    {
        var seen = (IElement)element.Clone();
        seen.QuerySelectorAll(".hidden").ToList().ForEach(hidden => hidden.Remove());
        seen.QuerySelectorAll("li, br").ToList().ForEach(line => line.After(seen.Owner!.CreateTextNode(" ")));
        return string.Join(' ', seen.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
