using System.Net;
using Fablab.Web.Data.Rows;
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

    [Test]
    public async Task Is_told_what_to_do_when_somebody_has_registered_with_their_address()
    {
        await using var lab = new PagesLab(hasDemo: false);
        await lab.WithDbAsync(db =>
        {
            db.Add(new Account
            {
                Id = Guid.CreateVersion7(), DisplayName = "Ada", Email = "ada@lab.example", UserName = "ada@lab.example", NormalizedEmail = "ADA@LAB.EXAMPLE", NormalizedUserName = "ADA@LAB.EXAMPLE",
            });
            return db.SaveChangesAsync();
        });
        using var browser = await lab.OpenAsync("en");
        await browser.GoAsync("/first-administrator");
        var code = lab.Services.GetRequiredService<FirstAdministratorCode>().Code!;

        await browser.SendAsync("form.narrow", new() { ["code"] = code, ["displayName"] = "Ada", ["email"] = "Ada@lab.example", ["password"] = "correct horse battery" });
        var said = (browser.Status, browser.Page.QuerySelector(".alert")!.TextContent.Trim());
        await browser.SendAsync("form.narrow", new() { ["code"] = code, ["displayName"] = "Ada", ["email"] = "ada.admin@lab.example", ["password"] = "correct horse battery" });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(said.Item1, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(said.Item2, Is.EqualTo("An account has this address already. Make the administrator with another address, and give that account the role afterwards, on its member’s page."));
            Assert.That(browser.Address, Is.EqualTo("/account/security"));
        }
    }
}
