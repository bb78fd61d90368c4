using System.Net;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Pages;

public class Training_staff_without_script
{
    private static readonly string Session = $"/trainings/{DemoIds.MillingSession}";
    private static readonly string Authorisation = $"/authorisations/{DemoIds.Numbered(72)}/cnc-1";

    [Test]
    public async Task Enrol_somebody_and_remove_them_who_is_told_and_listed_for_a_refund()
    {
        using var lab = new PagesLab();
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        using var maker = await lab.OpenAsync("fr", DemoIds.SecondMaker);
        await manager.GoAsync(Session);
        await manager.SendAsync("form:has(#email)", new() { ["email"] = "nobody@fablab.example" });
        var unknown = (manager.Status, manager.Text, manager.Page.QuerySelector("#email")!.GetAttribute("value"));
        await manager.SendAsync("form:has(#email)", new() { ["email"] = DemoIds.SecondMaker });
        var enrolled = manager.Text;
        await maker.GoAsync(Session);
        var (seat, list) = (maker.Text, maker.Page.QuerySelector("#email"));
        await maker.GoAsync("/account");
        var told = maker.Text;
        await manager.SendAsync("form:has(button[value=remove])", button: "button[value=remove]");
        await manager.GoAsync("/sites/atelier");
        await manager.GoAsync(manager.Page.QuerySelector("a[href$='/refunds']")!.GetAttribute("href")!);
        var owed = manager.Text;
        var ours = await lab.WithDbAsync(db => db.TrainingRefunds.Where(row => row.Member == new MemberId(DemoIds.Numbered(72))).Select(row => row.Id).SingleAsync());
        await manager.SendAsync($"form:has(input[value='{ours}'])");
        var settled = manager.Text;
        await manager.GoAsync("/sites/atelier/refunds?refunded=true");
        await maker.GoAsync("/sites/atelier/refunds");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(unknown, Is.EqualTo((HttpStatusCode.UnprocessableEntity, unknown.Text, "nobody@fablab.example")));
            Assert.That(unknown.Text, Does.Contain("Nobody has an account with this address."));
            Assert.That(enrolled, Does.Contain("Maëlle Maker").And.Contain("Has a seat"));
            Assert.That((seat.Contains("Vous avez une place.", StringComparison.Ordinal), list), Is.EqualTo((true, (object?)null)));
            Assert.That(told, Does.Contain("le lab vous a inscrit, vous avez une place").And.Contain("vous pouvez rendre la place sans frais jusqu’au"));
            Assert.That(owed, Does.Contain("Maëlle Maker").And.Contain("35.00").And.Contain("Removed by staff."));
            Assert.That(settled, Does.Not.Contain("Maëlle Maker"));
            Assert.That(manager.Text, Does.Contain("Given back on"));
            Assert.That(maker.Status, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    [Test]
    public async Task Correct_an_attendance_with_a_reason_and_the_certificate_says_so()
    {
        using var lab = new PagesLab();
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        using var maker = await lab.OpenAsync("fr", DemoIds.SecondMaker);
        await maker.GoAsync(Session);
        await maker.SendAsync($"form[action='{Session}']", button: "button[value=enrol]");
        await lab.WithDbAsync(db => db.TrainingSessions.Where(row => row.Id == DemoIds.MillingSession).ExecuteUpdateAsync(set => set.SetProperty(row => row.MinimumAttendance, 0)));
        lab.Clock.Advance(TimeSpan.FromDays(5));
        await manager.GoAsync(Session);
        await manager.SendAsync("form[action$='/attendance']", new() { ["attended"] = DemoIds.Numbered(72).ToString() });
        var correction = $"form[action='{Session}/attendance/{DemoIds.Numbered(72)}']";
        await manager.SendAsync(correction, new() { ["reason"] = "  " }, $"{correction} button");
        var refused = (manager.Status, manager.Text);
        await manager.SendAsync(correction, new() { ["reason"] = "her <twin> was there" }, $"{correction} button");
        var corrected = manager.Text;
        await maker.GoAsync("/authorisations");
        var mine = maker.Text;
        await maker.GoAsync(maker.Page.QuerySelector("a[href^='/certificates/']")!.GetAttribute("href")!);
        var certificate = maker.Text;
        await maker.GoAsync(Authorisation);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused.Status, refused.Text.Contains("Say why", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)));
            Assert.That(corrected, Does.Contain("Was not there").And.Contain("Was there after all"));
            Assert.That(mine, Does.Contain("Retirée le").And.Contain("her <twin> was there"));
            Assert.That(certificate, Does.Contain("cette attestation n’est plus valable").And.Not.Contain("authentique"));
            Assert.That(maker.Text, Does.Contain("Étape n° 1 annulée").And.Contain("Annulée depuis").And.Contain("her <twin> was there").And.Contain("Fraisage CNC"));
        }
    }

    [Test]
    public async Task Say_hours_and_terms_of_one_member_and_see_the_history()
    {
        using var lab = new PagesLab();
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        using var maker = await lab.OpenAsync("fr", DemoIds.SecondMaker);
        await manager.GoAsync("/sites/atelier/authorisations");
        await manager.SendAsync("form:has(#email)", new() { ["email"] = DemoIds.SecondMaker, ["what"] = ":cnc-1:OwnTerms" });
        var (asked, none) = (manager.Address, manager.Text);
        await maker.GoAsync(Authorisation);
        var hidden = maker.Status;
        await manager.SendAsync("form:has(button[value=agree])", new() { ["level"] = "LimitedHours", ["until"] = "2020-01-01", ["months"] = "x" }, "button[value=agree]");
        var wrong = (manager.Status, manager.Text, manager.Page.QuerySelector("#months")!.GetAttribute("value"));
        await manager.SendAsync("form:has(button[value=agree])", new()
        {
            ["level"] = "LimitedHours", ["day-0"] = "Tuesday", ["from-0"] = "09:00", ["to-0"] = "12:00", ["months"] = "6", ["until"] = "2029-12-31", ["reason"] = "only mornings",
        }, "button[value=agree]");
        var agreed = manager.Text;
        await manager.SendAsync("form:has(button[value=suspend])", button: "button[value=suspend]");
        var withoutReason = (manager.Status, manager.Text);
        await manager.SendAsync("form:has(button[value=suspend])", new() { ["reason"] = "left the vacuum off" }, "button[value=suspend]");
        await maker.GoAsync("/authorisations");
        await maker.GoAsync(maker.Page.QuerySelector($"a[href='{Authorisation}']")!.GetAttribute("href")!);
        var held = await lab.WithDbAsync(db => db.MachineAuthorisations.AsNoTracking().SingleAsync(row => row.Member == new MemberId(DemoIds.Numbered(72)) && row.Machine == DemoIds.Cnc1));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((asked, none.Contains("Nothing was granted yet.", StringComparison.Ordinal), hidden), Is.EqualTo((Authorisation, true, HttpStatusCode.NotFound)));
            Assert.That((wrong.Status, wrong.Item3), Is.EqualTo((HttpStatusCode.UnprocessableEntity, "x")));
            Assert.That(wrong.Text, Does.Contain("Say a day that is still to come.").And.Contain("Say one day with its hours at least"));
            Assert.That(agreed, Does.Contain("Tue 09:00–12:00").And.Contain("Valid for 6 months."));
            Assert.That((held.Level, held.Hours!.All.Count), Is.EqualTo((AuthorisationLevel.LimitedHours, 1)));
            Assert.That((withoutReason.Status, withoutReason.Text.Contains("Say why", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)));
            Assert.That(maker.Text, Does.Contain("Suspendue").And.Contain("left the vacuum off").And.Contain("only mornings").And.Contain("À certaines heures"));
            Assert.That(maker.Page.QuerySelector("main form"), Is.Null, "one changes nothing of one's own");
        }
    }

    [Test]
    public async Task Find_authorisations_of_their_site()
    {
        using var lab = new PagesLab();
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await manager.GoAsync("/sites/atelier/authorisations?search=malo&machine=cnc-1&state=Valid");
        var found = (manager.Text, manager.Page.QuerySelectorAll("main li.panel").Length, manager.Page.QuerySelector("#search")!.GetAttribute("value"));
        await manager.GoAsync("/sites/atelier/authorisations?search=malo&state=Revoked&days=x&category=nothing");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((found.Length, found.Item3), Is.EqualTo((1, "malo")), found.Text);
            Assert.That((manager.Status, manager.Text.Contains("No authorisation like that.", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.OK, true)));
        }
    }
}
