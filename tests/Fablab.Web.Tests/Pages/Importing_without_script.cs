using System.Net;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Pages;

public class Importing_without_script
{
    private PagesLab lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new PagesLab();

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public async Task Shows_what_would_happen_and_then_does_it()
    {
        using var administrator = await lab.OpenAsync("en", DemoIds.Administrator);
        await administrator.GoAsync("/import");

        await administrator.SendAsync("form.panel", new() { ["kind"] = "members", ["text"] = "email,name\npage@fablab.example,Paul Page\nwrong,Nobody\n" }, "button[value=preview]");
        var preview = administrator.Text;
        await administrator.SendAsync("section form", button: "button[value=import]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(preview, Does.Contain("1 created, 0 changed, 0 unchanged, 1 refused").And.Contain("Write a mail address."));
            Assert.That(administrator.Text, Does.Contain("What was done").And.Contain("1 created"));
        }
    }

    [Test]
    public async Task Mails_new_members_when_the_box_is_ticked_and_only_then()
    {
        using var administrator = await lab.OpenAsync("fr", DemoIds.Administrator);
        foreach (var (email, invite) in new[] { ("quiet@fablab.example", (string?)null), ("welcome@fablab.example", "yes") })
        {
            await administrator.GoAsync("/import");
            var typed = new Dictionary<string, string> { ["kind"] = "members", ["text"] = $"email,name\n{email},Paul Page\n" };
            if (invite is not null)
            {
                typed["invite"] = invite;
            }

            await administrator.SendAsync("form.panel", typed, "button[value=preview]");
            await administrator.SendAsync("section form", button: "button[value=import]");
        }

        var mailed = await lab.WithDbAsync(db => db.Mails.Where(mail => mail.Code == "account-imported").Join(db.Users, mail => (Guid)(object)mail.Member!, user => user.Id, (_, user) => user.Email).ToListAsync());

        Assert.That(mailed, Is.EqualTo(["welcome@fablab.example"]));
    }

    [Test]
    public async Task Says_why_a_file_cannot_be_read_and_keeps_it()
    {
        using var manager = await lab.OpenAsync("fr", DemoIds.AtelierManager);
        await manager.GoAsync("/import");

        await manager.SendAsync("form.panel", new() { ["kind"] = "reservations", ["text"] = "machine\nroom-1\n" }, "button[value=preview]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(manager.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(manager.Text, Does.Contain("La colonne « memberEmail » manque.").And.Contain("room-1"));
            Assert.That(manager.Page.QuerySelectorAll("#kind option").Select(option => option.GetAttribute("value")), Is.EqualTo(["authorisations", "reservations"]));
        }
    }

    [Test]
    public async Task Is_not_there_for_members()
    {
        using var maker = await lab.OpenAsync("en", DemoIds.Maker);

        foreach (var address in new[] { "/import", "/export", "/export/members.csv" })
        {
            await maker.GoAsync(address);
            Assert.That(maker.Status, Is.EqualTo(HttpStatusCode.NotFound), address);
        }
    }

    [Test]
    public async Task Gives_a_file_only_to_who_proved_a_moment_ago_to_be_there()
    {
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await manager.GoAsync("/export");
        var links = manager.Page.QuerySelectorAll("a[href^='/export/']").Length;
        await manager.GoAsync("/export/machines.csv");
        var fresh = manager.Address;

        lab.Clock.Advance(TimeSpan.FromMinutes(6));
        await manager.GoAsync("/export/machines.csv");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((links, fresh), Is.EqualTo((54, "/export/machines.csv")));
            Assert.That(manager.Address, Does.StartWith("/account/confirm"));
        }
    }
}
