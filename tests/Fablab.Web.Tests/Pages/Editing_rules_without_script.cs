using System.Net;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Pages;

/// <summary>Nothing counts before it is published, and nothing that was typed is lost on the way there.</summary>
public sealed class Editing_rules_without_script
{
    private PagesLab lab = null!;

    [SetUp]
    public void Open_the_lab() => lab = new PagesLab();

    [TearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public async Task Goes_from_the_board_over_a_form_and_a_trial_to_a_published_version()
    {
        using var maker = await lab.OpenAsync("en", DemoIds.Maker);
        await BookAsync(maker, "printer-1", "2027-03-04T09:00:00Z", 120);
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await manager.GoAsync("/sites/atelier/board");

        await manager.GoAsync(Link(manager, "/sites/atelier/rules"));
        await manager.GoAsync(Link(manager, "/sites/atelier/rules/draft"));
        await manager.SendAsync("#draft", new() { ["kind"] = "length" }, "button[value=add]");
        await manager.SendAsync(
            "#rule", new() { ["rule.maximum"] = "1", ["rule.maximum:unit"] = "hours", ["rule.scope.category"] = "printer3D", ["rule.liftedBy"] = "manager" }, "button[value=put]");
        var drafted = manager.Text;
        await manager.SendAsync("#draft", new() { ["from"] = "2027-03-01", ["until"] = "2027-03-04", ["note"] = "Shorter prints for all" }, "button[value=try]");
        var tried = manager.Text;
        await manager.SendAsync("#draft", button: "button[value=publish]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(drafted, Does.Contain("At most 1 h.").And.Contain("Kind of machine: 3D printer").And.Contain("1 change.").And.Contain("New"));
            Assert.That(tried, Does.Contain("1 booking was looked at. 1 would have been refused.").And.Contain("Too long").And.Contain("Malo Maker").And.Contain("Thu 4 Mar, 10:00–12:00"));
            Assert.That(tried, Does.Contain("What this cannot know").And.Contain("left no trace"));
            Assert.That(manager.Address, Is.EqualTo("/sites/atelier/rules?done=published"));
            Assert.That(manager.Text, Does.Contain("Version 1, published 01/03/2027, 09:00 by Gwenn Manager").And.Contain("Why: Shorter prints for all").And.Contain("At most 1 h."));
        }
    }

    [Test]
    public async Task Refuses_to_publish_over_a_version_that_came_meanwhile_and_keeps_the_draft()
    {
        using var first = await lab.OpenAsync("en", DemoIds.AtelierManager);
        using var second = await lab.OpenAsync("en", DemoIds.Administrator);
        await first.GoAsync("/sites/atelier/rules/draft");
        await second.GoAsync("/sites/atelier/rules/draft");
        await PublishAsync(second, """[{ "kind": "people", "atLeast": 2 }]""", "Two are safer");

        await PublishAsync(first, """[{ "kind": "horizon", "ahead": "24:00:00" }]""", "Only tomorrow");
        var refused = (first.Status, first.Text, Draft: Draft(first), Note: Value(first, "note"));
        await first.SendAsync("#draft", button: "button[value=rebase]");
        var rebased = first.Text;
        await first.SendAsync("#draft", button: "button[value=publish]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.PreconditionFailed));
            Assert.That(refused.Text, Does.Contain("Not published: meanwhile Alan Admin published version 1 (“Two are safer”), and this draft began as version 0. Your draft is still here, unchanged."));
            Assert.That((refused.Draft, refused.Note), Is.EqualTo((Draft(refused.Draft, "horizon"), "Only tomorrow")));
            Assert.That(rebased, Does.Contain("Taken out"), "what the draft takes out of the version that it now replaces");
            Assert.That(first.Text, Does.Contain("Version 2, published").And.Contain("at most 1 d ahead"));
        }
    }

    [Test]
    public async Task Shows_earlier_versions_and_begins_a_draft_from_one()
    {
        await lab.SetRulesAsync("atelier", """[{ "kind": "people", "atLeast": 2 }]""");
        await lab.SetRulesAsync("atelier", """[{ "kind": "people", "atLeast": 3 }]""");
        using var manager = await lab.OpenAsync("fr", DemoIds.AtelierManager);
        await manager.GoAsync("/sites/atelier/rules");

        await manager.GoAsync(Link(manager, "/sites/atelier/rules?version=1"));
        var old = manager.Text;
        await manager.GoAsync(Link(manager, "/sites/atelier/rules/draft?version=1"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(old, Does.Contain("Version 1, plus en vigueur").And.Contain("Au moins 2 personnes doivent être là."));
            Assert.That(manager.Text, Does.Contain("Commencé à partir de la version 2.").And.Contain("2 modifications."));
            Assert.That(Draft(manager), Does.Contain("\"atLeast\":2"));
        }
    }

    [Test]
    public async Task Takes_a_rule_out_and_puts_it_back()
    {
        await lab.SetRulesAsync("atelier", """[{ "kind": "people", "atLeast": 2 }, { "kind": "horizon", "ahead": "48:00:00" }]""");
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await manager.GoAsync("/sites/atelier/rules/draft");
        var whole = Draft(manager);

        await manager.SendAsync("#draft", button: "button[value^='remove:']");
        var without = Draft(manager);
        await manager.SendAsync("#draft", button: "button[value^='restore:']");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(without, Does.Not.Contain("people").And.Contain("horizon"));
            Assert.That(JsonNode.Parse(Draft(manager))!.AsArray().Select(rule => rule!.ToJsonString()), Is.EquivalentTo(JsonNode.Parse(whole)!.AsArray().Select(rule => rule!.ToJsonString())));
            Assert.That(manager.Text, Does.Contain("Nothing is changed yet."));
        }
    }

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

    [Test]
    public async Task Leads_administrators_to_the_rules_of_the_lab_and_nobody_else()
    {
        using var administrator = await lab.OpenAsync("en", DemoIds.Administrator);
        using var maker = await lab.OpenAsync("en", DemoIds.Maker);
        await administrator.GoAsync("/rules/draft");
        await PublishAsync(administrator, """[{ "kind": "horizon", "ahead": "24:00:00", "scope": { "site": "00000000-0000-7000-8000-000000000002" } }]""", "For the campus");
        var published = administrator.Text;
        await administrator.GoAsync("/");
        await maker.GoAsync("/sites/atelier");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(published, Does.Contain("Site: Campus Saint-Malo"));
            Assert.That(administrator.Page.QuerySelector("a[href='/rules']"), Is.Not.Null);
            Assert.That(maker.Page.QuerySelector("a[href$='/rules']"), Is.Null);
        }
    }

