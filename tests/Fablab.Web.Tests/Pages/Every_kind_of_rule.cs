using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Demo;
using Fablab.Web.Features.Reservations.Rules.Editing;

namespace Fablab.Web.Tests.Pages;

/// <summary>Whatever a rule can say, a manager can read and type.</summary>
public sealed partial class Every_kind_of_rule
{
    /// <summary>One rule of every kind, or several, that together say everything that rules can say.</summary>
    private static readonly string[] Samples =
    [
        """{ "kind": "opening-hours", "windows": [{ "day": "monday", "from": "08:00:00", "to": "12:00:00" }, { "day": "monday", "from": "14:00:00", "to": "20:00:00" }, { "day": "saturday", "from": "00:00:00", "to": "00:00:00" }], "mayCrossClosing": true }""",
        """{ "kind": "closed-days", "first": "2027-08-02", "last": "2027-08-15", "reason": "Summer" }""",
        """{ "kind": "closed-time", "time": { "start": "2027-03-09T08:00:00Z", "end": "2027-03-09T12:00:00Z" }, "reason": "Fire drill" }""",
        """{ "kind": "blackout", "windows": [{ "day": "friday", "from": "22:00:00", "to": "06:00:00" }], "first": "2027-01-01", "last": "2027-12-31", "reason": "Cleaning" }""",
        """{ "kind": "holidays", "public": "alsaceMoselle", "named": [{ "name": "Easter", "first": "2027-04-10", "last": "2027-04-25" }], "exceptions": ["2027-05-08"], "hours": [{ "from": "10:00:00", "to": "16:00:00" }] }""",
        """{ "kind": "length", "minimum": "0:30:00", "maximum": "72:00:00", "granularity": "0:15:00", "scope": { "category": "printer3D" }, "liftedBy": "administrator" }""",
        """{ "kind": "notice", "toBook": "1:00:00", "toChange": "2:00:00", "toCancel": "24:00:00", "liftedBy": "member" }""",
        """{ "kind": "horizon", "ahead": "720:00:00", "scope": { "machine": "00000000-0000-7000-8000-000000000013", "organisation": "00000000-0000-7000-8000-000000000021" } }""",
        """{ "kind": "gap", "between": "1:30:00", "per": "pool", "scope": { "pool": "00000000-0000-7000-8000-000000000016" } }""",
        """{ "kind": "buffers", "setUp": "0:10:00", "cleanUp": "0:20:00" }""",
        """{ "kind": "quota", "mostTime": "10:00:00", "mostBookings": 5, "period": "rollingDays", "rollingDays": 14, "per": "category", "whose": "organisation", "enforced": [{ "day": "sunday", "from": "08:00:00", "to": "20:00:00" }], "includesPast": false }""",
        """{ "kind": "open-bookings", "mostBookings": 1, "mostTime": "6:00:00" }""",
        """{ "kind": "quiet-hours", "windows": [{ "day": "tuesday", "from": "20:00:00", "to": "08:00:00" }], "relaxes": ["length", "quota"] }""",
        """{ "kind": "authorisation", "for": "00000000-0000-7000-8000-000000000013" }""",
        """{ "kind": "approval", "whenLongerThan": "4:00:00", "whenOutside": [{ "day": "monday", "from": "08:00:00", "to": "18:00:00" }], "heldFor": "48:00:00" }""",
        """{ "kind": "people", "atLeast": 2, "atStart": true }""",
        """{ "kind": "presence" }""",
        """{ "kind": "companions", "codes": ["room-1", "printers"] }""",
        """{ "kind": "terms", "terms": "atelier", "version": 2 }""",
        """{ "kind": "cancellation", "terms": { "deadline": "24:00:00", "lateFee": { "kind": "share", "percent": 12.5 }, "noShowFee": { "kind": "fixed", "amount": { "minor": 1250, "currency": "EUR" } }, "grace": "0:20:00" } }""",
        """{ "kind": "walk-up", "use": "untilNextBooking", "before": "0:15:00" }""",
    ];

    private PagesLab lab = null!;

    private static IEnumerable<string> Kinds => RuleJson.Kinds.Keys;

