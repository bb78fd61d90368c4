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
