using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Tests.Pages;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Features.Members;

public sealed class Signing_in(StorageProvider provider) : LabTest(provider)
{
    [Test]
    public async Task With_the_right_password_gives_a_token_that_works()
    {
        using var visitor = Lab.Visitor();

        using var answer = await SignInAsync(visitor, DemoIds.Owner, DemoIds.Password);

        var token = (await JsonOfAsync(answer)).GetProperty("token").GetString();
        visitor.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(token, Does.StartWith("fab_"));
        Assert.That(await visitor.GetStringAsync("/api/v1/members/me"), Does.Contain("Oanez Owner"));
    }

    [TestCase(DemoIds.Maker, "not the password")]
    [TestCase("nobody@fablab.example", DemoIds.Password)]
    public async Task With_something_wrong_tells_nothing_about_accounts(string email, string password)
    {
        using var visitor = Lab.Visitor();

        using var answer = await SignInAsync(visitor, email, password);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await JsonOfAsync(answer)).GetProperty("code").GetString(), Is.EqualTo("sign-in-failed"));
    }

    [Test]
    public async Task Waits_after_too_many_wrong_passwords()
    {
        using var visitor = Lab.Visitor();
        for (var attempt = 0; attempt < 10; attempt++)
        {
            using var wrong = await SignInAsync(visitor, DemoIds.CampusManager, "guess");
        }

        using var right = await SignInAsync(visitor, DemoIds.CampusManager, DemoIds.Password);

        Assert.That(right.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Too_often_from_one_address_is_slowed_down()
    {
        using var lab = new LabApp(StorageProvider.Sqlite, new() { ["SignIn:AttemptsPerMinute"] = "2" });
        using var visitor = lab.Visitor();

        var statuses = new List<HttpStatusCode>();
        for (var attempt = 0; attempt < 3; attempt++)
        {
            using var answer = await SignInAsync(visitor, DemoIds.Maker, "guess");
            statuses.Add(answer.StatusCode);
        }

        Assert.That(statuses, Is.EqualTo([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests]));
    }

    [Test]
    public async Task Waits_after_too_many_wrong_codes_however_often_the_password_is_right()
    {
        var key = await TurnOnSecondFactorAsync(DemoIds.AtelierManager);
        using var visitor = Lab.Visitor();
        using var without = await SignInAsync(visitor, DemoIds.AtelierManager, DemoIds.Password);
        for (var attempt = 0; attempt < 10; attempt++)
        {
            using var wrong = await SignInAsync(visitor, DemoIds.AtelierManager, DemoIds.Password, "000000");
            Assert.That(wrong.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        }

        using var paused = await SignInAsync(visitor, DemoIds.AtelierManager, DemoIds.Password, CodeOf(key));
        Lab.Clock.Advance(TimeSpan.FromMinutes(6));
        using var later = await SignInAsync(visitor, DemoIds.AtelierManager, DemoIds.Password, CodeOf(key));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await JsonOfAsync(without)).GetProperty("code").GetString(), Is.EqualTo("second-factor-needed"));
            Assert.That(paused.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(later.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        }
    }

    [Test]
    public async Task Counts_guesses_of_the_same_moment_as_many()
    {
        using var visitor = Lab.Visitor();

        foreach (var guess in await Task.WhenAll(Enumerable.Range(0, 10).Select(attempt => SignInAsync(visitor, DemoIds.SecondMaker, $"guess {attempt}"))))
        {
            guess.Dispose();
        }

        using var right = await SignInAsync(visitor, DemoIds.SecondMaker, DemoIds.Password);

        Assert.That(right.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Still_works_in_ones_own_browser_while_a_stranger_guesses()
    {
        // The owner's browser was signed in once.
        using var lab = new PagesLab();
        using var own = await lab.OpenAsync("en", DemoIds.Owner);
        await own.GoAsync("/account");
        await own.SendAsync("form[action='/sign-out']");
        using var stranger = await lab.OpenAsync("en");
        for (var attempt = 0; attempt < 12; attempt++)
        {
            await stranger.GoAsync("/sign-in");
            await stranger.SendAsync("form[action='/sign-in']", new() { ["email"] = DemoIds.Owner, ["password"] = $"guess {attempt}" });
        }

        await stranger.SendAsync("form[action='/sign-in']", new() { ["email"] = DemoIds.Owner, ["password"] = DemoIds.Password });
        await own.GoAsync("/sign-in");
        await own.SendAsync("form[action='/sign-in']", new() { ["email"] = DemoIds.Owner, ["password"] = DemoIds.Password });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(stranger.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity), "a stranger has to wait, even with the right password");
            Assert.That(own.Address, Is.EqualTo("/"));
        }
    }

    [Test]
    public async Task Ends_after_thirty_days_however_much_it_is_used()
    {
        using var lab = new PagesLab();
        using var browser = await lab.OpenAsync("en", DemoIds.Owner);
        for (var day = 0; day < 29; day++)
        {
            lab.Clock.Advance(TimeSpan.FromDays(1));
            await browser.GoAsync("/account");
        }

        var used = browser.Address;
        lab.Clock.Advance(TimeSpan.FromDays(1));
        await browser.GoAsync("/account");

        Assert.That((used, browser.Address[..8]), Is.EqualTo(("/account", "/sign-in")));
    }

    private async Task<string> TurnOnSecondFactorAsync(string email)
    {
        await using var scope = Lab.Services.CreateAsyncScope();
        var account = await scope.ServiceProvider.GetRequiredService<FablabDb>().Users.SingleAsync(user => user.Email == email);
        var key = SecondFactor.NewKey();
        Assert.That(await scope.ServiceProvider.GetRequiredService<SecondFactor>().TurnOnAsync(account.Id, key, CodeOf(key), CancellationToken.None), Is.Not.Null);
        return key;
    }

    private string CodeOf(string key) => new OtpNet.Totp(OtpNet.Base32Encoding.ToBytes(key)).ComputeTotp(Lab.Clock.GetUtcNow().UtcDateTime);

    private static Task<HttpResponseMessage> SignInAsync(HttpClient client, string email, string password, string? code = null) =>
        client.PostAsJsonAsync("/api/v1/sign-in", new { email, password, tokenName = "test", code });
}