    private static async Task PublishAsync(Browser browser, string rules, string note)
    {
        await browser.SendAsync("#draft", button: "button[value=text]");
        await browser.SendAsync("#draft", new() { ["text"] = rules }, "button[value=take-text]");
        await browser.SendAsync("#draft", new() { ["note"] = note }, "button[value=publish]");
    }

    private static async Task BookAsync(Browser browser, string machine, string start, int minutes)
    {
        await browser.GoAsync($"/machines/{machine}/book?start={start}&minutes={minutes}");
        await browser.SendAsync("form[action$='/book']", button: "button[value=check]");
        await browser.SendAsync("form[action$='/book']", button: "button[value=confirm]");
    }

    private static string Link(Browser browser, string address) =>
        browser.Page.QuerySelector($"main a[href='{address}']")?.GetAttribute("href") ?? throw new InvalidOperationException($"There is no link to {address} on {browser.Address}.");

    private static string Draft(Browser browser) => Value(browser, "draft");

    /// <summary>The draft itself when it has such a rule and no other.</summary>
    private static string Draft(string draft, string kind) =>
        JsonNode.Parse(draft)!.AsArray() is [{ } only] && only["kind"]!.GetValue<string>() == kind ? draft : $"one rule: {kind}";

    private static string Value(Browser browser, string name) => browser.Page.QuerySelector<IHtmlInputElement>($"input[name='{name}']")!.Value;
}
