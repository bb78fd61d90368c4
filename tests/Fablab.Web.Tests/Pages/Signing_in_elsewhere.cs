using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Fablab.Domain.Members;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using OtpNet;

namespace Fablab.Web.Tests.Pages;

public partial class Signing_in_elsewhere
{
    private LoginProvider campus = null!;
    private LoginProvider school = null!;
    private PagesLab lab = null!;

    [OneTimeSetUp]
    public async Task Open_the_lab()
    {
        campus = await LoginProvider.StartAsync("campus");
        school = await LoginProvider.StartAsync("school");
        var settings = new Dictionary<string, string>([.. campus.Settings, .. school.Settings])
        {
            ["SignIn:OpenId:Providers:campus:CreatesAccounts"] = "true",
            ["SignIn:OpenId:Providers:school:AllowedDomains:0"] = "school.example",
            ["SignIn:OpenId:Providers:school:CountsAsSecondFactor"] = "true",
            ["SignIn:OpenId:Providers:school:SecondFactorAcr:0"] = "urn:school:two",
            ["SignIn:OpenId:Providers:gone:Name"] = "Gone account",
            ["SignIn:OpenId:Providers:gone:Authority"] = "http://127.0.0.1:9",
            ["SignIn:OpenId:Providers:gone:ClientId"] = "fablab",
        };
        lab = new PagesLab(settings: settings);
    }

    [OneTimeTearDown]
    public async Task Close_the_lab()
    {
        await lab.DisposeAsync();
        await campus.DisposeAsync();
        await school.DisposeAsync();
    }

    [SetUp]
    public void Everything_as_usual() => (campus.ForgetsNonce, campus.SignedInAgo, campus.Person, school.Person) = (false, TimeSpan.FromHours(1), null, null);

