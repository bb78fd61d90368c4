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
            Assert.That(withdrawn, Does.Contain("Vous vous êtes désinscrit.").And.Contain("35,00"));
            Assert.That(maker.Page.QuerySelector($"form[action='{Session}']"), Is.Null, "it has begun");
        }
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
            row => row.Quiz, new Quiz(100, [new QuizQuestion("The spindle stops when?", ["at once", "when the <door> opens"], 1)]))));
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
            Assert.That(question, Does.Contain("when the <door> opens").And.Contain("At least 1 of 1"));
            Assert.That((failed.Contains("0 of 1 answers are right", StringComparison.Ordinal), passed.Contains("You passed.", StringComparison.Ordinal)), Is.EqualTo((true, true)));
            Assert.That((pdf.StatusCode, pdf.Content.Headers.ContentType?.MediaType), Is.EqualTo((HttpStatusCode.OK, "application/pdf")));
            Assert.That(visitor.Text, Does.Contain("Cette attestation est authentique").And.Contain("Maëlle Maker").And.Contain("Le questionnaire a été réussi."));
        }
    }
}
