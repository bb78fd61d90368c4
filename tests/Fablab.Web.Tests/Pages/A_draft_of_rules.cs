using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Pages;

/// <summary>A draft lives in its form alone, so that all of these share one lab in which nothing ever changes.</summary>
public sealed class A_draft_of_rules
{
    private PagesLab lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new PagesLab();

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [TestCase("[", "en", "This is not JSON at line 1")]
    [TestCase("{}", "fr", "Les règles forment une liste")]
    [TestCase("""[{ "kind": "colour" }]""", "en", "Rule 1 needs a “kind”, one of: opening-hours,")]
    [TestCase("""[{ "kind": "length", "maximum": "1:00:00" }, { "kind": "length", "colour": "red" }]""", "en", "Rule 2 (length) has “colour”, which does not exist there. It takes: minimum, maximum,")]
    [TestCase("""[{ "kind": "horizon" }]""", "fr", "La règle 1 (horizon) doit avoir « ahead ».")]
    [TestCase("""[{ "kind": "length", "maximum": "soon" }]""", "en", "Rule 1 (length): “maximum” cannot be read. Lengths are “2:00:00”")]
    [TestCase("""[{ "kind": "length", "scope": { "machine": "laser-1" } }]""", "en", "Rule 1 (length): “scope.machine” cannot be read.")]
    [TestCase("""[{ "kind": "closed-days", "first": "2027-03-02", "last": "2027-03-01" }]""", "fr", "Règle 1 : Le dernier jour ne peut pas précéder le premier.")]
    [TestCase("""[{ "kind": "closed-time", "time": { "start": "2027-03-02T00:00:00Z", "end": "2027-03-01T00:00:00Z" } }]""", "en", "Rule 1 (closed-time): “")]
    [TestCase("""[{ "kind": "people", "atLeast": 1, "atLeast": 2 }]""", "en", "names one of its members twice")]
    public async Task Says_of_a_text_what_to_mend_and_keeps_it(string text, string language, string told)
    {
        using var manager = await lab.OpenAsync(language, DemoIds.AtelierManager);
        await manager.GoAsync("/sites/atelier/rules/draft");
        await manager.SendAsync("#draft", button: "button[value=text]");

        await manager.SendAsync("#draft", new() { ["text"] = text }, "button[value=take-text]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(manager.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(manager.Page.QuerySelector("[role=alert]")!.TextContent, Does.Contain(told));
            Assert.That(manager.Page.QuerySelector<IHtmlTextAreaElement>("#text")!.Value, Is.EqualTo(text));
        }
    }

    [Test]
    public async Task Takes_a_text_over_into_the_draft()
    {
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await manager.GoAsync("/sites/atelier/rules/draft");
        await manager.SendAsync("#draft", new() { ["note"] = "typed before" }, "button[value=text]");

        await manager.SendAsync("#draft", new() { ["text"] = """[{ "kind": "people", "atLeast": 2 }]""" }, "button[value=take-text]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(manager.Text, Does.Contain("At least 2 people must be there."));
            Assert.That(Value(manager, "note"), Is.EqualTo("typed before"));
        }
    }

    [Test]
    public async Task Shows_a_draft_that_cannot_be_read_as_text_to_be_mended()
    {
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await manager.GoAsync("/sites/atelier/rules/draft");

        await manager.SendAsync("#draft", new() { ["draft"] = "[}" }, "button[value=publish]");
        var broken = (manager.Status, manager.Page.QuerySelector<IHtmlTextAreaElement>("#text")!.Value);
        await manager.SendAsync("#draft", new() { ["draft"] = "[]" }, "button[value=back]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(broken, Is.EqualTo((HttpStatusCode.UnprocessableEntity, "[}")));
            Assert.That(manager.Status, Is.EqualTo(HttpStatusCode.OK));
        }
    }

    [TestCase("publish", "", "2027-03-01", "2027-03-02", "say why in 3 to 500 characters")]
    [TestCase("try", "kept", "2027-03-02", "2027-03-01", "Choose a first and a last day")]
    [TestCase("try", "kept", "2026-01-01", "2027-03-01", "at most 93 days")]
    public async Task Says_what_is_missing_to_publish_or_to_try(string act, string note, string from, string until, string told)
    {
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await manager.GoAsync("/sites/atelier/rules/draft");

        await manager.SendAsync("#draft", new() { ["note"] = note, ["from"] = from, ["until"] = until }, $"button[value={act}]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(manager.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(manager.Page.QuerySelector("[role=alert]")!.TextContent, Does.Contain(told));
            Assert.That((Value(manager, "note"), Value(manager, "from")), Is.EqualTo((note, from)));
        }
    }

    [Test]
    public async Task Of_a_rule_keeps_what_was_typed_and_names_the_field_that_cannot_be_read()
    {
        using var manager = await lab.OpenAsync("fr", DemoIds.AtelierManager);
        await manager.GoAsync("/sites/atelier/rules/draft");
        await manager.SendAsync("#draft", new() { ["kind"] = "opening-hours" }, "button[value=add]");

        await manager.SendAsync("#rule", new() { ["rule.windows:monday"] = "8h-12h, 14h30 - 20:00", ["rule.windows:tuesday"] = "matin" }, "button[value=put]");
        var refused = (manager.Status, manager.Text, Monday: Value(manager, "rule.windows:monday"));
        await manager.SendAsync("#rule", new() { ["rule.windows:tuesday"] = "20:00–02:00" }, "button[value=put]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(refused.Text, Does.Contain("Heures : écrivez les heures ainsi"));
            Assert.That(refused.Monday, Is.EqualTo("8h-12h, 14h30 - 20:00"));
            Assert.That(manager.Text, Does.Contain("Ouvert : lundi 08:00–12:00, 14:30–20:00; mardi 20:00–02:00 le lendemain."));
        }
    }

    [TestCase(DemoIds.Maker, "/sites/atelier/rules")]
    [TestCase(DemoIds.CampusManager, "/sites/atelier/rules/draft")]
    [TestCase(DemoIds.AtelierManager, "/rules")]
    [TestCase(DemoIds.AtelierManager, "/sites/nowhere/rules")]
    [TestCase(DemoIds.AtelierManager, "/sites/atelier/rules?version=7")]
    public async Task Does_not_exist_for_those_who_may_not(string who, string address)
    {
        using var browser = await lab.OpenAsync("en", who);

        await browser.GoAsync(address);

        Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private static string Value(Browser browser, string name) => browser.Page.QuerySelector<IHtmlInputElement>($"input[name='{name}']")!.Value;
}
