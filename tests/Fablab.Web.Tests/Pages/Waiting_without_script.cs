using System.Net;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Pages;

public class Waiting_without_script
{
    private PagesLab lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new PagesLab();

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public async Task Goes_from_a_taken_slot_over_the_offer_to_the_reservation_with_one_click()
    {
        using var holder = await lab.OpenAsync("en", DemoIds.Maker);
        await holder.GoAsync("/machines/printer-1/book?start=2027-03-04T09:00:00Z&minutes=60");
        await holder.SendAsync("form[action$='/book']", button: "button[value=check]");
        await holder.SendAsync("form[action$='/book']", button: "button[value=confirm]");
        var reservation = holder.Address;
        using var waiting = await lab.OpenAsync("en", DemoIds.SecondMaker);
        await waiting.GoAsync("/machines/printer-1/book?start=2027-03-04T09:00:00Z&minutes=60");
        await waiting.SendAsync("form[action$='/book']", button: "button[value=check]");

        await waiting.GoAsync(waiting.Page.QuerySelector("a[href*='/wait?']")!.GetAttribute("href")!);
        await waiting.SendAsync("form[action$='/wait']", button: "button[value=dated]");
        var joined = waiting.Text;
        await holder.GoAsync(reservation);
        await holder.SendAsync("#act", button: "button[value=cancel]");
        await waiting.GoAsync("/account");
        var notice = waiting.Page.QuerySelector("a[href='/waiting-list']");
        await waiting.GoAsync("/reservations");
        var offered = waiting.Text;
        await waiting.SendAsync("form[action^='/waiting-list/']", button: "button[value=accept]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(joined, Does.Contain("You are on the list.").And.Contain("Place 1 of 1 in line"));
            Assert.That(notice, Is.Not.Null);
            Assert.That(offered, Does.Contain("Kept for you for another 4 h").And.Contain("Thu 4 Mar, 10:00–11:00"));
            Assert.That(waiting.Text, Does.Contain("Booked. The slot is yours."));
        }
    }

    [TestCase("en", "price cannot be read", "at most")]
    [TestCase("fr", "le prix sont illisibles", "au plus")]
    public async Task Takes_a_highest_price_and_shows_it_with_the_wish(string language, string unreadable, string shown)
    {
        using var holder = await lab.OpenAsync("en", DemoIds.Maker);
        var day = language == "en" ? "2027-03-09" : "2027-03-10";
        await holder.GoAsync($"/machines/printer-2/book?start={day}T09:00:00Z&minutes=60");
        await holder.SendAsync("form[action$='/book']", button: "button[value=check]");
        await holder.SendAsync("form[action$='/book']", button: "button[value=confirm]");
        using var browser = await lab.OpenAsync(language, DemoIds.SecondMaker);
        await browser.GoAsync("/machines/printer-2/wait");

        await browser.SendAsync("form[action$='/wait']", new() { ["date"] = day, ["from"] = "10:00", ["until"] = "11:00", ["price"] = "cheap" }, "button[value=dated]");
        var (refused, typed) = (browser.Text, browser.Page.QuerySelector("#price")!.GetAttribute("value"));
        await browser.SendAsync("form[action$='/wait']", new() { ["price"] = "12,50" }, "button[value=dated]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused.Contains(unreadable), typed), Is.EqualTo((true, "cheap")));
            Assert.That(browser.Text, Does.Match($"{shown}.*12[.,]50"));
        }
    }

    [Test]
    public async Task Takes_another_machine_of_the_kind_when_that_will_do()
    {
        using var holder = await lab.OpenAsync("en", DemoIds.Maker);
        await holder.GoAsync("/machines/printer-2/book?start=2027-03-11T18:00:00Z&minutes=60");
        await holder.SendAsync("form[action$='/book']", button: "button[value=check]");
        await holder.SendAsync("form[action$='/book']", button: "button[value=confirm]");
        using var browser = await lab.OpenAsync("en", DemoIds.SecondMaker);
        await browser.GoAsync("/machines/printer-2/wait");

        await browser.SendAsync(
            "form[action$='/wait']", new() { ["reach"] = "Site", ["date"] = "2027-03-11", ["from"] = "19:00", ["until"] = "20:00" }, "button[value=dated]");

        Assert.That(browser.Text, Does.Contain("Printer 1").And.Contain("Kept for you for another 4 h"));
    }

    [TestCase("en", "Site", "Room", "Start no later than")]
    [TestCase("fr", "Everywhere", "Salle", "Début au plus tard")]
    public async Task Takes_a_latest_start_and_shows_it_with_the_wish(string language, string reach, string kind, string latest)
    {
        var day = language == "en" ? "2027-03-12" : "2027-03-13";
        using var holder = await lab.OpenAsync("en", DemoIds.Maker);
        await holder.GoAsync($"/machines/room-1/book?start={day}T18:00:00Z&minutes=60");
        await holder.SendAsync("form[action$='/book']", button: "button[value=check]");
        await holder.SendAsync("form[action$='/book']", button: "button[value=confirm]");
        using var browser = await lab.OpenAsync(language, DemoIds.SecondMaker);
        await browser.GoAsync("/machines/room-1/wait");

        await browser.SendAsync(
            "form[action$='/wait']",
            new() { ["reach"] = reach, ["date"] = day, ["from"] = "19:00", ["until"] = "20:30", ["latest"] = "19:15" },
            "button[value=dated]");

        Assert.That(browser.Text, Does.Contain(kind).And.Match($"{latest}.*19[:.h ]+15"));
    }

    [Test]
    public async Task Keeps_what_was_typed_and_says_every_reason_in_french()
    {
        using var browser = await lab.OpenAsync("fr", DemoIds.SecondMaker);
        await browser.GoAsync("/machines/laser-1/wait");

        await browser.SendAsync("form[action$='/wait']", new() { ["date"] = "2027-03-05", ["from"] = "10:00", ["until"] = "10:30" }, "button[value=dated]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(browser.Text, Does.Contain("La durée ne tient pas entre ces heures.").And.Contain("habilitation"));
            Assert.That(browser.Page.QuerySelector("#until")!.GetAttribute("value"), Is.EqualTo("10:30"));
        }
    }
}
