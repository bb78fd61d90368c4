using System.Net;
using Fablab.Web.Features.Members.FirstAdministrator;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Pages;

public class The_first_administrator
{
    [Test]
    public async Task Is_made_with_the_code_from_the_log_and_signed_in_and_then_the_page_is_gone()
    {
        await using var lab = new PagesLab(hasDemo: false);
        using var browser = await lab.OpenAsync("en");
        await browser.GoAsync("/first-administrator");
        var typed = new Dictionary<string, string> { ["code"] = "guessed", ["displayName"] = "Ada", ["email"] = "ada@lab.example", ["password"] = "correct horse battery" };

        await browser.SendAsync("form.narrow", typed);
        var refused = (browser.Status, browser.Page.QuerySelector("#email")!.GetAttribute("value"));
        typed["code"] = lab.Services.GetRequiredService<FirstAdministratorCode>().Code!;
        await browser.SendAsync("form.narrow", typed);
        var after = (browser.Status, browser.Address);
        Assert.That(browser.Text, Does.Contain("Your staff rights wait for a second factor."));
        await browser.GoAsync("/first-administrator");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused, Is.EqualTo((HttpStatusCode.UnprocessableEntity, "ada@lab.example")));
            Assert.That(after, Is.EqualTo((HttpStatusCode.OK, "/account/security")), "their rights wait for a second factor");
            Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }
}
