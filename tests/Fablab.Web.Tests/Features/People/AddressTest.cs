using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Tests.Pages;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.People;

/// <summary>What the tests of another mail address do again and again.</summary>
public abstract class AddressTest(StorageProvider provider) : JoiningTest(provider)
{
    protected const string Confirm = "Confirm your new address";
    protected const string Ask = "/api/v1/members/me/address-change";

    private protected async Task<Browser> SignedInAsync(string email)
    {
        var browser = await OpenAsync();
        await browser.GoAsync("/sign-in");
        await browser.SendAsync("form[action='/sign-in']", new() { ["email"] = email, ["password"] = Password });
        return browser;
    }

    private protected static async Task AskAsync(Browser browser, string wanted)
    {
        await browser.GoAsync("/account/address");
        await browser.SendAsync("form[action='/account/address']", new() { ["email"] = wanted });
        Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.OK), browser.Text);
    }

    private protected static async Task<string?> AddressOfAsync(HttpClient member) => (await member.GetFromJsonAsync<JsonElement>("/api/v1/members/me")).GetProperty("email").GetString();

    private protected async Task<HttpStatusCode> SignInAsync(string email, string password = Password)
    {
        using var visitor = Lab.Visitor();
        using var answer = await visitor.PostAsJsonAsync("/api/v1/sign-in", new { email, password });
        return answer.StatusCode;
    }

    private protected async Task<MemberId> IdOfAsync(string email) => new(await Lab.WithDbAsync(db => db.Users.Where(user => user.Email == email).Select(user => user.Id).SingleAsync()));

    /// <summary>Asks for it and presses the button behind the link.</summary>
    private protected async Task ChangeAsync(Browser browser, string wanted)
    {
        await AskAsync(browser, wanted);
        await browser.GoAsync(await LinkAsync(wanted, Confirm));
        await browser.SendAsync("form[action^='/change-address/']");
        Assert.That(browser.Text, Does.Contain("Your address is changed"));
    }
}
