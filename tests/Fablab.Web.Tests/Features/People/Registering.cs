using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.People;

public sealed class Registering(StorageProvider provider) : JoiningTest(provider)
{
    [Test]
    public async Task Makes_a_member_of_an_open_site_who_books_once_the_address_is_confirmed()
    {
        var email = FreshAddress();
        using var visitor = Lab.Visitor();

        using var asked = await RegisterAsync(email);
        using var early = await visitor.PostAsJsonAsync("/api/v1/sign-in", new { email, password = Password });
        using var member = await ConfirmAsync(email);
        using var later = await visitor.PostAsJsonAsync("/api/v1/sign-in", new { email, password = Password });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((asked.StatusCode, early.StatusCode, later.StatusCode), Is.EqualTo((HttpStatusCode.Accepted, HttpStatusCode.Unauthorized, HttpStatusCode.Created)));
            Assert.That(await MembershipAsync(email, DemoIds.Atelier), Is.EqualTo(MembershipState.Active));
            Assert.That(await ProblemsAsync(member, "printer-1"), Does.Not.Contain("membership"));
        }
    }

    [Test]
    public async Task Answers_the_same_for_a_known_address_whose_owner_gets_a_mail_once_an_hour()
    {
        var email = await PersonAsync();

        using var known = await RegisterAsync(email);
        using var again = await RegisterAsync(email.ToUpperInvariant());
        using var unknown = await RegisterAsync(FreshAddress());
        await SendAllAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(new[] { known, again, unknown }.Select(answer => answer.StatusCode), Is.All.EqualTo(HttpStatusCode.Accepted));
            Assert.That(await known.Content.ReadAsStringAsync(), Is.EqualTo(await unknown.Content.ReadAsStringAsync()));
            Assert.That(Mail.To(email).Select(mail => mail.Subject), Is.EqualTo(["You have an account already"]));
            Assert.That(await Lab.WithDbAsync(db => db.Users.CountAsync(user => user.Email == email)), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Tells_nothing_either_when_one_signs_in_afterwards()
    {
        var (known, fresh) = (await PersonAsync(), FreshAddress());
        using var visitor = Lab.Visitor();
        using var _ = await RegisterAsync(known, password: "le goéland mange la frite");
        using var __ = await RegisterAsync(fresh, password: "le goéland mange la frite");

        using var taken = await visitor.PostAsJsonAsync("/api/v1/sign-in", new { email = known, password = "le goéland mange la frite" });
        using var free = await visitor.PostAsJsonAsync("/api/v1/sign-in", new { email = fresh, password = "le goéland mange la frite" });

        Assert.That((taken.StatusCode, free.StatusCode), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)));
        Assert.That(new[] { await CodeAsync(taken), await CodeAsync(free) }, Is.All.EqualTo("sign-in-failed"));
    }

    [Test]
    public async Task With_somebody_elses_address_does_not_open_it_when_the_owner_follows_the_link()
    {
        var email = FreshAddress();
        using var stranger = await RegisterAsync(email, password: "le goéland mange la frite");
        using var browser = await OpenAsync();

        await browser.GoAsync(await LinkAsync(email, "Confirm your address"));
        await browser.SendAsync("form[action^='/confirm-address/']", new() { ["password"] = "I never chose one" });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((browser.Status, browser.Text.Contains("forgotten", StringComparison.OrdinalIgnoreCase)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)));
            Assert.That(await Lab.WithDbAsync(db => db.Users.Where(user => user.Email == email).Select(user => user.EmailConfirmed).SingleAsync()), Is.False);
        }
    }

    [Test]
    public async Task Sends_the_link_again_to_who_signs_in_too_early_but_not_at_each_try()
    {
        var email = FreshAddress();
        using var _ = await RegisterAsync(email);
        using var visitor = Lab.Visitor();
        Lab.Clock.Advance(TimeSpan.FromMinutes(11));

        for (var i = 0; i < 3; i++)
        {
            using var early = await visitor.PostAsJsonAsync("/api/v1/sign-in", new { email, password = Password });
        }

        await SendAllAsync();
        Assert.That(Mail.To(email).Count(mail => mail.Subject == "Confirm your address"), Is.EqualTo(2), "one for registering, one for three tries");
    }

    [Test]
    public async Task Makes_one_account_of_two_registrations_at_the_same_moment()
    {
        var email = FreshAddress();

        var answers = await Task.WhenAll(RegisterAsync(email), RegisterAsync(email), RegisterAsync(email));

        Assert.That(answers.Select(answer => answer.StatusCode), Is.All.EqualTo(HttpStatusCode.Accepted));
        Assert.That(await Lab.WithDbAsync(db => db.Users.CountAsync(user => user.Email == email)), Is.EqualTo(1));
    }

    [TestCase("password1234", "password-common")]
    [TestCase("short", "password-too-short")]
    public async Task Tells_what_is_wrong_with_the_password_whoever_has_the_address(string password, string reason)
    {
        var email = await PersonAsync();

        using var known = await RegisterAsync(email, password: password);
        using var unknown = await RegisterAsync(FreshAddress(), password: password);

        Assert.That(known.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await known.Content.ReadAsStringAsync(), Does.Contain(reason));
        Assert.That(unknown.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
    }

    [Test]
    public async Task Asks_for_the_terms_of_use_in_force()
    {
        await Lab.WithDbAsync(db => db.Sites.Where(site => site.Id == DemoIds.Campus).ExecuteUpdateAsync(set => set.SetProperty(site => site.TermsVersion, 3).SetProperty(site => site.Terms, "Clean up.")));
        try
        {
            using var without = await RegisterAsync(FreshAddress(), "campus");
            using var old = await RegisterAsync(FreshAddress(), "campus", termsVersion: 2);
            using var with = await RegisterAsync(FreshAddress(), "campus", termsVersion: 3);

            Assert.That((without.StatusCode, old.StatusCode, with.StatusCode), Is.EqualTo((HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity, HttpStatusCode.Accepted)));
            Assert.That(await old.Content.ReadAsStringAsync(), Does.Contain("terms-not-accepted"));
        }
        finally
        {
            await Lab.WithDbAsync(db => db.Sites.Where(site => site.Id == DemoIds.Campus).ExecuteUpdateAsync(set => set.SetProperty(site => site.TermsVersion, 0)));
        }
    }

    [Test]
    public async Task Is_not_possible_at_a_site_that_invites_its_members()
    {
        await PolicyAsync(RegistrationPolicy.Invitation);
        try
        {
            using var answer = await RegisterAsync(FreshAddress(), "campus");
            using var browser = await OpenAsync();
            await browser.GoAsync("/register");
            var listed = browser.Text;
            await browser.GoAsync("/register/campus");

            Assert.That((answer.StatusCode, browser.Status), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
            Assert.That(listed, Does.Contain("Atelier Rennes").And.Not.Contain("Campus"));
        }
        finally
        {
            await PolicyAsync(RegistrationPolicy.Approval);
        }
    }

    [Test]
    public async Task Works_as_a_page_without_script()
    {
        var email = FreshAddress();
        using var browser = await OpenAsync();

        await browser.GoAsync("/sign-in");
        await browser.GoAsync("/register/campus");
        await browser.SendAsync("form.narrow", new() { ["displayName"] = "Jo Joiner", ["email"] = email, ["password"] = "short" });
        var refused = (browser.Status, browser.Text, browser.Page.QuerySelector("#email")!.GetAttribute("value"));
        await browser.SendAsync("form.narrow", new() { ["password"] = Password });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused.Status, refused.Item3), Is.EqualTo((HttpStatusCode.UnprocessableEntity, email)));
            Assert.That(refused.Text, Does.Contain("too short"));
            Assert.That(browser.Text, Does.Contain("A mail goes to this address").And.Contain("A manager of the site then looks at your request"));
            Assert.That(await MembershipAsync(email, DemoIds.Campus), Is.EqualTo(MembershipState.Waiting));
        }
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();

    private async Task<HttpClient> ConfirmAsync(string email)
    {
        using var browser = await OpenAsync();
        await browser.GoAsync(await LinkAsync(email, "Confirm your address"));
        await browser.SendAsync("form[action^='/confirm-address/']", new() { ["password"] = Password });
        return await Lab.ClientOfAsync(email);
    }

    private Task<int> PolicyAsync(RegistrationPolicy policy) =>
        Lab.WithDbAsync(db => db.Sites.Where(site => site.Id == DemoIds.Campus).ExecuteUpdateAsync(set => set.SetProperty(site => site.Registration, policy)));
}