    [Test]
    public async Task Makes_an_account_for_who_is_new_and_opens_it_from_then_on()
    {
        campus.Person = new("ada", "ada@new.example", Name: "Ada Byron");
        using var first = await BrowserAsync();
        await first.GoAsync("/sign-in?returnUrl=/machines/printer-1");
        await first.GoAsync(first.Page.QuerySelector("a[href^='/sign-in/with/campus']")!.GetAttribute("href")!);
        var offered = first.Page.QuerySelector<IHtmlInputElement>("#name")!.Value;
        var before = await AccountAsync("ada@new.example");
        await first.SendAsync("form[action$='/account']", new() { ["name"] = "Ada B." });
        var (led, made) = (first.Address, await AccountAsync("ada@new.example"));

        using var second = await BrowserAsync();
        await second.GoAsync("/sign-in/with/campus?returnUrl=/account");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((offered, before), Is.EqualTo(("Ada Byron", (Account?)null)), "asked before anything is made");
            Assert.That(led, Is.EqualTo("/machines/printer-1"));
            Assert.That((made!.DisplayName, made.EmailConfirmed, made.PasswordHash), Is.EqualTo(("Ada B.", true, (string?)null)));
            Assert.That((second.Address, second.Text.Contains("Ada B.", StringComparison.Ordinal)), Is.EqualTo(("/account", true)));
            Assert.That(await AuditOfAsync(made.Id), Is.EqualTo(new[] { "account-created", "signed-in", "signed-in" }));
        }
    }

    [TestCase("//evil.example/")]
    [TestCase("/\\evil.example")]
    [TestCase("https://evil.example/")]
    public async Task Leads_to_own_pages_only(string address)
    {
        campus.Person = new("eve", "eve@new.example");
        using var browser = await BrowserAsync();

        await browser.GoAsync($"/sign-in/with/campus?returnUrl={Uri.EscapeDataString(address)}");
        if (browser.Page.QuerySelector("#name") is not null)
        {
            await browser.SendAsync("form[action$='/account']");
        }

        Assert.That(browser.Address, Is.EqualTo("/"));
    }

    [Test]
    public async Task Opens_no_account_by_its_mail_address()
    {
        campus.Person = new("not the owner", DemoIds.Owner);
        using var browser = await BrowserAsync();

        await browser.GoAsync("/sign-in/with/campus");
        var told = (browser.Status, browser.Text);
        await browser.GoAsync("/account");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(told.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(told.Text, Does.Contain("Sign in as usual, then link"));
            Assert.That(browser.Address, Does.StartWith("/sign-in"));
            Assert.That(await LinksOfAsync(DemoIds.Owner), Is.Empty);
        }
    }

    [Test]
    public async Task Opens_what_its_owner_linked_and_another_provider_s_same_address_does_not()
    {
        campus.Person = new("maker at campus", "maker@school.example");
        school.Person = new("maker at campus", "maker@school.example");
        using var owner = await BrowserAsync(DemoIds.Maker);
        await LinkAsync(owner, "campus");
        var (listed, links) = (owner.Text, await LinksOfAsync(DemoIds.Maker));

        using var linked = await BrowserAsync();
        await linked.GoAsync("/sign-in/with/campus?returnUrl=/account");
        using var other = await BrowserAsync();
        await other.GoAsync("/sign-in/with/school?returnUrl=/account");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(listed, Does.Contain("maker@school.example"));
            Assert.That(links.Single().Issuer, Is.EqualTo($"{campus.Address}/"));
            Assert.That(linked.Address, Is.EqualTo("/account"));
            Assert.That((other.Status, other.Text.Contains("No account is linked", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)));
        }
    }

    [Test]
    public async Task Belongs_to_one_account_alone()
    {
        campus.Person = new("shared", "shared@school.example");
        using var first = await BrowserAsync(DemoIds.AtelierManager);
        await LinkAsync(first, "campus");
        using var second = await BrowserAsync(DemoIds.CampusManager);

        await second.GoAsync("/account/security/sign-in-links/campus");

        Assert.That(second.Text, Does.Contain("linked to another account"));
        Assert.That(await LinksOfAsync(DemoIds.CampusManager), Is.Empty);
    }

    [Test]
    public async Task Is_linked_by_a_form_of_ours_after_the_password_was_given_a_moment_ago()
    {
        campus.Person = new("late", "late@school.example");
        using var browser = await BrowserAsync(DemoIds.SecondMaker);
        lab.Clock.Advance(TimeSpan.FromMinutes(6));
        await browser.GoAsync("/account/security/sign-in-links/campus");
        var asked = browser.Address;
        await browser.SendAsync("form[action='/account/confirm']", new() { ["password"] = DemoIds.Password });

        await browser.GoAsync("/account/security/sign-in-links/campus");
        var (shown, before) = (browser.Text, await LinksOfAsync(DemoIds.SecondMaker));
        await browser.SendAsync("form[action='/account/security/sign-in-links']");
        var linked = await LinksOfAsync(DemoIds.SecondMaker);
        await browser.SendAsync("form[action$='/remove']", button: $"button[value='{linked.Single().Id}']");
        using var unlinked = await BrowserAsync();
        await unlinked.GoAsync("/sign-in/with/campus");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(asked, Does.StartWith("/account/confirm"));
            Assert.That((shown.Contains("late@school.example", StringComparison.Ordinal), before.Count), Is.EqualTo((true, 0)), "coming back links nothing by itself");
            Assert.That(await LinksOfAsync(DemoIds.SecondMaker), Is.Empty);
            Assert.That(unlinked.Page.QuerySelector("#name"), Is.Not.Null, "nobody's again");
        }
    }

    [Test]
    public async Task Is_not_taken_away_when_nothing_else_opens_the_account()
    {
        campus.Person = new("only", "only@new.example");
        campus.SignedInAgo = TimeSpan.Zero;
        using var browser = await BrowserAsync();
        await browser.GoAsync("/sign-in/with/campus");
        await browser.SendAsync("form[action$='/account']");

        await browser.GoAsync("/account/security");
        await browser.SendAsync("form[action$='/remove']", button: "button[name=remove]");

        Assert.That(browser.Text, Does.Contain("last way into your account"));
        Assert.That(await LinksOfAsync("only@new.example"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Counts_as_being_there_only_when_the_provider_saw_the_person_just_now()
    {
        campus.Person = new("long ago", "long-ago@new.example");
        using var browser = await BrowserAsync();
        await browser.GoAsync("/sign-in/with/campus");
        await browser.SendAsync("form[action$='/account']");

        await browser.GoAsync("/account/security/second-factor");
        var (asked, again) = (browser.Address, browser.Page.QuerySelector("a[href^='/sign-in/with/campus?again']")!.GetAttribute("href")!);
        await browser.GoAsync(again);
        await browser.GoAsync("/account/security/second-factor");

        Assert.That(asked, Does.StartWith("/account/confirm"));
        Assert.That(browser.Page.QuerySelector("svg.qr"), Is.Not.Null);
    }

    [Test]
    public async Task Is_refused_when_the_state_was_tampered_with()
    {
        await RefusedAsync(address => new Uri(StateOf().Replace(address.ToString(), state => $"{state.Groups[1]}{(state.Groups[2].Value == "A" ? "B" : "A")}{state.Groups[3]}")));
    }

    [Test]
    public async Task Is_refused_when_the_state_is_missing() =>
        await RefusedAsync(address => new Uri(StateOf().Replace(address.ToString(), "other=$3")));

    [Test]
    public async Task Is_refused_when_it_comes_back_a_second_time()
    {
        campus.Person = new("twice", "twice@new.example");
        using var road = new RoadToProviders(campus);
        using var browser = await BrowserAsync(null, road);
        await browser.GoAsync("/sign-in/with/campus");
        var once = browser.Page.QuerySelector("#name");

        await browser.GoAsync(road.Callback!.PathAndQuery);
        var again = browser.Text;
        using var thief = await BrowserAsync();
        await thief.GoAsync(road.Callback!.PathAndQuery);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(once, Is.Not.Null);
            Assert.That(again, Does.Contain("did not work out"));
            Assert.That(thief.Text, Does.Contain("did not work out"), "the browser that began it is the only one that may end it");
        }
    }

    [Test]
    public async Task Is_refused_when_its_code_was_used_before()
    {
        campus.Person = new("code", "code@new.example");
        using var road = new RoadToProviders(campus);
        using var browser = await BrowserAsync(null, road);
        await browser.GoAsync("/sign-in/with/campus");
        var used = CodeOf().Match(road.Callback!.ToString()).Value;

        road.Bend = address => new Uri(CodeOf().Replace(address.ToString(), used));
        await browser.GoAsync("/sign-in/with/campus");

        Assert.That(browser.Text, Does.Contain("did not work out"));
    }

    [Test]
    public async Task Is_refused_when_the_nonce_is_another_one_s()
    {
        campus.ForgetsNonce = true;
        await RefusedAsync(null);
    }

    [Test]
    public async Task Needs_an_address_that_the_provider_has_verified()
    {
        campus.Person = new("unsure", "unsure@new.example", IsVerified: false);
        using var browser = await BrowserAsync();

        await browser.GoAsync("/sign-in/with/campus");

        Assert.That(browser.Text, Does.Contain("does not confirm that the mail address is yours"));
        Assert.That(await AccountAsync("unsure@new.example"), Is.Null);
    }

    [Test]
    public async Task Needs_an_address_of_the_domains_that_are_allowed()
    {
        school.Person = new("outsider", "outsider@elsewhere.example");
        using var browser = await BrowserAsync();

        await browser.GoAsync("/sign-in/with/school");

        Assert.That((browser.Status, browser.Text.Contains("this domain cannot sign in", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)));
    }

    [Test]
    public async Task Says_so_when_somebody_breaks_off()
    {
        using var browser = await BrowserAsync();

        await browser.GoAsync("/sign-in/with/campus");

        Assert.That(browser.Text, Does.Contain("You broke off"));
    }

    [Test]
    public async Task Leaves_the_other_ways_open_when_a_provider_is_down()
    {
        using var browser = await BrowserAsync();
        await browser.GoAsync("/sign-in/with/gone");
        var down = (browser.Status, browser.Text);

        await browser.GoAsync("/sign-in");
        await browser.SendAsync("form[action='/sign-in']", new() { ["email"] = DemoIds.Maker, ["password"] = DemoIds.Password });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(down.Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(down.Text, Does.Contain("does not answer at the moment"));
            Assert.That(browser.Address, Is.EqualTo("/"));
        }
    }

    [Test]
    public async Task Knows_no_provider_that_is_not_in_the_settings()
    {
        using var browser = await BrowserAsync();

        await browser.GoAsync("/sign-in/with/nobody");

        Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Asks_for_the_second_factor_unless_the_settings_believe_the_provider_s()
    {
        (campus.Person, school.Person) = (new("admin", "admin@school.example", Amr: ["pwd", "mfa"]), new("admin", "admin@school.example", Amr: ["pwd", "otp"]));
        using var owner = await BrowserAsync(DemoIds.Administrator);
        await owner.GoAsync("/account/security/second-factor");
        var key = owner.Page.QuerySelector("input[name=key]")!.GetAttribute("value")!;
        await owner.SendAsync("form[action$='/second-factor']", new() { ["code"] = new Totp(Base32Encoding.ToBytes(key)).ComputeTotp(lab.Clock.GetUtcNow().UtcDateTime) });
        await LinkAsync(owner, "campus");
        await LinkAsync(owner, "school");

        var unbelieved = await LandsOnAsync("campus");
        var weak = await LandsOnAsync("school");
        school.Person = school.Person with { Amr = ["pwd", "mfa"] };
        var byAmr = await LandsOnAsync("school");
        school.Person = school.Person with { Amr = null, Acr = "urn:school:two" };
        var byAcr = await LandsOnAsync("school");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(unbelieved, Does.StartWith("/sign-in/code"));
            Assert.That(weak, Does.StartWith("/sign-in/code"));
            Assert.That((byAmr, byAcr), Is.EqualTo(("/account", "/account")));
            Assert.That(await lab.WithDbAsync(db => db.BrowserSessions.OrderByDescending(row => row.StartedAt).Take(2).AllAsync(row => row.IsStrong)), Is.True);
        }
    }

    [Test]
    public async Task Opens_nothing_for_a_member_who_is_suspended_everywhere()
    {
        campus.Person = new("suspended", "suspended@new.example");
        using var browser = await BrowserAsync();
        await browser.GoAsync("/sign-in/with/campus");
        await browser.SendAsync("form[action$='/account']");
        var member = new MemberId((await AccountAsync("suspended@new.example"))!.Id);
        await lab.WithDbAsync(db =>
        {
            db.Add(new SuspensionRow { Id = Guid.CreateVersion7(), Member = member, Reason = "for a test", By = member, At = Instant.FromDateTimeOffset(lab.Clock.GetUtcNow()) });
            return db.SaveChangesAsync();
        });

        using var again = await BrowserAsync();
        await again.GoAsync("/sign-in/with/campus?returnUrl=/account");

        Assert.That((again.Status, again.Text.Contains("suspended from the whole lab", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)));
    }

    [Test]
    public async Task Is_offered_to_programs_too()
    {
        using var client = lab.CreateClient();

        var offered = await client.GetFromJsonAsync<JsonElement>("/api/v1/sign-in/providers");

        Assert.That(offered.EnumerateArray().Select(provider => provider.GetProperty("code").GetString()), Is.EqualTo(new[] { "campus", "gone", "school" }));
    }
}
