using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Features.Notices;
using Fablab.Web.Tests.Pages;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.People;

/// <summary>The lab with a mail server: the atelier is open to everybody, the campus asks its manager.</summary>
public abstract partial class JoiningTest(StorageProvider provider) : MailTest(provider)
{
    protected const string Password = "la mouette vole bas ce soir";

    private int addresses;

    private protected string FreshAddress() => $"joins-{++addresses}@fablab.example";

    private protected Task<HttpResponseMessage> RegisterAsync(string email, string site = "atelier", string password = Password, int termsVersion = 0)
    {
        var visitor = Lab.Visitor();
        visitor.DefaultRequestHeaders.Add("Accept-Language", "en");
        return visitor.PostAsJsonAsync("/api/v1/registration", new { site, email, displayName = "Jo Joiner", password, termsVersion });
    }

    /// <summary>Somebody who registered and confirmed their address.</summary>
    private protected async Task<HttpClient> JoinedAsync(string email, string site = "atelier")
    {
        using var answer = await RegisterAsync(email, site);
        Assert.That(answer.IsSuccessStatusCode, Is.True, await answer.Content.ReadAsStringAsync());
        using var browser = await OpenAsync();
        await browser.GoAsync(await LinkAsync(email, "Confirm your address"));
        await browser.SendAsync("form[action^='/confirm-address/']", new() { ["password"] = Password });
        return await Lab.ClientOfAsync(email);
    }

    /// <summary>The link in the newest mail with this subject.</summary>
    private protected async Task<string> LinkAsync(string email, string subject)
    {
        await SendAllAsync();
        return new Uri(Link().Match(Mail.To(email).Last(mail => mail.Subject == subject).TextBody!).Value).PathAndQuery;
    }

    private protected Task<Browser> OpenAsync(string? email = null) => Browser.OpenAsync(Lab.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = true }), "en", email);

    private protected Task<MembershipState?> MembershipAsync(string email, SiteId site) => Lab.WithDbAsync(db => (
        from row in db.SiteMemberships
        join user in db.Users on (Guid)(object)row.Member equals user.Id
        where user.Email == email && row.Site == site
        select (MembershipState?)row.State).SingleOrDefaultAsync());

    private protected static Task<HttpResponseMessage> CheckAsync(HttpClient client, string machine) => client.PostAsJsonAsync(
        "/api/v1/reservations/check", new { machine, start = "2027-03-09T09:00:00Z", end = "2027-03-09T10:00:00Z" });

    private protected static async Task<string> ProblemsAsync(HttpClient client, string machine)
    {
        using var answer = await CheckAsync(client, machine);
        return await answer.Content.ReadAsStringAsync();
    }

    [GeneratedRegex(@"http://localhost:5080/(?!account)\S+/\S+")]
    private static partial Regex Link();
}
