using System.Net;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Pages;

public class Tokens_without_script
{
    [Test]
    public async Task Of_a_member_say_what_they_may_do_and_are_shown_once()
    {
        using var lab = new PagesLab();
        using var maker = await lab.OpenAsync("en", DemoIds.Maker);
        await maker.GoAsync("/account");

        await maker.SendAsync("form[action='/account'].narrow", new() { ["create"] = "Door sign" });
        var made = maker.Page.QuerySelector("code.secret")!.TextContent;
        await maker.GoAsync("/account");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(made, Does.StartWith("fab_"));
            Assert.That(maker.Text, Does.Contain("Door sign").And.Contain("never used").And.Not.Contain(made));
            Assert.That(maker.Page.QuerySelectorAll("input[name=scopes][checked]").Select(box => box.GetAttribute("value")), Is.EqualTo(new[] { "read" }), "the least is proposed");
        }
    }

    [Test]
    public async Task That_may_nothing_are_not_made_and_what_was_typed_stays()
    {
        using var lab = new PagesLab();
        using var maker = await lab.OpenAsync("fr", DemoIds.Maker);
        await maker.GoAsync("/account");
        maker.Page.QuerySelector("input[name=scopes][value=read]")!.RemoveAttribute("checked");

        await maker.SendAsync("form[action='/account'].narrow", new() { ["create"] = "Panneau", ["days"] = "90" });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(maker.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(maker.Text, Does.Contain("Cochez au moins un droit"));
            Assert.That(maker.Page.QuerySelector("#create")!.GetAttribute("value"), Is.EqualTo("Panneau"));
            Assert.That(maker.Page.QuerySelector("#days option[selected]")!.GetAttribute("value"), Is.EqualTo("90"));
            Assert.That(maker.Page.QuerySelector("code.secret"), Is.Null);
        }
    }

    [Test]
    public async Task Of_an_organisation_are_made_and_revoked_by_its_owner()
    {
        using var lab = new PagesLab();
        using var owner = await lab.OpenAsync("en", DemoIds.Owner);
        using var member = await lab.OpenAsync("en", DemoIds.Maker);
        var address = $"/organisations/{DemoIds.Startup}/tokens";
        await owner.GoAsync($"/organisations/{DemoIds.Startup}");
        var link = owner.Page.QuerySelector($"a[href='{address}']");
        await owner.GoAsync(address);

        await owner.SendAsync("form.narrow", new() { ["name"] = " " });
        var (nameless, told) = (owner.Status, owner.Text);
        await owner.SendAsync("form.narrow", new() { ["name"] = "Accounting" });
        var secret = owner.Page.QuerySelector("code.secret")!.TextContent;
        await owner.GoAsync(address);
        var listed = owner.Text;
        await owner.SendAsync($"form[action='{address}']:not(.narrow)", button: "button[name=revoke]");
        await member.GoAsync(address);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(link, Is.Not.Null);
            Assert.That((nameless, told.Contains("Say what it is for", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)));
            Assert.That(secret, Does.StartWith("fabo_"));
            Assert.That(listed, Does.Contain("Accounting").And.Contain("never used").And.Not.Contain(secret));
            Assert.That(owner.Text, Does.Contain("No token is valid"));
            Assert.That(member.Status, Is.EqualTo(HttpStatusCode.NotFound), "not for members");
        }
    }
}
