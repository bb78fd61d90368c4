using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Fablab.Web.Data;
using Fablab.Web.Tests.Pages;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Notices;

public sealed partial class A_forgotten_password(StorageProvider provider) : MailTest(provider)
{
    private const string NewPassword = "la mouette vole bas ce soir";

    [Test]
    public async Task Is_replaced_by_the_link_of_a_mail_once()
    {
        var email = await PersonAsync();
        var link = await AskAsync(email);
        using var browser = await OpenAsync();

        await browser.GoAsync(link);
        await browser.SendAsync("form[action^='/reset-password/']", new() { ["password"] = NewPassword });
        var done = browser.Text;
        await browser.SendAsync("form[action='/sign-in']", new() { ["email"] = email, ["password"] = NewPassword });
        var signedIn = browser.Address;
        await browser.GoAsync(link);
        var again = browser.Text;
        await SendAllAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(done, Does.Contain("The password is changed"));
            Assert.That(signedIn, Is.EqualTo("/"));
            Assert.That(again, Does.Contain("no longer works"));
            Assert.That(Mail.To(email).Select(mail => mail.Subject), Is.EqualTo(["A new password", "Your password was changed"]), "whoever did not do it must learn of it");
        }
    }

    [Test]
    public async Task Is_mailed_three_times_at_most_to_who_asks_at_one_moment()
    {
        var email = await PersonAsync();
        using var visitor = Lab.Visitor();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var asked = await visitor.PostAsJsonAsync("/api/v1/password-reset", new { email });
        }));

        Assert.That(await Lab.WithDbAsync(db => db.Mails.CountAsync(mail => mail.Code == "password-reset" && db.Users.Any(user => user.Id == (Guid)(object)mail.Member! && user.Email == email))), Is.EqualTo(3));
    }

    [Test]
    public async Task Replaced_lets_its_owner_in_whatever_others_guess_and_is_mailed_three_times_at_most()
    {
        var email = await PersonAsync();
        var until = Lab.Clock.GetUtcNow().AddMinutes(5);
        await Lab.WithDbAsync(db => db.Users.Where(user => user.Email == email).ExecuteUpdateAsync(set => set.SetProperty(user => user.LockoutEnd, until)));
        using var visitor = Lab.Visitor();
        foreach (var _ in Enumerable.Range(0, 4))
        {
            using var asked = await visitor.PostAsJsonAsync("/api/v1/password-reset", new { email });
            Assert.That(asked.IsSuccessStatusCode, Is.True);
        }

        await SendAllAsync();
        var mails = Mail.To(email).ToList();
        var key = mails[^1].TextBody!.Split("/reset-password/")[1].Split()[0];
        using var set = await visitor.PostAsJsonAsync("/api/v1/password-reset/set", new { key, password = "quite another long one" });
        using var signedIn = await visitor.PostAsJsonAsync("/api/v1/sign-in", new { email, password = "quite another long one" });

        Assert.That(mails, Has.Count.EqualTo(3));
        Assert.That((set.IsSuccessStatusCode, signedIn.IsSuccessStatusCode), Is.EqualTo((true, true)), await set.Content.ReadAsStringAsync());
    }

    [Test]
    public async Task Is_no_longer_replaced_after_half_an_hour()
    {
        var link = await AskAsync(await PersonAsync());
        using var browser = await OpenAsync();
        await browser.GoAsync(link);

        Lab.Clock.Advance(TimeSpan.FromMinutes(31));
        await browser.SendAsync("form[action^='/reset-password/']", new() { ["password"] = NewPassword });

        Assert.That(browser.Text, Does.Contain("no longer works"));
    }

    [Test]
    public async Task Ends_every_session_when_it_is_replaced()
    {
        var email = await PersonAsync();
        using var browser = await OpenAsync();
        await browser.GoAsync(await AskAsync(email));
        await browser.SendAsync("form[action^='/reset-password/']", new() { ["password"] = NewPassword });
        await browser.SendAsync("form[action='/sign-in']", new() { ["email"] = email, ["password"] = NewPassword });

        await browser.GoAsync("/account");
        Assert.That(browser.Address, Is.EqualTo("/account"));
        using var another = await OpenAsync();
        await another.GoAsync(await AskAsync(email));
        await another.SendAsync("form[action^='/reset-password/']", new() { ["password"] = NewPassword + " encore" });
        await browser.GoAsync("/account");

        Assert.That(browser.Address, Does.StartWith("/sign-in"));
    }

    [Test]
    public async Task Takes_access_tokens_back_and_the_link_counts_once_even_at_the_same_moment()
    {
        var email = await PersonAsync();
        using var program = await Lab.ClientOfAsync(email);
        var key = (await AskAsync(email)).Split('/')[^1];
        using var visitor = Lab.Visitor();

        var answers = await Task.WhenAll(
            visitor.PostAsJsonAsync("/api/v1/password-reset/set", new { key, password = NewPassword }),
            visitor.PostAsJsonAsync("/api/v1/password-reset/set", new { key, password = NewPassword + " encore" }));
        using var after = await program.GetAsync("/api/v1/members/me");

        Assert.That(answers.Select(answer => answer.StatusCode), Is.EquivalentTo([HttpStatusCode.NoContent, HttpStatusCode.NotFound]));
        Assert.That(after.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Is_asked_for_with_the_same_answer_whoever_has_an_account()
    {
        using var visitor = Lab.Visitor();
        var email = await PersonAsync();

        using var known = await visitor.PostAsJsonAsync("/api/v1/password-reset", new { email });
        using var unknown = await visitor.PostAsJsonAsync("/api/v1/password-reset", new { email = "nobody@nowhere.example" });

        Assert.That((known.StatusCode, unknown.StatusCode), Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.NoContent)));
    }

    [Test]
    public async Task Is_not_replaced_by_one_that_is_easily_guessed()
    {
        var email = await PersonAsync();
        var link = await AskAsync(email);
        using var visitor = Lab.Visitor();

        using var answer = await visitor.PostAsJsonAsync("/api/v1/password-reset/set", new { key = link.Split('/')[^1], password = "password1234" });

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("password-common"));
    }

    private Task<Browser> OpenAsync() => Browser.OpenAsync(Lab.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = true }), "en", null);

    private async Task<string> AskAsync(string email)
    {
        using var visitor = Lab.Visitor();
        using var answer = await visitor.PostAsJsonAsync("/api/v1/password-reset", new { email });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        await SendAllAsync();
        return new Uri(Link().Match(Mail.To(email).Last(mail => mail.Subject == "A new password").TextBody!).Value).PathAndQuery;
    }

    [GeneratedRegex(@"http://localhost:5080/reset-password/\S+")]
    private static partial Regex Link();
}
