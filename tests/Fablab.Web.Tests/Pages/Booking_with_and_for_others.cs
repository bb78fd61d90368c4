using System.Net;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Pages;

/// <summary>Of one machine, of a series and of several machines together, the same is asked.</summary>
public class Booking_with_and_for_others
{
    private const string Form = "form[enctype], #series";
    private const string Check = "button[value=check]";
    private const string Confirm = "button[value=confirm]";

    private PagesLab lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new PagesLab();

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [TestCase("/machines/room-1/book?start=2027-03-02T08:00:00Z&minutes=60", 1)]
    [TestCase("/machines/room-1/repeat?date=2027-03-03&time=09:00&minutes=60", 6)]
    [TestCase("/sites/atelier/book-together?date=2027-03-02&time=11:00&minutes=60&m.printer-1=on&m.room-1=on", 2)]
    public async Task Names_members_by_their_address_and_guests_by_their_name(string address, int reservations)
    {
        await lab.SetRulesAsync("atelier", """[{ "kind": "people", "atLeast": 3 }]""");
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync(address);
        await browser.SendAsync(Form, button: Check);
        var (alone, mayAlone) = (browser.Text, browser.Page.QuerySelector(Confirm) is not null);

        await browser.SendAsync(Form, new() { ["with"] = $"{DemoIds.SecondMaker.ToUpperInvariant()}\r\n A friend \r\n" }, Check);
        var asked = browser.Page.QuerySelector("#for") is not null;
        await browser.SendAsync(Form, button: Confirm);
        await lab.SetRulesAsync("atelier", "[]");

        var company = await LatestAsync(reservations, (db, r) => db.Company.AsNoTracking().Where(row => row.Reservation == r.Id).ToListAsync());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(alone, Does.Contain("3 people must be there"));
            Assert.That((mayAlone, asked), Is.EqualTo((false, false)), "members book for themselves");
            Assert.That(browser.Address, Does.EndWith("?done=booked"));
            Assert.That(company, Has.Count.EqualTo(2 * reservations));
            Assert.That(company.Where(row => row.Member is not null).Select(row => row.Member!.Value.Value).Distinct(), Is.EqualTo([DemoIds.Numbered(72)]));
            Assert.That(company.Select(row => row.GuestName).OfType<string>().Distinct(), Is.EqualTo(["A friend"]));
        }
    }

    [TestCase("/machines/room-1/book?start=2027-03-22T14:00:00Z&minutes=60", 1)]
    [TestCase("/machines/room-1/repeat?date=2027-03-23&time=16:00&minutes=60", 6)]
    [TestCase("/sites/atelier/book-together?date=2027-03-24&time=17:00&minutes=60&m.printer-1=on&m.room-1=on", 2)]
    public async Task Opens_with_the_default_project_and_asks_what_it_is_for(string address, int reservations)
    {
        await lab.WithDbAsync(db => db.OrganisationMembers.Where(row => row.Member == new MemberId(DemoIds.Numbered(71)))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DefaultProject, DemoIds.Drone)));
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync(address);
        var chosen = browser.Page.QuerySelector<IHtmlSelectElement>("#project")!.Value;

        await browser.SendAsync(Form, new() { ["title"] = "Wing <3" }, Check);
        await browser.SendAsync(Form, button: Confirm);
        var shown = (browser.Address, browser.Text);
        await lab.WithDbAsync(db => db.OrganisationMembers.ExecuteUpdateAsync(set => set.SetProperty(row => row.DefaultProject, (ProjectId?)null)));

        var said = await LatestAsync(reservations, (_, r) => Task.FromResult(new List<(string?, ProjectId?)> { (r.Title, r.Project) }));
        Assert.That(chosen, Is.EqualTo(DemoIds.Drone.ToString()));
        Assert.That(shown.Address, Does.EndWith("?done=booked"), shown.Text);
        Assert.That(said.Distinct(), Is.EqualTo(new[] { ("Wing <3", (ProjectId?)DemoIds.Drone) }));
        Assert.That(shown.Text, Does.Contain("Wing <3"));
    }

    [Test]
    public async Task Keeps_the_title_and_oneself_when_a_booking_becomes_a_series()
    {
        await lab.WithDbAsync(db => db.OrganisationMembers.Where(row => row.Member == new MemberId(DemoIds.Numbered(71)))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DefaultProject, DemoIds.Drone)));
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        await browser.GoAsync("/machines/room-1/book?start=2027-03-25T08:00:00Z&minutes=60");

        await browser.SendAsync(Form, new() { ["title"] = "Wing", ["project"] = "" }, "button[value=repeat]");
        var titled = (browser.Page.QuerySelector("#title")!.GetAttribute("value"), browser.Page.QuerySelector<IHtmlSelectElement>("#project")!.Value);
        await browser.GoAsync("/machines/room-1/book?start=2027-03-25T08:00:00Z&minutes=60");
        await browser.SendAsync(Form, new() { ["project"] = "" }, "button[value=repeat]");
        await lab.WithDbAsync(db => db.OrganisationMembers.ExecuteUpdateAsync(set => set.SetProperty(row => row.DefaultProject, (ProjectId?)null)));

        Assert.That(titled, Is.EqualTo(("Wing", "")));
        Assert.That(browser.Page.QuerySelector<IHtmlSelectElement>("#project")!.Value, Is.Empty, "oneself was said, and is not the default");
        Assert.That(browser.Address, Does.StartWith("/machines/room-1/repeat").And.Not.Contain("title"));
    }

    [TestCase("/machines/room-1/book?start=2027-03-12T08:00:00Z&minutes=60", 1)]
    [TestCase("/machines/room-1/repeat?date=2027-03-13&time=09:00&minutes=60", 6)]
    [TestCase("/sites/atelier/book-together?date=2027-03-12&time=11:00&minutes=60&m.printer-1=on&m.room-1=on", 2)]
    public async Task Lets_staff_book_for_somebody(string address, int reservations)
    {
        using var browser = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await browser.GoAsync(address);

        await browser.SendAsync(Form, new() { ["for"] = DemoIds.Maker }, Check);
        await browser.SendAsync(Form, button: Confirm);

        var people = await LatestAsync(reservations, (_, r) => Task.FromResult(new List<(Guid, Guid)> { (r.Member.Value, r.BookedBy.Value) }));
        Assert.That(browser.Address, Does.EndWith("?done=booked"), browser.Text);
        Assert.That(people.Distinct(), Is.EqualTo([(DemoIds.Numbered(71), DemoIds.Numbered(73))]));
    }

    [TestCase("en", "/machines/room-1/book?start=2027-03-04T08:00:00Z&minutes=60", "No member has the e-mail address nobody@fablab.example.")]
    [TestCase("fr", "/machines/room-1/repeat?date=2027-03-04&time=09:00&minutes=60", "Aucun membre n’a l’adresse e-mail nobody@fablab.example.")]
    [TestCase("fr", "/sites/atelier/book-together?date=2027-03-04&time=11:00&minutes=60&m.printer-1=on&m.room-1=on", "Aucun membre n’a l’adresse e-mail nobody@fablab.example.")]
    public async Task Tells_staff_that_nobody_has_an_address_and_keeps_what_was_typed(string language, string address, string told)
    {
        using var browser = await lab.OpenAsync(language, DemoIds.AtelierManager);
        await browser.GoAsync(address);

        await browser.SendAsync(Form, new() { ["for"] = "nobody@fablab.example", ["with"] = "A friend" }, Check);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(browser.Text, Does.Contain(told));
            Assert.That(browser.Page.QuerySelector<IHtmlInputElement>("#for")!.Value, Is.EqualTo("nobody@fablab.example"));
            Assert.That(browser.Page.QuerySelector<IHtmlTextAreaElement>("#with")!.Value.Trim(), Is.EqualTo("A friend"));
        }
    }

    [Test]
    public async Task Goes_along_from_a_single_booking_to_a_series()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await browser.GoAsync("/machines/room-1/book?start=2027-03-05T08:00:00Z&minutes=60");

        await browser.SendAsync(Form, new() { ["for"] = DemoIds.Maker, ["with"] = "One\nTwo" }, "button[value=repeat]");

        Assert.That(browser.Page.QuerySelector<IHtmlInputElement>("#series #for")!.Value, Is.EqualTo(DemoIds.Maker));
        Assert.That(browser.Page.QuerySelector<IHtmlTextAreaElement>("#series #with")!.Value.Trim(), Is.EqualTo("One\nTwo"));
    }

    [TestCase("en", "Charge this machine to")]
    [TestCase("fr", "Facturer cette machine à")]
    public async Task Gives_each_machine_of_several_its_own_file_and_project(string language, string label)
    {
        using var browser = await lab.OpenAsync(language, DemoIds.Maker);
        await browser.GoAsync($"/sites/atelier/book-together?date=2027-03-0{(language == "en" ? 8 : 9)}&time=09:00&minutes=60&m.printer-1=on&m.room-1=on");
        var shown = browser.Text;
        var file = new MemoryStream(Encoding.UTF8.GetBytes(";estimated printing time (normal mode) = 48m 12s\nG28\nG1 X10 Y10 E1 F1200\n"));

        await browser.SendAsync(Form, new() { ["project.room-1"] = DemoIds.Drone.ToString() }, Check, ("file.printer-1", "cube.gcode", file));
        var attached = browser.Text;
        await browser.SendAsync(Form, button: Confirm);

        var booked = await LatestAsync(2, (_, r) => Task.FromResult(new List<Reservation> { r }));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(shown, Does.Contain(label));
            Assert.That(attached, Does.Contain("cube.gcode"));
            Assert.That(booked.Single(r => r.Machine == DemoIds.Room1).Project, Is.EqualTo(DemoIds.Drone));
            Assert.That(booked.Single(r => r.Machine == DemoIds.Printer1), Has.Property(nameof(Reservation.Job)).Not.Null.And.Property(nameof(Reservation.Project)).Null);
        }
    }

    /// <summary>Of the reservations that were booked last.</summary>
    private async Task<List<T>> LatestAsync<T>(int count, Func<FablabDb, Reservation, Task<List<T>>> read)
    {
        await using var scope = lab.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FablabDb>();
        var found = new List<T>();
        foreach (var reservation in (await db.Reservations.AsNoTracking().ToListAsync()).OrderByDescending(r => r.Id.Value).Take(count))
        {
            found.AddRange(await read(db, reservation));
        }

        return found;
    }
}
