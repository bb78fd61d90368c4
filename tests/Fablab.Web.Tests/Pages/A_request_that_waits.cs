using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Pages;

public class A_request_that_waits
{
    private PagesLab lab = null!;

    [OneTimeSetUp]
    public async Task Open_a_lab_where_a_manager_says_yes()
    {
        lab = new PagesLab();
        await lab.SetRulesAsync("atelier", """[{ "kind": "approval", "heldFor": "48:00:00" }]""");
    }

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [TestCase("2027-03-04T09:00:00Z", "approve", "The request is approved", "Your booking of Thu 4 Mar, 10:00 is approved")]
    [TestCase("2027-03-05T09:00:00Z", "decline", "The request is declined", "Your request of Fri 5 Mar, 10:00 was declined")]
    public async Task Is_told_to_the_manager_and_answered_from_the_notice(string start, string answer, string told, string heard)
    {
        using var maker = await lab.OpenAsync("en", DemoIds.Maker);
        await maker.GoAsync($"/machines/printer-1/book?start={start}&minutes=60");
        await maker.SendAsync("form[action$='/book']", button: "button[value=check]");
        await maker.SendAsync("form[action$='/book']", button: "button[value=confirm]");
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);

        await manager.GoAsync("/account");
        await manager.GoAsync(manager.Page.QuerySelector(".timeline a")!.GetAttribute("href")!);
        await manager.SendAsync("#act", button: $"button[value={answer}]");
        await maker.GoAsync("/account");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(manager.Text, Does.Contain(told));
            Assert.That(manager.Page.QuerySelector("button[value=approve]"), Is.Null);
            Assert.That(maker.Text, Does.Contain(heard).IgnoreCase);
        }
    }

    [Test]
    public async Task Is_not_answered_by_who_asked()
    {
        using var maker = await lab.OpenAsync("en", DemoIds.Maker);
        await maker.GoAsync("/machines/printer-1/book?start=2027-03-08T09:00:00Z&minutes=60");
        await maker.SendAsync("form[action$='/book']", button: "button[value=check]");
        await maker.SendAsync("form[action$='/book']", button: "button[value=confirm]");

        Assert.That(maker.Page.QuerySelector("button[value=approve]"), Is.Null);
        Assert.That(maker.Page.QuerySelector("button[value=cancel]"), Is.Not.Null);
    }
}
