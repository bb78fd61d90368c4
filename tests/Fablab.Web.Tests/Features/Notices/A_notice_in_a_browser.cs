using System.Net;
using System.Net.Http.Json;
using System.Text;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Notices.Pushing;
using Fablab.Web.Tests.Pages;
using Fablab.Web.Tests.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Features.Notices;

[TestFixture(StorageProvider.Sqlite)]
[TestFixture(StorageProvider.Postgres)]
public sealed class A_notice_in_a_browser(StorageProvider provider)
{
    private static readonly DateTimeOffset Morning = new(2027, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private PushService service = null!;
    private LabApp lab = null!;
    private int people;

    [OneTimeSetUp]
    public void Open_the_lab()
    {
        service = new PushService();
        lab = new LabApp(provider, change: services => services.AddHttpClient(SendPush.Client).ConfigurePrimaryHttpMessageHandler(() => service));
        lab.Clock.SetUtcNow(Morning);
    }

    [OneTimeTearDown]
    public async Task Close_the_lab()
    {
        await lab.DisposeAsync();
        service.Dispose();
    }

    [SetUp]
    public void Everything_as_usual() => service.Answer = HttpStatusCode.Created;

    [Test]
    public async Task Is_shown_once_and_nobody_on_the_way_can_read_it()
    {
        var (email, browser, push) = await SubscribedAsync();
        await TellAsync(email);

        await SweepAsync();
        await SweepAsync();

        browser.Dispose();
        var told = service.To(push).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(told.Content.GetProperty("body").GetString(), Does.Contain("is approved"));
            Assert.That(told.Content.GetProperty("url").GetString(), Is.EqualTo("/account"));
            Assert.That(told.Content.EnumerateObject().Select(property => property.Name), Is.EquivalentTo(["title", "body", "url", "tag", "lang"]), "and nothing more");
            Assert.That(Encoding.Latin1.GetString(told.Sealed), Does.Not.Contain("approved"));
            Assert.That(told.Claims.GetProperty("aud").GetString(), Is.EqualTo("https://updates.push.services.mozilla.com"));
            Assert.That(told.Claims.GetProperty("sub").GetString(), Does.StartWith("mailto:"));
            Assert.That(told.TimeToLive, Is.EqualTo(24 * 3600));
        }
    }

