using System.Net;
using Fablab.Web.Demo;
using Fablab.Web.Features.Members.SigningIn;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OtpNet;

namespace Fablab.Web.Tests.Pages;

public class Securing_an_account
{
    private PagesLab lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new PagesLab();

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public async Task Signs_another_browser_out_at_once()
    {
        using var here = await lab.OpenAsync("en", DemoIds.Owner);
        using var there = await lab.OpenAsync("en", DemoIds.Owner);
        await there.GoAsync("/account");
        var before = there.Address;

        await here.GoAsync("/account/security");
        var listed = here.Page.QuerySelectorAll("#browsers ~ form li").Length;
        await here.SendAsync("form[action$='/browsers']");
        await there.GoAsync("/account");
        var after = there.Address;
        await here.GoAsync("/account");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(before, Is.EqualTo("/account"));
            Assert.That(listed, Is.GreaterThanOrEqualTo(2));
            Assert.That(after, Does.StartWith("/sign-in"), "its cookie is as good as it was, its session is not");
            Assert.That(here.Address, Is.EqualTo("/account"));
        }
    }

    [Test]
    public async Task Asks_for_a_code_at_the_next_sign_in_and_takes_each_code_once()
    {
        using var owner = await lab.OpenAsync("en", DemoIds.SecondMaker);
        var key = await TurnOnAsync(owner);
        var recovery = owner.Page.QuerySelectorAll(".codes code").Select(code => code.TextContent).ToList();

        lab.Clock.Advance(TimeSpan.FromSeconds(60));
        var code = CodeOf(key);
        using var first = await PasswordAsync(DemoIds.SecondMaker);
        var asked = first.Address;
        await first.SendAsync("form[action='/sign-in/code']", new() { ["code"] = code });
        using var second = await PasswordAsync(DemoIds.SecondMaker);
        await second.SendAsync("form[action='/sign-in/code']", new() { ["code"] = code });
        var again = (second.Status, second.Text);
        await second.SendAsync("form[action='/sign-in/code']", new() { ["code"] = recovery[0] });
        var recovered = second.Address;
        using var third = await PasswordAsync(DemoIds.SecondMaker);
        await third.SendAsync("form[action='/sign-in/code']", new() { ["code"] = recovery[0] });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(recovery, Has.Count.EqualTo(SecondFactor.RecoveryCodes).And.Unique);
            Assert.That(asked, Does.StartWith("/sign-in/code"));
            Assert.That(first.Address, Is.EqualTo("/"));
            Assert.That(again.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(recovered, Is.EqualTo("/"));
            Assert.That(third.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity), "a recovery code counts once too");
        }
    }

    [Test]
    public async Task Opens_nothing_with_the_password_alone()
    {
        using var owner = await lab.OpenAsync("en", DemoIds.CampusManager);
        await TurnOnAsync(owner);

        using var half = await PasswordAsync(DemoIds.CampusManager);
        await half.GoAsync("/account");

        Assert.That(half.Address, Does.StartWith("/sign-in?returnUrl"));
    }

    [Test]
    public async Task Asks_anew_before_many_peoples_data_leaves_also_by_the_address_of_the_API()
    {
        using var administrator = await lab.OpenAsync("en", DemoIds.Administrator);
        using var fresh = await administrator.Client.GetAsync(new Uri("/api/v1/exports/members.csv", UriKind.Relative));
        lab.Clock.Advance(TimeSpan.FromMinutes(6));

        using var members = await administrator.Client.GetAsync(new Uri("/api/v1/exports/members.csv", UriKind.Relative));
        using var audit = await administrator.Client.GetAsync(new Uri("/api/v1/audit/export.jsonl", UriKind.Relative));

        Assert.That((fresh.StatusCode, members.StatusCode, audit.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)));
        Assert.That(await audit.Content.ReadAsStringAsync(), Does.Contain("confirmation-needed"));
    }

    [Test]
    public async Task Is_not_done_with_the_password_alone_once_there_is_more()
    {
        using var strict = new PagesLab(settings: new() { ["SignIn:StaffNeedsSecondFactor"] = "true" });
        using var administrator = await strict.OpenAsync("en", DemoIds.Administrator);
        await administrator.GoAsync("/people");
        var weak = administrator.Status;
        await strict.WithDbAsync(async db =>
        {
            var id = await db.Users.Where(user => user.Email == DemoIds.Administrator).Select(user => user.Id).SingleAsync();
            db.Add(new IdentityUserPasskey<Guid>
            {
                UserId = id, CredentialId = [1, 2, 3],
                Data = new IdentityPasskeyData
                {
                    PublicKey = [4], Name = "Laptop", CreatedAt = strict.Clock.GetUtcNow(), SignCount = 0, Transports = [], IsUserVerified = true, IsBackupEligible = false, IsBackedUp = false,
                    AttestationObject = [5], ClientDataJson = [6],
                },
            });
            return await db.SaveChangesAsync();
        });

        await administrator.GoAsync("/account/security/second-factor");
        var asked = (administrator.Address, administrator.Text, Password: administrator.Page.QuerySelector("#password"), Passkey: administrator.Page.QuerySelector("form[data-passkey]"));
        await administrator.GoAsync("/account/confirm?returnUrl=/account/security");
        await administrator.SendAsync("form[action='/account/confirm']", new() { ["password"] = DemoIds.Password });
        await administrator.GoAsync("/account/security/second-factor");
        var still = administrator.Address;
        await administrator.GoAsync("/account/address");
        var readdressed = administrator.Address;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(weak, Is.EqualTo(HttpStatusCode.NotFound), "rights of staff need a second factor");
            Assert.That(asked.Address, Does.StartWith("/account/confirm").And.Contain("strong"));
            Assert.That((asked.Password is null, asked.Passkey is null), Is.EqualTo((true, false)));
            Assert.That(asked.Text, Does.Contain("more than a password"));
            Assert.That(still, Does.StartWith("/account/confirm"), "the password proves that they are there, and no more");
            Assert.That(readdressed, Does.StartWith("/account/confirm").And.Contain("strong"), "whoever has the mailbox has the account");
        }
    }

    [Test]
    public async Task Keeps_the_secret_of_the_app_encrypted_and_the_recovery_codes_hashed()
    {
        using var owner = await lab.OpenAsync("en", DemoIds.AtelierManager);
        var key = await TurnOnAsync(owner);
        var recovery = owner.Page.QuerySelector(".codes code")!.TextContent.Replace("-", "", StringComparison.Ordinal);

        await using var scope = lab.Services.CreateAsyncScope();
        var stored = await scope.ServiceProvider.GetRequiredService<Fablab.Web.Data.FablabDb>().Users.SingleAsync(user => user.Email == DemoIds.AtelierManager);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(stored.ProtectedTotpKey, Does.Not.Contain(key));
            Assert.That(string.Concat(stored.RecoveryCodes), Does.Not.Contain(recovery));
        }
    }

    [Test]
    public async Task Asks_for_the_password_once_more_when_it_was_given_long_ago()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Administrator);
        lab.Clock.Advance(TimeSpan.FromMinutes(6));

        await browser.GoAsync("/account/security/second-factor");
        var asked = browser.Address;
        await browser.SendAsync("form[action='/account/confirm']", new() { ["password"] = "not the password" });
        var wrong = browser.Status;
        await browser.SendAsync("form[action='/account/confirm']", new() { ["password"] = DemoIds.Password });
        await browser.GoAsync("/account/security/second-factor");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(asked, Does.StartWith("/account/confirm"));
            Assert.That(wrong, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(browser.Page.QuerySelector("svg.qr"), Is.Not.Null);
        }
    }

    [TestCase("password1234", "easily guessed")]
    [TestCase("too short", "too short")]
    public async Task Refuses_a_password_that_protects_nothing(string password, string why)
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/account/security");

        await browser.SendAsync("form[action$='/password']", new() { ["password"] = password });

        Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(browser.Text, Does.Contain(why));
    }

    private static string CodeOf(string key, DateTimeOffset at) => new Totp(Base32Encoding.ToBytes(key)).ComputeTotp(at.UtcDateTime);

    private string CodeOf(string key) => CodeOf(key, lab.Clock.GetUtcNow());

    private async Task<string> TurnOnAsync(Browser browser)
    {
        await browser.GoAsync("/account/security/second-factor");
        var key = browser.Page.QuerySelector("input[name=key]")!.GetAttribute("value")!;
        await browser.SendAsync("form[action$='/second-factor']", new() { ["code"] = CodeOf(key) });
        Assert.That(browser.Text, Does.Contain("Recovery codes"));
        return key;
    }

    /// <summary>A new browser in which the right password was given.</summary>
    private Task<Browser> PasswordAsync(string email) => lab.OpenAsync("en", email);
}
