using System.Net;
using Fablab.Domain.Trainings;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Pages;

public class Trainings_without_script
{
    private static readonly string Session = $"/trainings/{DemoIds.MillingSession}";

    [Test]
    public async Task Begin_at_the_machine_that_one_may_not_use_and_end_with_the_authorisation()
    {
        using var lab = new PagesLab();
        using var maker = await lab.OpenAsync("en", DemoIds.SecondMaker);
        using var trainer = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await maker.GoAsync("/machines/cnc-1");
        var missing = maker.Text;
        await maker.SendAsync($"form[action='{Session}']");
        var seat = maker.Text;
        await trainer.GoAsync(Session);
        var early = (trainer.Text, trainer.Page.QuerySelector("input[name=attended]"));

        lab.Clock.Advance(TimeSpan.FromDays(5));
        await trainer.GoAsync(Session);
        var ticked = trainer.Page.QuerySelector("input[name=attended]")!.GetAttribute("value")!;
        await trainer.SendAsync("form[action$='/attendance']", new() { ["attended"] = ticked });
        var taken = trainer.Text;
        await maker.GoAsync("/authorisations");
        var mine = maker.Text;
        await maker.GoAsync("/account");
        var told = maker.Text;
        await maker.GoAsync("/machines/cnc-1");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(missing, Does.Contain("You need a training for this machine.").And.Contain("CNC milling for beginners").And.Contain("6 free seats"));
            Assert.That(seat, Does.Contain("You have a seat.").And.Contain("35.00").And.Contain("Withdrawing is free until"));
            Assert.That((early.Text.Contains("Maëlle Maker", StringComparison.Ordinal), early.Item2), Is.EqualTo((true, (object?)null)));
            Assert.That(taken, Does.Contain("Was there"));
            Assert.That(mine, Does.Contain("CNC mill").And.Contain("if it is not used"));
            Assert.That(told, Does.Contain("CNC mill: you are authorised to use it now."));
            Assert.That(maker.Text, Does.Contain("Your authorisation").And.Contain("In full").And.Not.Contain("You need a training"));
        }
    }

    [Test]
    public async Task Let_one_withdraw_and_show_no_list_to_members()
    {
        using var lab = new PagesLab();
        using var maker = await lab.OpenAsync("fr", DemoIds.SecondMaker);
        await maker.GoAsync("/trainings");
        var catalogue = maker.Text;
        await maker.GoAsync(Session);
        await maker.SendAsync($"form[action='{Session}']", button: "button[value=enrol]");
        var enrolled = maker.Text;
        await maker.SendAsync($"form[action='{Session}']", button: "button[value=withdraw]");
        var withdrawn = maker.Text;
        lab.Clock.Advance(TimeSpan.FromDays(5));
        await maker.GoAsync(Session);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(catalogue, Does.Contain("6 places libres").And.Contain("Perdue après 6 mois sans utilisation.").And.Contain("Sous surveillance"));
            Assert.That((enrolled.Contains("Vous avez une place.", StringComparison.Ordinal), enrolled.Contains("Inscrits", StringComparison.Ordinal)), Is.EqualTo((true, false)));
            Assert.That(withdrawn, Does.Contain("Vous n’êtes plus inscrit.").And.Contain("35,00"));
            Assert.That(maker.Page.QuerySelector($"form[action='{Session}']"), Is.Null, "it has begun");
        }
    }

    [Test]
    public async Task Tell_people_in_line_of_no_price_that_stays_due()
    {
        using var lab = new PagesLab();
        using var first = await lab.OpenAsync("en", DemoIds.AtelierManager);
        using var maker = await lab.OpenAsync("en", DemoIds.SecondMaker);
        await lab.WithDbAsync(db => db.TrainingSessions.Where(row => row.Id == DemoIds.MillingSession).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.MinimumAttendance, 0).SetProperty(row => row.Seats, 1)));
        foreach (var one in new[] { first, maker })
        {
            await one.GoAsync(Session);
            await one.SendAsync($"form[action='{Session}']", button: "button[value=enrol]");
        }

        Assert.That(maker.Text, Does.Contain("Leaving the line costs nothing.").And.Not.Contain("Withdrawing is free"));
    }

    [Test]
    public async Task Are_named_by_the_refusal_of_a_booking()
    {
        using var lab = new PagesLab();
        using var maker = await lab.OpenAsync("en", DemoIds.SecondMaker);
        await maker.GoAsync("/machines/cnc-1/book?start=2027-03-02T09:00:00Z&minutes=60");
        await maker.SendAsync("form[action='/machines/cnc-1/book']", button: "button[value=check]");

        var link = maker.Page.QuerySelector($"main a[href='{Session}']");

        Assert.That((maker.Status, link?.TextContent.Replace('\u00a0', ' ')), Is.EqualTo((HttpStatusCode.UnprocessableEntity, "Next training: CNC milling for beginners, Fri 5 Mar, 18:00")));
    }

    [Test]
    public async Task End_with_a_quiz_and_a_certificate_where_the_course_has_one()
    {
        using var lab = new PagesLab();
        using var maker = await lab.OpenAsync("en", DemoIds.SecondMaker);
        using var trainer = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await lab.WithDbAsync(db => db.Courses.Where(row => row.Id == DemoIds.MillingCourse).ExecuteUpdateAsync(set => set.SetProperty(
            row => row.Quiz, new Quiz(100, [new QuizQuestion(new(null, "The spindle stops when?"), [new(null, "at once"), new(null, "when the <door> opens")], 1)]))));
        await maker.GoAsync(Session);
        await maker.SendAsync($"form[action='{Session}']", button: "button[value=enrol]");
        lab.Clock.Advance(TimeSpan.FromDays(5));
        await trainer.GoAsync(Session);
        await trainer.SendAsync("form[action$='/attendance']", new() { ["attended"] = trainer.Page.QuerySelector("input[name=attended]")!.GetAttribute("value")! });

        await maker.GoAsync(Session);
        await maker.GoAsync(maker.Page.QuerySelector("a[href$='/quiz']")!.GetAttribute("href")!);
        var question = maker.Text;
        await maker.SendAsync("form[action$='/quiz']", new() { ["answer-0"] = "0" });
        var failed = maker.Text;
        await lab.WithDbAsync(db => db.Sites.Where(row => row.Id == DemoIds.Atelier).ExecuteUpdateAsync(set => set.SetProperty(row => row.TimeZone, "Asia/Kolkata")));
        await maker.GoAsync($"/courses/{DemoIds.MillingCourse}/quiz");
        await maker.SendAsync("form[action$='/quiz']", new() { ["answer-0"] = "1" });
        var pause = (maker.Text, Opens: lab.Clock.GetUtcNow().AddMinutes(30).ToOffset(TimeSpan.FromHours(5.5)).ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture));
        lab.Clock.Advance(TimeSpan.FromMinutes(31));
        await maker.GoAsync($"/courses/{DemoIds.MillingCourse}/quiz");
        await maker.SendAsync("form[action$='/quiz']", new() { ["answer-0"] = "1" });
        var passed = maker.Text;
        await maker.GoAsync("/authorisations");
        var code = maker.Page.QuerySelector("a[href^='/certificates/']")!.GetAttribute("href")!;
        using var pdf = await maker.Client.GetAsync(new Uri($"{code}.pdf", UriKind.Relative));
        using var visitor = await lab.OpenAsync("fr");
        await visitor.GoAsync(code);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(pause.Text, Does.Contain(pause.Opens), "by the clock of the course's site");
            Assert.That(question, Does.Contain("when the <door> opens").And.Contain("At least 1 of 1"));
            Assert.That((failed.Contains("0 of 1 answers are right", StringComparison.Ordinal), passed.Contains("You passed.", StringComparison.Ordinal)), Is.EqualTo((true, true)));
            Assert.That((pdf.StatusCode, pdf.Content.Headers.ContentType?.MediaType), Is.EqualTo((HttpStatusCode.OK, "application/pdf")));
            Assert.That(visitor.Text, Does.Contain("Cette attestation est authentique").And.Contain("Maëlle Maker").And.Contain("Le questionnaire a été réussi."));
        }
    }

    [Test]
    public async Task Are_planned_and_cancelled_by_managers()
    {
        using var lab = new PagesLab();
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        using var maker = await lab.OpenAsync("en", DemoIds.SecondMaker);
        await manager.GoAsync("/sites/atelier");
        await manager.GoAsync(manager.Page.QuerySelector("a[href$='/trainings/plan']")!.GetAttribute("href")!);

        await manager.SendAsync("form[action$='/plan']", new() { ["date"] = "9999-12-31", ["time"] = "23:59" }, "button[value=save]");
        var farAway = manager.Status;
        await manager.SendAsync("form[action$='/plan']", new() { ["date"] = "2027-03-28", ["time"] = "02:30", ["price"] = "12,50" }, "button[value=save]");
        var skipped = (manager.Status, manager.Text);
        using var twin = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await twin.GoAsync("/sites/atelier/trainings/plan");
        await twin.SendAsync("form[action$='/plan']", new() { ["date"] = "2027-03-28", ["time"] = "10:30", ["seats"] = "1", ["price"] = "12,50", ["key"] = manager.Page.QuerySelector("input[name=key]")!.GetAttribute("value")! }, "button[value=save]");
        await manager.SendAsync("form[action$='/plan']", new() { ["time"] = "10:30", ["seats"] = "1" }, "button[value=save]");
        var sessions = await lab.WithDbAsync(db => db.TrainingSessions.CountAsync(row => row.Id != DemoIds.MillingSession));
        var planned = (Address: manager.Page.QuerySelector("form[action^='/trainings/']")!.GetAttribute("action")!, manager.Text);
        await maker.GoAsync(planned.Address);
        await maker.SendAsync($"form[action='{planned.Address}']", button: "button[value=enrol]");
        var mayCancel = maker.Page.QuerySelector("button[value=cancel]");
        await manager.SendAsync($"form[action='{planned.Address}']", button: "button[value=cancel]");
        await maker.GoAsync(planned.Address);
        var cancelled = maker.Text;
        await maker.GoAsync("/sites/atelier/trainings/plan");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((skipped.Status, skipped.Text.Contains("the clock may skip that hour", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)));
            Assert.That(farAway, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(sessions, Is.EqualTo(1), "the form was sent twice");
            Assert.That(planned.Text, Does.Contain("Sun 28 Mar, 10:30–13:30").And.Contain("12.50").And.Contain("1 free seat"));
            Assert.That(mayCancel, Is.Null);
            Assert.That(cancelled, Does.Contain("The session was cancelled.").And.Contain("12.50 will be given back to you."));
            Assert.That(maker.Status, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    [Test]
    public async Task Are_not_needed_when_staff_authorise_suspend_and_resume_on_the_sites_page()
    {
        using var lab = new PagesLab();
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        using var maker = await lab.OpenAsync("en", DemoIds.SecondMaker);
        await manager.GoAsync("/sites/atelier/authorisations");

        await manager.SendAsync("form:has(#email)", new() { ["email"] = "nobody@fablab.example" });
        var unknown = (manager.Status, manager.Text);
        var odd = new List<HttpStatusCode>();
        foreach (var what in new[] { ":cnc-1:LimitedHours", ":cnc-1:1", ":cnc-1:7" })
        {
            await manager.SendAsync("form:has(#email)", new() { ["email"] = DemoIds.SecondMaker, ["what"] = what });
            odd.Add(manager.Status);
        }

        await manager.SendAsync("form:has(#email)", new() { ["email"] = DemoIds.SecondMaker });
        var granted = manager.Text;
        var form = $"form:has(input[name=member][value='{DemoIds.Numbered(72)}'])";
        await manager.SendAsync(form, new() { ["reason"] = "left the <vacuum> off" }, $"{form} button[value=suspend]");
        var suspended = Listed();
        await maker.GoAsync("/machines/cnc-1");
        var seen = maker.Text;
        await manager.SendAsync(form, button: $"{form} button[value=resume]");
        await maker.GoAsync("/sites/atelier/authorisations");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((unknown.Status, unknown.Text.Contains("There is no such member or machine.", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.NotFound, true)));
            Assert.That(odd, Is.All.EqualTo(HttpStatusCode.NotFound), "nothing that the page offers");
            Assert.That(granted, Does.Contain("Maëlle Maker"));
            Assert.That((suspended.Contains("Suspended", StringComparison.Ordinal), seen.Contains("Suspended", StringComparison.Ordinal)), Is.EqualTo((true, true)));
            Assert.That(Listed(), Does.Not.Contain("Suspended"));
            Assert.That(maker.Status, Is.EqualTo(HttpStatusCode.NotFound));
        }

        string Listed() => string.Join(' ', manager.Page.QuerySelectorAll("main li.panel").Select(one => one.TextContent));
    }
}
