using System.Net;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Pages;

/// <summary>It is nine on Monday, 1 March 2027, at the workshop.</summary>
public class A_machine_out_of_order_without_script
{
    private const string Form = "form[action$='/out-of-order']";

    private PagesLab lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new PagesLab();

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [TestCase("en", "later than now, within a year")]
    [TestCase("fr", "plus tard que maintenant, dans un an au plus")]
    public async Task Keeps_what_was_typed_and_says_what_is_wrong_with_the_time(string language, string reason)
    {
        using var manager = await lab.OpenAsync(language, DemoIds.AtelierManager);
        await manager.GoAsync("/sites/atelier/board/cnc-1/out-of-order");

        await manager.SendAsync(Form, new() { ["reason"] = "belt worn", ["until"] = "2027-02-28T12:00" });

        Assert.That(manager.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((manager.Text.Contains(reason), Value(manager, "#reason"), Value(manager, "#until")), Is.EqualTo((true, "belt worn", "2027-02-28T12:00")));
    }

    [TestCase("en", "Next bookings", "Expected back Tue 2 Mar, 12:00", "What begins later can be booked.", "out of order and expected back")]
    [TestCase("fr", "Prochaines réservations", "Retour prévu : mar. 2 mars, 12:00", "Ce qui commence plus tard peut être réservé.", "hors service ; son retour est prévu")]
    public async Task Shows_who_booked_it_and_then_everywhere_when_it_is_expected_back(string language, string booked, string back, string times, string refused)
    {
        using var maker = await lab.OpenAsync(language, DemoIds.Maker);
        using var manager = await lab.OpenAsync(language, DemoIds.AtelierManager);
        await maker.GoAsync($"/machines/cnc-1/book?start=2027-03-03T{(language == "en" ? "09" : "15")}:00:00Z&minutes=60");
        await maker.SendAsync("form[action$='/book']", button: "button[value=check]");
        await maker.SendAsync("form[action$='/book']", button: "button[value=confirm]");

        await manager.GoAsync("/sites/atelier/board/cnc-1/out-of-order");
        var before = manager.Text;
        await manager.SendAsync(Form, new() { ["reason"] = "belt worn", ["until"] = "2027-03-02T12:00" });
        var board = manager.Text;
        await manager.GoAsync("/sites/atelier/board/cnc-1/out-of-order");
        var again = Value(manager, "#until");
        await maker.GoAsync("/machines/cnc-1");
        var machine = maker.Text;
        await maker.GoAsync("/machines/cnc-1/book?start=2027-03-02T08:00:00Z&minutes=60");
        await maker.SendAsync("form[action$='/book']", button: "button[value=check]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(before, Does.Contain(booked));
            Assert.That(board, Does.Contain(back).And.Contain("belt worn"));
            Assert.That(again, Is.EqualTo("2027-03-02T12:00"));
            Assert.That(machine, Does.Contain(times));
            Assert.That(maker.Text, Does.Contain(refused).And.Contain("(belt worn)"));
        }
    }

    private static string? Value(Browser browser, string field) => browser.Page.QuerySelector(field)!.GetAttribute("value");
}
