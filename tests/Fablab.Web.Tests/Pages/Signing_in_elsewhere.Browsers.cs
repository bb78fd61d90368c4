using System.Text.RegularExpressions;
using Fablab.Domain.Members;
using Fablab.Web.Data.Rows;
using Fablab.Web.Tests.Testing;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Pages;

public partial class Signing_in_elsewhere
{
    [GeneratedRegex("(state=.{40})(.)(.*)")]
    private static partial Regex StateOf();

    [GeneratedRegex("(?<=code=)[^&]+")]
    private static partial Regex CodeOf();

    private async Task RefusedAsync(Func<Uri, Uri>? bend)
    {
        campus.Person = new("refused", "refused@new.example");
        using var road = new RoadToProviders(campus);
        using var browser = await BrowserAsync(null, road);
        road.Bend = bend;

        await browser.GoAsync("/sign-in/with/campus");
        var told = browser.Text;
        await browser.GoAsync("/sign-in/with/campus/arrived");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(told, Does.Contain("did not work out"));
            Assert.That(browser.Text, Does.Contain("did not work out"), "nothing is left of it");
            Assert.That(await AccountAsync("refused@new.example"), Is.Null);
        }
    }

    private async Task<string> LandsOnAsync(string provider)
    {
        using var browser = await BrowserAsync();
        await browser.GoAsync($"/sign-in/with/{provider}?returnUrl=/account");
        return browser.Address;
    }

    private static async Task LinkAsync(Browser owner, string provider)
    {
        await owner.GoAsync($"/account/security/sign-in-links/{provider}");
        await owner.SendAsync("form[action='/account/security/sign-in-links']");
        Assert.That(owner.Address, Is.EqualTo("/account/security?done=linked"));
    }

    private Task<Browser> BrowserAsync(string? email = null, RoadToProviders? road = null) => Browser.OpenAsync(
        lab.CreateDefaultClient(new RedirectHandler(10), new CookieContainerHandler(), road ?? new RoadToProviders(campus, school)), "en", email);

    private Task<Account?> AccountAsync(string email) => lab.WithDbAsync(db => db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Email == email));

    private async Task<List<SignInLinkRow>> LinksOfAsync(string email)
    {
        var me = new MemberId((await AccountAsync(email))!.Id);
        return await lab.WithDbAsync(db => db.SignInLinks.AsNoTracking().Where(row => row.Member == me).ToListAsync());
    }

    private Task<List<string>> AuditOfAsync(Guid member)
    {
        var me = new MemberId(member);
        return lab.WithDbAsync(db => db.Audit.Where(row => row.Actor == me).OrderBy(row => row.At).ThenBy(row => row.Action).Select(row => row.Action).ToListAsync());
    }
}
