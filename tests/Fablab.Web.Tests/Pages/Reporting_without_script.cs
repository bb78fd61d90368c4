using System.Net;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Pages;

public class Reporting_without_script
{
    private PagesLab lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new PagesLab();

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public async Task Goes_from_the_report_over_the_board_to_the_end_of_it()
    {
        using var maker = await lab.OpenAsync("en", DemoIds.Maker);
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await maker.GoAsync("/machines/printer-1");

        await maker.SendAsync("form[action$='/faults']", new() { ["text"] = "The nozzle leaks <glue>", ["dangerous"] = "on" });
        var reported = maker.Text;
        await maker.GoAsync("/sites/atelier/calendar?day=2027-03-01");
        var calendar = maker.Text;
        await manager.GoAsync("/sites/atelier/board");
        await manager.GoAsync(manager.Page.QuerySelector("a[href='/machines/printer-1#faults']")!.GetAttribute("href")!);
        var open = manager.Text;
        await manager.SendAsync("form[action*='/faults/']", button: "button[value=resume]");
        var resumed = manager.Text;
        await manager.SendAsync("form[action*='/faults/']", button: "button[value=close]");
        var (silent, status) = (manager.Text, manager.Status);
        await manager.SendAsync("form[action*='/faults/']", new() { ["done"] = "A new nozzle" }, "button[value=close]");
        await maker.GoAsync("/account");
        var told = maker.Text;
        await maker.GoAsync("/machines/printer-1");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(reported, Does.Contain("until then nothing can be booked").And.Contain("The nozzle leaks <glue>").And.Contain("Stops bookings"));
            Assert.That(calendar, Does.Contain("out of order"));
            Assert.That(open, Does.Contain("The nozzle leaks <glue>").And.Contain("Dangerous").And.Contain("Let bookings go on"));
            Assert.That(resumed, Does.Contain("Stop bookings").And.Not.Contain("nothing can be booked"));
            Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(silent, Does.Contain("Say what was done, in at most 1000 characters."));
            Assert.That(manager.Text, Does.Contain("No report is open."));
            Assert.That(told, Does.Contain("the problem that you reported is dealt with"));
            Assert.That(maker.Text, Does.Contain("Closed").And.Contain("A new nozzle"));
        }
    }

    [Test]
    public async Task Asks_for_words_in_french_and_shows_nobody_what_others_reported()
    {
        using var maker = await lab.OpenAsync("fr", DemoIds.Maker);
        using var other = await lab.OpenAsync("fr", DemoIds.SecondMaker);
        await maker.GoAsync("/machines/printer-2");

        await maker.SendAsync("form[action$='/faults']", new() { ["text"] = "  " });
        var (status, text) = (maker.Status, maker.Text);
        await maker.SendAsync("form[action$='/faults']", new() { ["text"] = "La vitre est fendue" });
        await other.GoAsync("/machines/printer-2");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((status, text.Contains("Dites ce qui ne va pas, en 1000 caractères au plus.", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)));
            Assert.That(maker.Text, Does.Contain("Vos signalements").And.Contain("La vitre est fendue").And.Not.Contain("Bloque les réservations"));
            Assert.That(other.Text, Does.Contain("Signaler un problème").And.Not.Contain("La vitre est fendue"));
        }
    }

    [Test]
    public async Task Lets_only_staff_close_what_was_reported()
    {
        using var maker = await lab.OpenAsync("en", DemoIds.Maker);
        await maker.GoAsync("/machines/cnc-1");
        await maker.SendAsync("form[action$='/faults']", new() { ["text"] = "It hums" });

        Assert.That(maker.Page.QuerySelector("form[action*='/faults/']"), Is.Null);
    }
}
