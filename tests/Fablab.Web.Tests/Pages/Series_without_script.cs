using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Pages;

/// <summary>It is Monday, 1 March 2027; the clocks go forward in Paris on Sunday 28 March.</summary>
public class Series_without_script
{
    private const string Booking = "form[action$='/book']";
    private const string Form = "#series";
    private const string Change = "#change";
    private const string Check = "button[value=check]";
    private const string Confirm = "button[value=confirm]";

    private PagesLab lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new PagesLab();

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public async Task Goes_from_the_booking_page_over_the_dates_to_the_series_and_leaves_the_taken_one_out()
    {
        using var other = await lab.OpenAsync("en", DemoIds.SecondMaker);
        var theirs = await BookedAsync(other, "printer-1", "2027-03-09T08:00:00Z");
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/machines/printer-1/book?start=2027-03-02T08:00:00Z&minutes=90");

        await browser.SendAsync(Booking, button: "button[value=repeat]");
        await browser.SendAsync(Form, new() { ["kind"] = "Weekly", ["count"] = "3" }, Check);
        var (shown, lines) = (browser.Text, Lines(browser));
        await browser.SendAsync(Form, button: Confirm);
        var series = browser.Text;
        await browser.GoAsync(browser.Page.QuerySelector("main li a[href^='/reservations/']")!.GetAttribute("href")!);
        var leadsBack = browser.Page.QuerySelector("a[href^='/reservation-series/']") is not null;
        await CancelAsync(other, theirs);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(shown, Does.Contain("2 dates can be booked. 1 date cannot.").And.Contain("Always at 09:00 by the clock of Atelier Rennes (Europe/Paris)"));
            Assert.That(shown, Does.Contain("€9.00 excl. VAT"), "two dates of an hour and a half");
            Assert.That(lines[0], Does.Contain("Tue 2 Mar, 09:00–10:30").And.Contain("free"));
            Assert.That(lines[1], Does.Contain("Tue 9 Mar, 09:00–10:30").And.Contain("left out").And.Contain("Taken from Tue 9 Mar, 09:00"));
            Assert.That(series, Does.Contain("These are the dates of the series.").And.Contain("Tue 16 Mar, 09:00–10:30").And.Not.Contain("Tue 9 Mar"));
            Assert.That(leadsBack, Is.True);
        }
    }

    [TestCase("en", "You chose to book nothing")]
    [TestCase("fr", "Vous avez choisi de ne rien réserver")]
    public async Task Books_nothing_when_one_chose_so_and_a_date_is_taken(string language, string told)
    {
        using var other = await lab.OpenAsync(language, DemoIds.SecondMaker);
        var theirs = await BookedAsync(other, "printer-1", "2027-03-04T11:00:00Z");
        using var browser = await lab.OpenAsync(language, DemoIds.Maker);
        await browser.GoAsync("/machines/printer-1/repeat?date=2027-03-03&time=12:00&minutes=60");

        await browser.SendAsync(Form, new() { ["kind"] = "Daily", ["ends"] = "until", ["until"] = "2027-03-05", ["conflict"] = "fail" }, Check);
        await CancelAsync(other, theirs);

        Assert.That((browser.Status, browser.Page.QuerySelector(Confirm)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, (IElement?)null)));
        Assert.That(browser.Text, Does.Contain(told));
    }

    [TestCase("en", "Tue 30 Mar, 09:00–10:00", "The clocks have changed; it still begins at 09:00.")]
    [TestCase("fr", "mar. 30 mars, 09:00–10:00", "L’heure a changé ; elle commence toujours à 09:00.")]
    public async Task Says_that_the_wall_time_stays_when_the_clocks_change(string language, string slot, string told)
    {
        using var browser = await lab.OpenAsync(language, DemoIds.Maker);
        await browser.GoAsync("/machines/printer-2/repeat?date=2027-03-23&time=09:00&minutes=60");

        await browser.SendAsync(Form, new() { ["count"] = "2" }, Check);

        Assert.That(Lines(browser)[1], Does.Contain(slot).And.Contain(told));
    }

    [Test]
    public async Task Leaves_out_the_night_on_which_the_time_does_not_exist()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/machines/printer-2/repeat?date=2027-03-27&time=02:30&minutes=60");

        await browser.SendAsync(Form, new() { ["kind"] = "Daily", ["count"] = "2" }, Check);

        Assert.That(Lines(browser)[1], Does.Contain("Sun 28 Mar, 02:30").And.Contain("left out").And.Contain("the clocks go forward over it"));
    }

    [TestCase("Weekly", "wednesday", "on", "Wed 3 Mar", "Wed 10 Mar")]
    [TestCase("MonthlyByDate", "rank", "", "Tue 2 Mar", "Fri 2 Apr")]
    [TestCase("MonthlyByWeekday", "rank", "", "Tue 2 Mar", "Tue 6 Apr")]
    [TestCase("MonthlyByWeekday", "rank", "Last", "Tue 30 Mar", "Tue 27 Apr")]
    [TestCase("OnDates", "date3", "2027-03-19", "Tue 2 Mar", "Fri 19 Mar")]
    public async Task Repeats_as_chosen(string kind, string field, string value, string first, string second)
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/machines/printer-2/repeat?date=2027-03-02&time=18:00&minutes=60");

        await browser.SendAsync(Form, new() { ["kind"] = kind, ["count"] = "2", [field] = value }, Check);

        var lines = Lines(browser);
        Assert.That((lines[0].Contains(first, StringComparison.Ordinal), lines[1].Contains(second, StringComparison.Ordinal)), Is.EqualTo((true, true)), string.Join('|', lines));
    }

    [TestCase("every", "0", "Say every how many days")]
    [TestCase("count", "401", "Say how often")]
    [TestCase("time", "late", "Choose the first day")]
    [TestCase("date", "9999-12-31", "Choose the first day")]
    public async Task Says_what_it_cannot_read(string field, string value, string told)
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/machines/printer-2/repeat");

        await browser.SendAsync(Form, new() { [field] = value }, Check);

        Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(browser.Text, Does.Contain(told));
    }

    [Test]
    public async Task Asks_to_mind_what_may_be_booked_in_spite_of_a_rule()
    {
        await lab.SetRulesAsync("atelier", """[{ "kind": "approval", "heldFor": "48:00:00" }]""");
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/machines/printer-1/repeat?date=2027-03-10&time=06:00&minutes=60");

        await browser.SendAsync(Form, new() { ["kind"] = "Daily", ["count"] = "2" }, Check);
        var lines = Lines(browser);
        await browser.SendAsync(Form, button: Confirm);
        await lab.SetRulesAsync("atelier", "[]");

        Assert.That(lines, Has.All.Contains("possible, but mind").And.All.Contains("A manager has to approve this"));
        Assert.That(browser.Text, Does.Contain("Waiting for approval"));
    }

    [Test]
    public async Task Books_once_when_the_confirmation_is_sent_twice()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/machines/printer-2/repeat?date=2027-03-08&time=20:00&minutes=60");
        await browser.SendAsync(Form, new() { ["count"] = "2" }, Check);
        var confirmation = browser.Page;
        await browser.SendAsync(Form, button: Confirm);
        var first = browser.Address;

        browser.GoBackTo(confirmation);
        await browser.SendAsync(Form, button: Confirm);

        Assert.That(browser.Address, Is.EqualTo(first));
    }

    [Test]
    public async Task Moves_this_one_and_the_following_after_showing_each()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await BookSeriesAsync(browser, "2027-03-11", "21:00");
        var series = browser.Address.Split('?')[0];
        await PickAsync(browser, 1);

        await browser.SendAsync(Change, new() { ["reach"] = "ThisAndFollowing", ["time"] = "22:00" }, Check);
        var lines = Lines(browser);
        await browser.SendAsync(Change, button: Confirm);
        var moved = browser.Text;
        await CancelAllAsync(browser, series);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines, Has.Count.EqualTo(2));
            Assert.That(lines[0], Does.Contain("Fri 12 Mar, 21:00–22:00").And.Contain("Fri 12 Mar, 22:00–23:00"));
            Assert.That(moved, Does.Contain("Thu 11 Mar, 21:00–22:00").And.Contain("Fri 12 Mar, 22:00–23:00").And.Contain("Sat 13 Mar, 22:00–23:00"));
            Assert.That(browser.Text, Does.Contain("Cancelled."));
        }
    }

    [TestCase("en", "Not all of them can be changed", "Taken from Fri 26 Mar, 21:00")]
    [TestCase("fr", "Toutes ne peuvent pas être modifiées", "Pris de ven. 26 mars, 21:00")]
    public async Task Moves_none_when_one_cannot_move_and_says_which_and_why(string language, string told, string reason)
    {
        using var other = await lab.OpenAsync(language, DemoIds.SecondMaker);
        var theirs = await BookedAsync(other, "printer-1", "2027-03-26T20:00:00Z");
        using var browser = await lab.OpenAsync(language, DemoIds.Maker);
        await BookSeriesAsync(browser, "2027-03-25", "18:00");
        var series = browser.Address.Split('?')[0];
        await PickAsync(browser, 0);

        await browser.SendAsync(Change, new() { ["reach"] = "All", ["time"] = "21:00" }, Check);
        var (status, text, mayConfirm, lines) = (browser.Status, browser.Text, browser.Page.QuerySelector(Confirm) is not null, Lines(browser));
        await CancelAllAsync(browser, series);
        await CancelAsync(other, theirs);

        Assert.That((status, mayConfirm), Is.EqualTo((HttpStatusCode.UnprocessableEntity, false)));
        Assert.That(text, Does.Contain(told));
        Assert.That(lines[1], Does.Contain(reason));
    }

    [TestCase("en", "changed meanwhile")]
    [TestCase("fr", "modifiée entre-temps")]
    public async Task Refuses_what_was_seen_before_somebody_changed_it(string language, string told)
    {
        using var browser = await lab.OpenAsync(language, DemoIds.Maker);
        await BookSeriesAsync(browser, "2027-03-17", "19:00");
        var series = browser.Address.Split('?')[0];
        await PickAsync(browser, 0);
        var old = browser.Page;
        using var staff = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await staff.GoAsync(series);
        var holder = staff.Text;
        await PickAsync(staff, 2);
        await staff.SendAsync(Change, button: "button[value=cancel]");

        browser.GoBackTo(old);
        await browser.SendAsync(Change, new() { ["reach"] = "All" }, "button[value=cancel]");
        var (status, text) = (browser.Status, browser.Text);
        await CancelAllAsync(browser, series);

        Assert.That(holder, Does.Contain("Booked by"));
        Assert.That(status, Is.EqualTo(HttpStatusCode.PreconditionFailed));
        Assert.That(text, Does.Contain(told));
    }

    [TestCase(DemoIds.SecondMaker)]
    [TestCase(DemoIds.CampusManager)]
    public async Task Of_somebody_else_does_not_exist(string email)
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await BookSeriesAsync(browser, "2027-03-22", "06:00");
        var series = browser.Address.Split('?')[0];
        using var other = await lab.OpenAsync("en", email);

        await other.GoAsync(series);
        await CancelAllAsync(browser, series);

        Assert.That(other.Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private static List<string> Lines(Browser browser) =>
        [.. browser.Page.QuerySelectorAll("#preview li.row").Select(line => System.Text.RegularExpressions.Regex.Replace(line.TextContent.Replace('\u00a0', ' '), @"\s+", " "))];

    private static async Task BookSeriesAsync(Browser browser, string date, string time)
    {
        await browser.GoAsync($"/machines/printer-1/repeat?date={date}&time={time}&minutes=60");
        await browser.SendAsync(Form, new() { ["kind"] = "Daily", ["count"] = "3" }, Check);
        await browser.SendAsync(Form, button: Confirm);
        Assert.That(browser.Address, Does.EndWith("?done=booked"), browser.Text);
    }

    private static Task PickAsync(Browser browser, int place) =>
        browser.GoAsync(browser.Page.QuerySelectorAll("a[href*='?pick=']")[place].GetAttribute("href")!);

    private static async Task CancelAllAsync(Browser browser, string series)
    {
        await browser.GoAsync(series);
        await PickAsync(browser, 0);
        await browser.SendAsync(Change, new() { ["reach"] = "All" }, "button[value=cancel]");
    }

    private static async Task<string> BookedAsync(Browser browser, string machine, string start)
    {
        await browser.GoAsync($"/machines/{machine}/book?start={start}&minutes=60");
        await browser.SendAsync(Booking, button: Check);
        await browser.SendAsync(Booking, button: Confirm);
        Assert.That(browser.Address, Does.EndWith("?done=booked"), browser.Text);
        return browser.Address.Split('?')[0];
    }

    private static async Task CancelAsync(Browser browser, string reservation)
    {
        await browser.GoAsync(reservation);
        await browser.SendAsync("#act", button: "button[value=cancel]");
    }
}
