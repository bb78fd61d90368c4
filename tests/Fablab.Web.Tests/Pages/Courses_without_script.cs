using System.Net;
using Fablab.Domain.Trainings;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Features.Trainings.Quizzes;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Pages;

public class Courses_without_script
{
    private const string Address = "/sites/atelier/courses";

    [Test]
    public async Task Are_made_in_two_languages_with_a_quiz_and_read_in_the_readers_own()
    {
        using var lab = new PagesLab();
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await manager.GoAsync("/sites/atelier");
        await manager.GoAsync(manager.Page.QuerySelector($"a[href='{Address}']")!.GetAttribute("href")!);
        await manager.GoAsync(manager.Page.QuerySelector("a[href$='/new']")!.GetAttribute("href")!);

        await manager.SendAsync($"form[action='{Address}/new']", new()
        {
            ["name-fr"] = "Soudure", ["name-en"] = "Soldering", ["text-en"] = "Tin and <flux>", ["level"] = "LimitedHours", ["day-0"] = "Tuesday", ["from-0"] = "09:00", ["to-0"] = "18:00",
            ["category"] = "Bench", ["trainer"] = DemoIds.Numbered(73).ToString(), ["months"] = "12", ["endDay"] = "31", ["endMonth"] = "8", ["pass"] = "100",
            ["q0-fr"] = "Le fer est chaud ?", ["q0-en"] = "Is the iron hot?", ["q0-c0-fr"] = "Non", ["q0-c0-en"] = "No", ["q0-c2-en"] = "Yes", ["q0-right"] = "2",
        }, "button[value=save]");
        var listed = (manager.Status, manager.Address, manager.Text);
        var row = await lab.WithDbAsync(db => db.Courses.AsNoTracking().SingleAsync(course => course.Name.En == "Soldering"));
        using var french = await lab.OpenAsync("fr", DemoIds.SecondMaker);
        using var english = await lab.OpenAsync("en", DemoIds.SecondMaker);
        await french.GoAsync("/trainings");
        await english.GoAsync("/trainings");
        var (inFrench, inEnglish) = (french.Text, english.Text);
        await french.GoAsync($"/courses/{row.Id}/quiz");
        var question = french.Text;
        await french.SendAsync("form[action$='/quiz']", new() { ["answer-0"] = "1" });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((listed.Status, listed.Address), Is.EqualTo((HttpStatusCode.OK, Address)));
            Assert.That(listed.Text, Does.Contain("Soldering").And.Contain("1 question"));
            Assert.That((row.Level, row.Terms.Months, row.Hours!.All.Count, row.Terms.EndsEachYearOn?.Month), Is.EqualTo((AuthorisationLevel.LimitedHours, 12, 1, 8)));
            Assert.That(inFrench, Does.Contain("Soudure").And.Contain("Tin and <flux>").And.Not.Contain("Soldering"), "what is said in one language only is read by all");
            Assert.That(inEnglish, Does.Contain("Soldering").And.Not.Contain("Soudure"));
            Assert.That(question, Does.Contain("Le fer est chaud ?").And.Contain("Non").And.Contain("Yes"));
            Assert.That(french.Text, Does.Contain("Réussi !"));
        }
    }

    [Test]
    public async Task Show_again_what_was_typed_beside_what_is_wrong_with_it()
    {
        using var lab = new PagesLab();
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await manager.GoAsync($"{Address}/new");
        var form = $"form[action='{Address}/new']";

        await manager.SendAsync(form, new()
        {
            ["text-fr"] = "Sans titre", ["level"] = "LimitedHours", ["months"] = "soon", ["endDay"] = "31", ["endMonth"] = "2", ["alsoTaughtBy"] = "nobody@fablab.example", ["q0-en"] = "Half a question",
        }, "button[value=save]");
        var refused = (manager.Status, manager.Text);
        var kept = new[] { "months", "endDay", "alsoTaughtBy", "q0-en" }.Select(name => manager.Page.QuerySelector($"input[name='{name}']")!.GetAttribute("value")).ToList();
        var text = manager.Page.QuerySelector("textarea[name='text-fr']")!.TextContent;
        await manager.SendAsync(form, button: "button[value=more]");
        var more = manager.Page.QuerySelectorAll("input[name$='-right'][value='0']").Length;
        await manager.SendAsync(form, new()
        {
            ["name-fr"] = "Colle", ["level"] = "Full", ["months"] = "", ["endDay"] = "", ["endMonth"] = "", ["alsoTaughtBy"] = DemoIds.SecondMaker, ["q0-en"] = "",
        }, "button[value=save]");
        var trainers = await lab.WithDbAsync(db => db.CourseTrainers.CountAsync(one => db.Courses.Any(course => course.Id == one.Course && course.Name.Fr == "Colle")));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(refused.Text, Does.Contain("A title in one language").And.Contain("Say one day with its hours").And.Contain("not a whole number").And.Contain("no such day")
                .And.Contain("Nobody has an account").And.Contain("two answers at least"));
            Assert.That(kept, Is.EqualTo(["soon", "31", "nobody@fablab.example", "Half a question"]));
            Assert.That((text, more), Is.EqualTo(("Sans titre", 2)));
            Assert.That((manager.Address, trainers), Is.EqualTo((Address, 1)));
        }
    }

    [Test]
    public async Task Take_a_quiz_of_all_questions_and_a_description_of_many_lines()
    {
        using var lab = new PagesLab();
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await manager.GoAsync($"{Address}/new");
        var token = manager.Page.QuerySelector("#course input[name^='__'], #course input[name*='oken']")!;
        var lines = string.Join("\r\n", Enumerable.Repeat("x", CourseRow.LongestDescription / 2));
        Dictionary<string, string> fields = new()
        {
            [token.GetAttribute("name")!] = token.GetAttribute("value")!, ["act"] = "save", ["name-en"] = "Everything", ["text-en"] = lines, ["level"] = "Full", ["pass"] = "80",
            ["questions"] = $"{QuizRequest.MostQuestions}",
        };
        foreach (var question in Enumerable.Range(0, QuizRequest.MostQuestions))
        {
            (fields[$"q{question}-fr"], fields[$"q{question}-en"]) = ("Pourquoi ?", "Why?");
            (fields[$"q{question}-choices"], fields[$"q{question}-right"]) = ($"{QuizQuestionRequest.MostChoices}", "1");
            foreach (var choice in Enumerable.Range(0, QuizQuestionRequest.MostChoices))
            {
                (fields[$"q{question}-c{choice}-fr"], fields[$"q{question}-c{choice}-en"]) = ($"Parce que {choice}", $"Because {choice}");
            }
        }

        using var answer = await manager.Client.PostAsync($"{Address}/new", new FormUrlEncodedContent(fields));
        var text = await answer.Content.ReadAsStringAsync();
        var saved = await lab.WithDbAsync(db => db.Courses.AsNoTracking().SingleOrDefaultAsync(row => row.Name.En == "Everything"));

        Assert.That(saved, Is.Not.Null, text);
        Assert.That((saved!.Quiz!.Questions.Count, saved.Description.En!.Contains('\r', StringComparison.Ordinal)), Is.EqualTo((QuizRequest.MostQuestions, false)));
    }

    [Test]
    public async Task Start_another_one_when_somebody_goes_back_and_writes_on()
    {
        using var lab = new PagesLab();
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await manager.GoAsync($"{Address}/new");
        var left = manager.Page;
        await manager.SendAsync("#course", new() { ["name-en"] = "Glass" }, "button[value=save]");

        manager.GoBackTo(left);
        await manager.SendAsync("#course", new() { ["name-en"] = "Glass and more" }, "button[value=save]");
        var told = (manager.Status, manager.Text, Name: manager.Page.QuerySelector("[name='name-en']")!.GetAttribute("value"));
        await manager.SendAsync("#course", button: "button[value=save]");
        var names = await lab.WithDbAsync(db => db.Courses.Where(row => row.Name.En!.StartsWith("Glass")).Select(row => row.Name.En).ToListAsync());

        Assert.That((told.Status, told.Name), Is.EqualTo((HttpStatusCode.UnprocessableEntity, "Glass and more")));
        Assert.That(told.Text, Does.Contain("made a course already"));
        Assert.That(names, Is.EquivalentTo(["Glass", "Glass and more"]));
    }

    [Test]
    public async Task Are_changed_and_retired_and_not_by_two_at_once()
    {
        using var lab = new PagesLab();
        using var manager = await lab.OpenAsync("fr", DemoIds.AtelierManager);
        using var other = await lab.OpenAsync("en", DemoIds.Administrator);
        var address = $"{Address}/{DemoIds.MillingCourse}";
        await manager.GoAsync(address);
        await other.GoAsync(address);

        await manager.SendAsync($"form[action='{address}']", new() { ["closed"] = "yes" }, "button[value=save]");
        var retired = manager.Text;
        await other.SendAsync($"form[action='{address}']", new() { ["name-en"] = "Milling anew" }, "button[value=save]");
        var late = (other.Status, other.Text);
        var row = await lab.WithDbAsync(db => db.Courses.AsNoTracking().SingleAsync(course => course.Id == DemoIds.MillingCourse));
        await manager.GoAsync("/trainings");
        var audited = await lab.WithDbAsync(db => db.Audit.CountAsync(entry => entry.Action == "course-edited"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(retired, Does.Contain("Plus enseignée"));
            Assert.That((late.Status, late.Text.Contains("Somebody changed this course meanwhile", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)));
            Assert.That((row.IsClosed, row.Name, row.Terms.UnusedMonths), Is.EqualTo((true, new Wording("Fraisage CNC pour débuter", "CNC milling for beginners"), 6)), "the rest stays as it was");
            Assert.That(manager.Text, Does.Not.Contain("Fraisage CNC"));
            Assert.That(audited, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Are_recognised_by_the_managers_of_another_site_who_cannot_edit_them()
    {
        using var lab = new PagesLab();
        using var campus = await lab.OpenAsync("en", DemoIds.CampusManager);
        using var maker = await lab.OpenAsync("en", DemoIds.Maker);
        await campus.GoAsync("/sites/campus/courses");

        var form = $"form:has(input[value='{DemoIds.MillingCourse}'])";
        await campus.SendAsync(form, button: $"{form} button");
        var recognised = await lab.WithDbAsync(db => db.CourseSites.CountAsync(row => row.Course == DemoIds.MillingCourse));
        await campus.SendAsync(form, button: $"{form} button");
        var left = await lab.WithDbAsync(db => db.CourseSites.CountAsync(row => row.Course == DemoIds.MillingCourse));
        var hidden = new List<HttpStatusCode>();
        foreach (var (who, address) in new[] { (campus, $"/sites/campus/courses/{DemoIds.MillingCourse}"), (campus, Address), (maker, Address), (maker, $"{Address}/new") })
        {
            await who.GoAsync(address);
            hidden.Add(who.Status);
        }

        Assert.That((recognised, left), Is.EqualTo((2, 1)));
        Assert.That(hidden, Is.All.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Have_sessions_that_are_moved_on_a_page_which_whoever_is_enrolled_is_told()
    {
        using var lab = new PagesLab();
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        using var maker = await lab.OpenAsync("en", DemoIds.SecondMaker);
        var session = $"/trainings/{DemoIds.MillingSession}";
        await maker.GoAsync(session);
        await maker.SendAsync($"form[action='{session}']", button: "button[value=enrol]");
        await manager.GoAsync(session);
        await manager.GoAsync(manager.Page.QuerySelector($"a[href='{session}/edit']")!.GetAttribute("href")!);
        var form = $"form[action='{session}/edit']";

        await manager.SendAsync(form, new() { ["seats"] = "0", ["price"] = "much", ["time"] = "17:15" }, "button[value=save]");
        var wrong = (manager.Status, manager.Text, Time: manager.Page.QuerySelector("#time")!.GetAttribute("value"));
        await manager.SendAsync(form, new() { ["seats"] = "8", ["price"] = "20" }, "button[value=save]");
        var moved = await lab.WithDbAsync(db => db.TrainingSessions.AsNoTracking().SingleAsync(row => row.Id == DemoIds.MillingSession));
        await maker.GoAsync("/account");
        var told = maker.Text;
        await maker.GoAsync($"{session}/edit");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((wrong.Status, wrong.Time), Is.EqualTo((HttpStatusCode.UnprocessableEntity, "17:15")));
            Assert.That(wrong.Text, Does.Contain("From 1 to 200 seats").And.Contain("A price such as"));
            Assert.That((moved.Seats, moved.Price.Minor, moved.Start - moved.Deadline), Is.EqualTo((8, 2000L, NodaTime.Duration.FromDays(1))));
            Assert.That(manager.Text, Does.Contain("17:15"));
            Assert.That(told, Does.Contain("CNC milling for beginners"));
            Assert.That(await lab.WithDbAsync(db => db.Notices.CountAsync(notice => notice.Code == "training-moved")), Is.EqualTo(1));
            Assert.That(maker.Status, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }
}
