using System.Net;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Pages;

public class Organisations_without_script
{
    private static readonly Dictionary<string, string> Phare = new()
    {
        ["name"] = "Atelier <du> Phare", ["kind"] = "Company", ["number"] = "732 829 320", ["line1"] = "12 rue du Phare", ["postcode"] = "29200", ["city"] = "Brest",
    };

    [Test]
    public async Task Are_signed_up_with_what_is_wrong_told_beside_the_field_and_verified_by_staff()
    {
        using var lab = new PagesLab();
        using var maker = await lab.OpenAsync("fr", DemoIds.SecondMaker);
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await maker.GoAsync("/organisations/sign-up");

        await maker.SendAsync("form.narrow", new(Phare) { ["number"] = "732829321", ["vat"] = "FR1" });
        var wrong = (maker.Status, maker.Text, maker.Page.QuerySelector("#name")!.GetAttribute("value"));
        await maker.SendAsync("form.narrow", new(Phare) { ["vat"] = "" });
        var (address, signedUp) = (maker.Address, maker.Text);
        await manager.GoAsync("/organisations/new");
        var waiting = manager.Text;
        await manager.SendAsync("form[action='/organisations/new']", button: "button[name=verify]");
        await maker.GoAsync(address);
        var verified = maker.Text;
        await maker.GoAsync("/organisations/new");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((wrong.Status, wrong.Item3), Is.EqualTo((HttpStatusCode.UnprocessableEntity, "Atelier <du> Phare")));
            Assert.That(wrong.Text, Does.Contain("ni un SIREN ni un SIRET").And.Contain("n’ont pas cette forme"));
            Assert.That(signedUp, Does.Contain("Atelier <du> Phare").And.Contain("pas encore vérifié"));
            Assert.That(waiting, Does.Contain("732829320").And.Contain("12 rue du Phare, 29200 Brest"));
            Assert.That(verified, Does.Not.Contain("pas encore vérifié"));
            Assert.That(maker.Status, Is.EqualTo(HttpStatusCode.NotFound), "not for members");
        }
    }

    [Test]
    public async Task Are_turned_down_with_a_reason_that_the_owner_reads_and_mends()
    {
        using var lab = new PagesLab();
        using var maker = await lab.OpenAsync("fr", DemoIds.SecondMaker);
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await maker.GoAsync("/organisations/sign-up");
        await maker.SendAsync("form.narrow", new(Phare) { ["vat"] = "" });
        var address = maker.Address;
        await manager.GoAsync("/organisations/new");

        await manager.SendAsync("form:has(textarea)", new() { ["reason"] = " " }, "button[name=turnDown]");
        var silent = (manager.Status, manager.Text);
        await manager.SendAsync("form:has(textarea)", new() { ["reason"] = "No <such> company" }, "button[name=turnDown]");
        var turnedDown = manager.Text;
        await maker.GoAsync("/organisations");
        var listed = maker.Text;
        await maker.GoAsync(address);
        var told = maker.Text;
        await maker.GoAsync($"{address}/edit");
        await maker.SendAsync("form.narrow", new() { ["line1"] = "13 rue du Phare" });
        await manager.GoAsync("/organisations/new");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((silent.Status, silent.Text.Contains("Say why", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)));
            Assert.That(turnedDown, Does.Contain("Turned down").And.Contain("No <such> company"));
            Assert.That(listed, Does.Contain("Refusée"));
            Assert.That(told, Does.Contain("No <such> company").And.Contain("Corrigez ce qu’elle dit"));
            Assert.That(maker.Text, Does.Contain("pas encore vérifié"));
            Assert.That(manager.Text, Does.Contain("13 rue du Phare").And.Not.Contain("No <such> company"));
        }
    }

    [Test]
    public async Task That_the_lab_knows_lead_to_an_owner()
    {
        using var lab = new PagesLab();
        using var maker = await lab.OpenAsync("en", DemoIds.SecondMaker);
        await maker.GoAsync("/organisations/sign-up");

        await maker.SendAsync("form.narrow", new(Phare) { ["number"] = "000000018" });

        Assert.That(maker.Text, Does.Contain("Ask one of its owners for an invitation").And.Not.Contain("Goéland"));
    }

    [Test]
    public async Task Are_changed_and_their_members_managed_by_owners()
    {
        using var lab = new PagesLab();
        using var owner = await lab.OpenAsync("en", DemoIds.Owner);
        using var maker = await lab.OpenAsync("en", DemoIds.Maker);
        using var second = await lab.OpenAsync("en", DemoIds.SecondMaker);
        var page = $"/organisations/{DemoIds.Startup}";
        await owner.GoAsync($"{page}/edit");
        await owner.SendAsync("form.narrow", new() { ["city"] = "Vannes" });
        var edited = owner.Text;

        await owner.GoAsync($"{page}/members");
        await owner.SendAsync("form.narrow", new() { ["email"] = DemoIds.SecondMaker }, "button[value=invite]");
        var invited = owner.Text;
        await second.GoAsync("/organisations");
        await second.SendAsync("form:has(input[name=invitation])", button: "button[value=accept]");
        var joined = (second.Address, second.Status);
        var maelle = lab.WithDbAsync(db => db.Users.Where(user => user.Email == DemoIds.SecondMaker).Select(user => user.Id).SingleAsync()).Result;
        await owner.GoAsync($"{page}/members");
        await owner.SendAsync($"form:has(input[value='{maelle}'])", new() { ["role"] = "Accountant" }, $"form:has(input[value='{maelle}']) button[value=role]");
        var role = owner.Text;
        await owner.SendAsync($"form:has(input[value='{maelle}'])", button: $"form:has(input[value='{maelle}']) button[value=remove]");
        await second.GoAsync(page);
        var gone = second.Status;
        await maker.GoAsync($"{page}/members");
        var mine = maker.Page.QuerySelectorAll("main form").Length;
        await maker.GoAsync($"{page}/edit");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(edited, Does.Contain("35000 Vannes"));
            Assert.That(invited, Does.Contain(DemoIds.SecondMaker));
            Assert.That(joined, Is.EqualTo((page, HttpStatusCode.OK)));
            Assert.That(role, Does.Contain("Maëlle Maker").And.Contain("Accountant"));
            Assert.That(gone, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(mine, Is.EqualTo(1), "only to leave");
            Assert.That(maker.Status, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    [Test]
    public async Task Keep_their_last_owner_and_say_so()
    {
        using var lab = new PagesLab();
        using var owner = await lab.OpenAsync("fr", DemoIds.Owner);
        await owner.GoAsync($"/organisations/{DemoIds.Startup}/members");
        var me = DemoIds.Numbered(75);

        await owner.SendAsync($"form:has(input[value='{me}'])", button: $"form:has(input[value='{me}']) button[value=remove]");

        Assert.That((owner.Status, owner.Text.Contains("Une organisation garde au moins un propriétaire", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)));
    }

    [Test]
    public async Task Say_when_an_invitation_is_over()
    {
        using var lab = new PagesLab();
        using var visitor = await lab.OpenAsync("en");
        using var maker = await lab.OpenAsync("en", DemoIds.Maker);

        await visitor.GoAsync("/organisation-invitations/nonsense");
        await maker.GoAsync("/organisation-invitations/nonsense");

        Assert.That(visitor.Address, Does.StartWith("/sign-in"), "and back afterwards");
        Assert.That((maker.Status, maker.Text.Contains("no longer good", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.NotFound, true)));
    }

    [Test]
    public async Task Have_projects_with_budgets_that_are_preselected_and_asked_about()
    {
        using var lab = new PagesLab();
        using var owner = await lab.OpenAsync("en", DemoIds.Owner);
        using var maker = await lab.OpenAsync("en", DemoIds.Maker);
        var page = $"/organisations/{DemoIds.Startup}";
        await owner.GoAsync($"{page}/projects");
        await owner.SendAsync("form:has(#budget)", new() { ["name"] = "Buoy", ["budget"] = "ten" }, "button[value=create]");
        var wrong = (owner.Status, owner.Text);
        await owner.SendAsync("form:has(#budget)", new() { ["budget"] = "16,00", ["approval"] = "60" }, "button[value=create]");
        var made = owner.Text;
        var buoy = await lab.WithDbAsync(db => db.Projects.Where(row => row.Name == "Buoy").Select(row => row.Id).SingleAsync());
        await owner.SendAsync("form:has(#above)", new() { ["project"] = buoy.ToString() }, "button[value=limits]");

        await maker.GoAsync("/machines/room-1/book?start=2027-03-02T09:00:00Z&minutes=60");
        var preselected = maker.Page.QuerySelector("#project option[selected]")?.GetAttribute("value");
        await maker.SendAsync("form[action='/machines/room-1/book']", button: "button[value=check]");
        var told = maker.Text;
        await maker.SendAsync("form[action='/machines/room-1/book']", button: "button[value=confirm]");
        var requested = maker.Text;
        await owner.GoAsync($"{page}/requests");
        var waiting = owner.Text;
        await owner.SendAsync("form:has(input[name=reservation])", button: "button[value=approve]");
        var answered = owner.Text;
        await owner.GoAsync($"{page}/projects");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((wrong.Status, wrong.Text.Contains("A budget is a positive amount", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)));
            Assert.That(made, Does.Contain("Buoy").And.Contain("16.00"));
            Assert.That(preselected, Is.EqualTo(buoy.ToString()));
            Assert.That(told, Does.Contain("the organisation must say yes"));
            Assert.That(requested, Does.Not.Contain("It is booked"));
            Assert.That(waiting, Does.Contain("Malo Maker").And.Contain("Buoy").And.Contain("15.00"));
            Assert.That(answered, Does.Contain("Nothing waits."));
            Assert.That(owner.Text, Does.Contain("93 %"));
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Hide_titles_projects_and_file_names_on_pages_and_live_streams_where_they_say_so(bool hides)
    {
        using var lab = new PagesLab();
        using var owner = await lab.OpenAsync("en", DemoIds.Owner);
        using var maker = await lab.OpenAsync("en", DemoIds.Maker);
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        using var stranger = await lab.OpenAsync("en", DemoIds.SecondMaker);
        await owner.GoAsync($"/organisations/{DemoIds.Startup}/projects");
        await owner.SendAsync("form:has(#above)", hides ? new() { ["hides"] = "true" } : [], "button[value=limits]");
        await maker.GoAsync("/machines/printer-1/book?start=2027-03-01T09:00:00Z&minutes=60");
        using (var file = new MemoryStream("G28\nG1 X10 Y10 F1200\nM400\n"u8.ToArray()))
        {
            await maker.SendAsync(
                "form[action='/machines/printer-1/book']", new() { ["title"] = "Secret hull", ["project"] = DemoIds.Drone.ToString() }, "button[value=check]", ("file", "hull-v7.gcode", file));
        }

        var kept = (maker.Page.QuerySelector("#title")?.GetAttribute("value"), maker.Text.Contains("hull-v7.gcode", StringComparison.Ordinal));
        await maker.SendAsync("form[action='/machines/printer-1/book']", button: "button[value=confirm]");
        var (address, own) = (maker.Address.Split('?')[0], maker.Text);
        await maker.GoAsync("/reservations");
        var mine = maker.Text;
        await manager.GoAsync(address);
        var forStaff = manager.Text;
        await manager.GoAsync("/sites/atelier/board");
        var board = manager.Text;
        var elsewhere = "";
        foreach (var page in new[] { "/sites/atelier", "/machines/printer-1", "/sites/atelier/calendar", "/machines/printers/book?start=2027-03-01T09:00:00Z" })
        {
            foreach (var reader in new[] { stranger, manager })
            {
                await reader.GoAsync(page);
                elsewhere += reader.Page.DocumentElement.OuterHtml;
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(kept, Is.EqualTo(("Secret hull", true)));
            Assert.That(own, Does.Contain("Secret hull").And.Contain("hull-v7.gcode").And.Contain("Inspection drone"));
            Assert.That(mine, Does.Contain("Secret hull"));
            Assert.That(forStaff, hides
                ? Does.Contain("Malo Maker").And.Contain("hidden by the organisation").And.Not.Contain("Secret hull").And.Not.Contain("hull-v7").And.Not.Contain("Inspection drone")
                : Does.Contain("Malo Maker").And.Contain("Secret hull").And.Contain("hull-v7.gcode").And.Contain("Inspection drone"));
            Assert.That(board, hides ? Does.Contain("Malo Maker").And.Not.Contain("Secret hull") : Does.Contain("Malo Maker").And.Contain("Secret hull"));
            Assert.That(elsewhere, Does.Not.Contain("Secret hull").And.Not.Contain("hull-v7").And.Not.Contain("Inspection drone"));
        }
    }
}
