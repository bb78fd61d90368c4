using System.Net;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Pages;

public sealed class People_without_script
{
    private static readonly string Second = $"/people/{DemoIds.Numbered(72)}";

    private PagesLab lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new PagesLab();

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public async Task Are_found_noted_and_given_a_badge()
    {
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);

        await manager.GoAsync("/people");
        await manager.SendAsync("form[role=search]");
        await manager.GoAsync("/people?search=maker2");
        var found = manager.Text;
        await manager.GoAsync(Second);
        await manager.SendAsync($"form[action='{Second}/notes']", new() { ["text"] = "Asked for the milling course" });
        await manager.SendAsync($"form[action='{Second}/badges']:has(#badge-number)", new() { ["number"] = "CAFE 0001", ["label"] = "green" });
        var page = manager.Text;
        await manager.GoAsync("/people");
        await manager.SendAsync("form[action='/people/badge']", new() { ["number"] = "cafe0001" });
        var byBadge = manager.Address;
        await manager.GoAsync("/people");
        await manager.SendAsync("form[action='/people/badge']", new() { ["number"] = "cafe0009" });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(found, Does.Contain("Maëlle Maker").And.Not.Contain("Malo Maker"));
            Assert.That(page, Does.Contain("Asked for the milling course").And.Contain("green"));
            Assert.That(byBadge, Is.EqualTo(Second));
            Assert.That(manager.Text, Does.Contain("No member of your sites has this badge"));
        }
    }

    [Test]
    public async Task Revoke_a_badge_that_they_lost()
    {
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        using var member = await lab.OpenAsync("en", DemoIds.SecondMaker);
        await manager.GoAsync(Second);
        await manager.SendAsync($"form[action='{Second}/badges']:has(#badge-number)", new() { ["number"] = "CAFE 0077", ["label"] = "left in the tram" });

        await member.GoAsync("/account");
        var told = member.Text;
        await member.GoAsync("/account/badges");
        await member.SendAsync("form:has(button[name=revoke])", button: "li:has(strong) button[name=revoke]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(told, Does.Contain("Staff registered a badge in your name").And.Contain("My badges"));
            Assert.That(member.Text, Does.Contain("The badge counts no more").And.Contain("left in the tram").And.Contain("revoked on"));
        }
    }

    [Test]
    public async Task Who_lost_their_phone_are_helped_by_an_administrator_who_is_sure()
    {
        using var administrator = await lab.OpenAsync("en", DemoIds.Administrator);
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await manager.GoAsync(Second);
        var others = manager.Page.QuerySelector($"form[action='{Second}/reset-factors']");

        await administrator.GoAsync(Second);
        await administrator.SendAsync($"form[action='{Second}/reset-factors']");
        var unsure = (administrator.Status, administrator.Text);
        await administrator.SendAsync($"form[action='{Second}/reset-factors']", new() { ["sure"] = "yes" });
        var done = (administrator.Status, administrator.Address);
        lab.Clock.Advance(TimeSpan.FromMinutes(6));
        await administrator.SendAsync($"form[action='{Second}/reset-factors']", new() { ["sure"] = "yes" });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(others, Is.Null);
            Assert.That(unsure.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(unsure.Text, Does.Contain("Tick the box"));
            Assert.That(done, Is.EqualTo((HttpStatusCode.OK, Second)));
            Assert.That(administrator.Address, Does.StartWith("/account/confirm"));
        }
    }

    [Test]
    public async Task Are_let_in_at_no_other_age_because_a_number_was_mistyped()
    {
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await manager.GoAsync("/sites/atelier/policy");
        await manager.SendAsync("form[action='/sites/atelier/policy']", new() { ["minimumAge"] = "16" });

        await manager.GoAsync("/sites/atelier/policy");
        await manager.SendAsync("form[action='/sites/atelier/policy']", new() { ["minimumAge"] = "1O8" });
        var (status, told, typed) = (manager.Status, manager.Text, manager.Page.QuerySelector("#minimumAge")!.GetAttribute("value"));
        await manager.GoAsync("/sites/atelier/policy");
        var kept = manager.Page.QuerySelector("#minimumAge")!.GetAttribute("value");
        await manager.SendAsync("form[action='/sites/atelier/policy']", new() { ["minimumAge"] = "" });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((status, typed, kept), Is.EqualTo((HttpStatusCode.UnprocessableEntity, "1O8", "16")));
            Assert.That(told, Does.Contain("The age is a number from 1 to 99"));
        }
    }

    [Test]
    public async Task Are_suspended_and_read_it_with_their_bookings()
    {
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        using var maker = await lab.OpenAsync("fr", DemoIds.SecondMaker);

        await manager.GoAsync(Second);
        await manager.SendAsync($"form[action='{Second}/suspensions']:has(#suspend-reason)", new() { ["reason"] = "no" });
        var refused = manager.Text;
        await manager.SendAsync($"form[action='{Second}/suspensions']:has(#suspend-reason)", new() { ["reason"] = "Dust everywhere", ["until"] = "2027-04-30" });
        await maker.GoAsync("/reservations");
        var told = maker.Text;
        await manager.SendAsync($"form[action='{Second}/suspensions']:has([name=lift])", button: $"form[action='{Second}/suspensions'] [name=lift]");
        await maker.GoAsync("/reservations");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused, Does.Contain("at least three letters"));
            Assert.That(told, Does.Contain("Votre accès à Atelier Rennes est suspendu").And.Contain("Dust everywhere"));
            Assert.That(maker.Text, Does.Not.Contain("suspendu"));
        }
    }

    [Test]
    public async Task Are_put_into_groups_that_staff_name()
    {
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);

        await manager.GoAsync("/people/groups");
        await manager.SendAsync("form:has(#code)", new() { ["code"] = "residents", ["name"] = "Residents" });
        await manager.SendAsync("form:has(#code)", new() { ["code"] = "residents", ["name"] = "Again" });
        var doubled = manager.Text;
        await manager.GoAsync(Second);
        await manager.SendAsync($"form[action='{Second}/groups']:has(#group)", new() { ["from"] = "2027-03-01", ["until"] = "2027-12-31", ["proof"] = "Lease seen" });

        Assert.That(doubled, Does.Contain("Another group has this code"));
        Assert.That(manager.Text, Does.Contain("Residents").And.Contain("Lease seen"));
    }

    [Test]
    public async Task Change_their_own_profile()
    {
        using var maker = await lab.OpenAsync("en", DemoIds.Owner);

        await maker.GoAsync("/account/profile");
        await maker.SendAsync("form[action='/account/profile']", new() { ["displayName"] = "Oanez Le Goff", ["phone"] = "+33 2 99 00 00 00", ["language"] = "fr", ["invoiceAddress"] = "3 rue de l'Exemple\n35000 Rennes" });
        var saved = maker.Text;
        await maker.GoAsync("/account");

        Assert.That(saved, Does.Contain("C’est enregistré"));
        Assert.That(maker.Text, Does.Contain("Oanez Le Goff"));
    }

    [Test]
    public async Task Get_a_role_from_an_administrator_who_proves_to_be_there()
    {
        using var administrator = await lab.OpenAsync("en", DemoIds.Administrator);
        await administrator.GoAsync(Second);
        lab.Clock.Advance(TimeSpan.FromMinutes(6));

        await administrator.SendAsync($"form[action='{Second}/roles']:has(#role)", new() { ["role"] = "Trainer" });
        var asked = administrator.Address;
        await administrator.SendAsync("form[action='/account/confirm']", new() { ["password"] = DemoIds.Password });
        await administrator.SendAsync($"form[action='{Second}/roles']:has(#role)", new() { ["role"] = "Trainer" });
        var given = administrator.Page.QuerySelectorAll($"form[action='{Second}/roles'] [name=take]").Length;
        await administrator.SendAsync($"form[action='{Second}/roles']:has([name=take])", button: $"form[action='{Second}/roles'] [name=take]");

        Assert.That(asked, Does.StartWith("/account/confirm"));
        Assert.That((given, administrator.Page.QuerySelectorAll($"form[action='{Second}/roles'] [name=take]").Length), Is.EqualTo((1, 0)));
    }

    [TestCase(DemoIds.Maker)]
    [TestCase(DemoIds.Newcomer)]
    public async Task Do_not_see_each_other(string email)
    {
        using var maker = await lab.OpenAsync("en", email);
        await maker.GoAsync("/people");
        var list = maker.Status;
        await maker.GoAsync(Second);
        var one = maker.Status;
        await maker.GoAsync("/people/groups");

        Assert.That((list, one, maker.Status), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
    }
}