    [OneTimeSetUp]
    public async Task Open_the_lab()
    {
        lab = new PagesLab();
        await lab.SetRulesAsync("atelier", $"[{string.Join(',', Samples)}]");
    }

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public void Is_among_the_samples_of_these_tests_and_on_offer()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Samples.Select(sample => JsonNode.Parse(sample)!["kind"]!.GetValue<string>()), Is.EquivalentTo(Kinds));
            Assert.That(RuleFields.Kinds, Is.EquivalentTo(Kinds));
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public void Has_a_field_for_everything_that_it_can_say(string kind)
    {
        var members = MembersOf(RuleJson.Kinds[kind]).Except(["id", "scope", "liftedBy"])
            .SelectMany(name => kind == CancellationRule.Kind ? MembersOf(typeof(CancellationTerms)).Select(inner => $"{name}.{inner}") : [name]);

        Assert.That(RuleFields.Of(kind)!.Select(field => field.Name), Is.EquivalentTo(members));
    }

    [TestCase("en")]
    [TestCase("fr")]
    public async Task Is_told_in_plain_words(string language)
    {
        using var browser = await lab.OpenAsync(language, DemoIds.AtelierManager);

        await browser.GoAsync("/sites/atelier/rules");

        var told = browser.Page.QuerySelectorAll("section[aria-labelledby=in-force] li").ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(told, Has.Count.EqualTo(Samples.Length));
            Assert.That(told.Where(rule => rule.QuerySelector("p:not(.sub)") is null).Select(rule => rule.TextContent), Is.Empty, "without a sentence");
            Assert.That(KeysIn(browser.Page), Is.Empty, "keys instead of words");
            Assert.That(Ids().IsMatch(browser.Text), Is.False, "ids instead of names");
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public async Task Comes_back_from_its_form_as_it_went_in(string kind)
    {
        using var browser = await lab.OpenAsync(Kinds.Order().ToList().IndexOf(kind) % 2 == 0 ? "en" : "fr", DemoIds.AtelierManager);
        await browser.GoAsync("/sites/atelier/rules/draft");
        var before = Draft(browser);
        var id = JsonNode.Parse(before)!.AsArray().Single(rule => rule!["kind"]!.GetValue<string>() == kind)!["id"]!.GetValue<string>();

        await browser.SendAsync("#draft", button: $"button[value='change:{id}']");
        var form = browser.Page;
        await browser.SendAsync("#rule", button: "button[value=put]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.OK), browser.Text);
            Assert.That(Draft(browser), Is.EqualTo(before));
            Assert.That(KeysIn(form), Is.Empty, "keys instead of words");
            Assert.That(form.QuerySelectorAll("main input:not([type=hidden]), main select").Where(field => field.Closest("label") is null && form.QuerySelector($"label[for='{field.Id}']") is null), Is.Empty);
            Assert.That(form.QuerySelectorAll("[id]").GroupBy(element => element.Id).Where(group => group.Count() > 1).Select(group => group.Key), Is.Empty);
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public async Task Has_an_empty_form_that_says_what_is_missing_and_keeps_the_draft(string kind)
    {
        using var browser = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await browser.GoAsync("/sites/atelier/rules/draft");
        var before = JsonNode.Parse(Draft(browser))!.AsArray().Count;

        await browser.SendAsync("#draft", new() { ["kind"] = kind, ["note"] = "typed before" }, "button[value=add]");
        await browser.SendAsync("#rule", button: "button[value=put]");

        var needs = RuleFields.Of(kind)!.Any(field => field is { IsRequired: true } and not (LengthField { Usual: not null } or NumberField { Usual: not null }))
            || kind is QuotaRule.Kind or OpenBookingsRule.Kind;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(browser.Status, Is.EqualTo(needs ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.OK), browser.Text);
            Assert.That(browser.Page.QuerySelector("[role=alert]") is not null, Is.EqualTo(needs));
            Assert.That(JsonNode.Parse(Draft(browser))!.AsArray(), Has.Count.EqualTo(needs ? before : before + 1));
            Assert.That(browser.Page.QuerySelector<IHtmlInputElement>("input[name=note]")!.Value, Is.EqualTo("typed before"));
            Assert.That(KeysIn(browser.Page), Is.Empty, "keys instead of words");
        }
    }

    private static IEnumerable<string> MembersOf(Type type) => RuleJson.Options.GetTypeInfo(type).Properties.Select(property => property.Name);

    /// <summary>What stands on the page where no words were found.</summary>
    private static IEnumerable<string> KeysIn(IHtmlDocument page) => Keys().Matches(page.QuerySelector("main")!.InnerHtml).Select(key => key.Value);

    private static string Draft(Browser browser) => browser.Page.QuerySelector<IHtmlInputElement>("input[name=draft]")!.Value;

    [GeneratedRegex(@"\b(Kind|About|Field|Choice|Said|Trouble|Whole|Scope|Any|Form|Gap|Quota|Period|Counted|Whose|Holidays|Approval|WalkUp|Lifted|Days|Moment|Unit|Fee|None)\.[\w-]+")]
    private static partial Regex Keys();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-")]
    private static partial Regex Ids();
}