    [Test]
    public async Task Is_signed_by_one_key_that_is_made_once_and_kept_encrypted()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await using var scope = lab.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<PushKeys>().PairAsync(CancellationToken.None);
        }));
        var stored = await lab.WithDbAsync(db => db.PushKeys.SingleAsync());

        Assert.That(made.Distinct(), Has.Exactly(1).Items);
        Assert.That(stored.ProtectedPrivateKey, Does.Not.Contain(made[0].Private));
    }

    [TestCase("http://updates.push.services.mozilla.com/x")]
    [TestCase("https://updates.push.services.mozilla.com:8443/x")]
    [TestCase("https://me@updates.push.services.mozilla.com/x")]
    [TestCase("https://localhost/x")]
    [TestCase("https://127.0.0.1/x")]
    [TestCase("https://2130706433/x")]
    [TestCase("https://[::1]/x")]
    [TestCase("https://[::ffff:10.0.0.1]/x")]
    [TestCase("https://169.254.169.254/latest/meta-data")]
    [TestCase("https://push.services.mozilla.com.evil.example/x")]
    [TestCase("https://evilpush.services.mozilla.com/x")]
    [TestCase("https://router.lan/x")]
    [TestCase("file:///etc/passwd")]
    [TestCase("no address")]
    public async Task Goes_to_push_services_and_nowhere_else(string endpoint)
    {
        using var browser = await OpenAsync(await PersonAsync());
        var fields = service.NewBrowser().Fields;
        fields["endpoint"] = endpoint;

        await browser.GoAsync("/account");
        await browser.SendAsync("form[action='/account/push']", fields);

        Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
    }

    [TestCase("p256dh", "AAAA")]
    [TestCase("p256dh", "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [TestCase("auth", "not base64 !")]
    public async Task Needs_keys_that_are_keys(string field, string value)
    {
        using var browser = await OpenAsync(await PersonAsync());
        var fields = service.NewBrowser().Fields;
        fields[field] = value;

        await browser.GoAsync("/account");
        await browser.SendAsync("form[action='/account/push']", fields);

        Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
    }

    [TestCase(HttpStatusCode.Gone)]
    [TestCase(HttpStatusCode.NotFound)]
    public async Task Ends_for_a_browser_that_does_not_want_to_hear_any_more(HttpStatusCode answer)
    {
        var (email, browser, _) = await SubscribedAsync();
        service.Answer = answer;
        await TellAsync(email);

        await SweepAsync();

        browser.Dispose();
        Assert.That(() => SubscriptionsOfAsync(email).Result, Is.Empty.After(10_000, 20));
    }

    [Test]
    public async Task Is_tried_again_more_and_more_rarely_and_not_for_ever()
    {
        var (email, browser, push) = await SubscribedAsync();
        service.Answer = HttpStatusCode.ServiceUnavailable;
        await TellAsync(email);
        var before = service.Asked;

        for (var sweep = 0; sweep < 3 * PushSweep.MostTries; sweep++)
        {
            await SweepAsync();
            lab.Clock.Advance(TimeSpan.FromMinutes(61));
        }

        browser.Dispose();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(service.Asked - before, Is.EqualTo(PushSweep.MostTries));
            Assert.That(service.To(push), Is.Empty);
            Assert.That(await lab.WithDbAsync(db => db.Pushes.CountAsync(row => row.DueAt != null)), Is.Zero);
        }
    }

    [Test]
    public async Task Is_not_shown_of_topics_that_are_not_wanted_and_waits_while_it_is_quiet()
    {
        var (email, browser, push) = await SubscribedAsync();
        using var client = await lab.ClientOfAsync(email);
        using var chosen = await client.PutAsJsonAsync("/api/v1/members/me/mail", new { unwanted = Array.Empty<string>(), unwantedPush = new[] { "machines" }, quietFrom = "22:00:00", quietUntil = "07:00:00" });
        Assert.That(chosen.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        lab.Clock.SetUtcNow(new DateTimeOffset(lab.Clock.GetUtcNow().Date, TimeSpan.Zero).AddDays(1).AddHours(23));
        await TellAsync(email, "fault-closed");
        await TellAsync(email);

        await SweepAsync();
        var atNight = service.To(push).Count();
        lab.Clock.Advance(TimeSpan.FromHours(9));
        await SweepAsync();

        browser.Dispose();
        Assert.That(atNight, Is.Zero);
        Assert.That(() => service.To(push).Count(), Is.EqualTo(1).After(10_000, 20));
    }

    [Test]
    public async Task Is_not_shown_in_a_browser_that_was_signed_out()
    {
        var (email, browser, push) = await SubscribedAsync();
        await browser.GoAsync("/account");
        await browser.SendAsync("form[action='/sign-out']");
        await TellAsync(email);

        await SweepAsync();

        browser.Dispose();
        Assert.That(() => SubscriptionsOfAsync(email).Result, Is.Empty.After(10_000, 20));
        Assert.That(service.To(push), Is.Empty);
    }

    [Test]
    public async Task Is_of_whoever_asked_last_in_that_browser()
    {
        var (first, before, push) = await SubscribedAsync();
        var second = await PersonAsync();
        using var browser = await OpenAsync(second);
        await browser.GoAsync("/account");
        await browser.SendAsync("form[action='/account/push']", push.Fields);

        before.Dispose();
        Assert.That(await SubscriptionsOfAsync(first), Is.Empty);
        Assert.That(await SubscriptionsOfAsync(second), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Can_be_ended_by_its_member_alone()
    {
        var (email, browser, _) = await SubscribedAsync();
        var id = (await SubscriptionsOfAsync(email)).Single().Id;
        using var other = await lab.ClientOfAsync(DemoIds.Administrator);
        using var refused = await other.DeleteAsync(new Uri($"/api/v1/members/me/push-subscriptions/{id}", UriKind.Relative));

        await browser.GoAsync("/account");
        await browser.SendAsync("form[action='/account/push/remove']", button: $"button[value='{id}']");

        browser.Dispose();
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await SubscriptionsOfAsync(email), Is.Empty);
    }

    [Test]
    public async Task Needs_a_browser_that_is_signed_in()
    {
        using var program = await lab.ClientOfAsync(DemoIds.Maker);
        var push = service.NewBrowser();

        using var answer = await program.PostAsJsonAsync("/api/v1/members/me/push-subscriptions", new { endpoint = push.Endpoint, keys = new { p256dh = push.PublicKey, auth = push.Secret } });

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
    }

    private async Task<(string Email, Browser Browser, PushBrowser Push)> SubscribedAsync()
    {
        var (email, push) = (await PersonAsync(), service.NewBrowser());
        var browser = await OpenAsync(email);
        await browser.GoAsync("/account");
        await browser.SendAsync("form[action='/account/push']", push.Fields);
        Assert.That(await SubscriptionsOfAsync(email), Has.Count.EqualTo(1));
        return (email, browser, push);
    }

    private Task<Browser> OpenAsync(string email) => Browser.OpenAsync(lab.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = true }), "en", email);

    /// <summary>Somebody new, so that no other test's notices are theirs.</summary>
    private async Task<string> PersonAsync()
    {
        var email = $"pushed-{++people}@fablab.example";
        await using var scope = lab.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var account = new Account { Id = Guid.CreateVersion7(), UserName = email, Email = email, EmailConfirmed = true, DisplayName = "Nolwenn", Language = "en" };

        // The demo's password is one that nobody may choose.
        account.PasswordHash = accounts.PasswordHasher.HashPassword(account, DemoIds.Password);
        var made = await accounts.CreateAsync(account);
        Assert.That(made.Succeeded, Is.True);
        return email;
    }

    private Task TellAsync(string email, string code = "request-approved") => lab.WithDbAsync(async db =>
    {
        var account = await db.Users.SingleAsync(user => user.Email == email);
        db.Tell(new(account.Id), code, DemoIds.Printer1, Instant.FromUtc(2027, 3, 3, 9, 0), Instant.FromDateTimeOffset(lab.Clock.GetUtcNow()));
        return await db.SaveChangesAsync();
    });

    private async Task<List<PushSubscriptionRow>> SubscriptionsOfAsync(string email)
    {
        var me = await lab.WithDbAsync(async db => new MemberId((await db.Users.SingleAsync(user => user.Email == email)).Id));
        return await lab.WithDbAsync(db => db.PushSubscriptions.AsNoTracking().Where(row => row.Member == me).ToListAsync());
    }

    /// <summary>The program's own sweep runs beside ours, so what is being sent may take a moment.</summary>
    private async Task SweepAsync()
    {
        await lab.Services.GetRequiredService<PushSweep>().RunAsync(CancellationToken.None);
        var now = Instant.FromDateTimeOffset(lab.Clock.GetUtcNow());
        Assert.That(
            () => lab.WithDbAsync(async db => await db.Notices.AnyAsync(row => row.PushDueAt <= now) || await db.Pushes.AnyAsync(row => row.DueAt <= now)).Result,
            Is.False.After(20_000, 20));
    }
}
