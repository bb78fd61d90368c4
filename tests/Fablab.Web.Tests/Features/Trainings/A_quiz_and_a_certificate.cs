using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;
using UglyToad.PdfPig;

namespace Fablab.Web.Tests.Features.Trainings;

public sealed class A_quiz_and_a_certificate(StorageProvider provider) : TrainingTest(provider)
{
    [Test]
    public async Task Follow_from_attending_where_there_is_no_quiz()
    {
        var (client, id) = await PersonAsync();
        await AttendedAsync(client, id, await PlannedAsync(seats: 2, days: 1));

        var certificate = (await client.GetFromJsonAsync<JsonElement>("/api/v1/certificates")).EnumerateArray().Single();
        var code = certificate.GetProperty("code").GetString()!;
        using var visitor = Lab.Visitor();
        visitor.DefaultRequestHeaders.Add("Accept-Language", "en");
        var page = await visitor.GetStringAsync($"/certificates/{code}");
        using var unknown = await visitor.GetAsync("/certificates/BBBB-BBBB-BBBB");
        var pdf = await TextOfAsync(client, code);
        using var byOthers = await Maker.GetAsync($"/api/v1/certificates/{code}.pdf");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(code, Does.Match("^[2-9B-Z]{4}-[2-9B-Z]{4}-[2-9B-Z]{4}$"));
            Assert.That(page, Does.Contain("This certificate is genuine").And.Contain("Learner").And.Contain("Milling").And.Not.Contain("The quiz was passed"));
            Assert.That((unknown.StatusCode, byOthers.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
            Assert.That(pdf, Does.Contain("Certificateoftraining").And.Contain("Milling").And.Contain(code).And.Contain($"/certificates/{code}"));
        }
    }

    [Test]
    public async Task Keep_who_attended_from_the_machine_until_enough_answers_are_right()
    {
        var course = await WithQuizAsync();
        var (client, id) = await PersonAsync();
        await AttendedAsync(client, id, await PlannedAsync(course));
        var (attended, certificates) = (await AgainstAsync(client), await CertificatesAsync(client));

        using var failed = await AnswerAsync(client, course, 0, 0, 1);
        using var tooSoon = await AnswerAsync(client, course, 0, 1, 1);
        Lab.Clock.Advance(TimeSpan.FromMinutes(31));
        using var passed = await AnswerAsync(client, course, 0, 1, 1);
        using var again = await AnswerAsync(client, course, 0, 1, 1);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((attended, certificates, await NoticesOfAsync(id)), Is.EqualTo(("authorisation-missing", 0, new[] { "quiz-needed" })));
            Assert.That((await MarkAsync(failed), await CodeOfAsync(tooSoon), await MarkAsync(passed)), Is.EqualTo(("1 of 3: False", "quiz-too-soon", "2 of 3: True")));
            Assert.That((await AgainstAsync(client), await CertificatesAsync(client), again.StatusCode), Is.EqualTo(("", 1, HttpStatusCode.OK)));
            Assert.That(await FactsAsync(id), Is.EqualTo(1), "passed twice, authorised once");
            Assert.That(await Lab.WithDbAsync(db => db.QuizAttempts.CountAsync(attempt => attempt.Member == new MemberId(id))), Is.EqualTo(2), "passed once, it is passed");
        }
    }

    [Test]
    public async Task May_come_from_a_quiz_that_was_passed_before_the_training()
    {
        var course = await WithQuizAsync();
        var (client, id) = await PersonAsync();
        using (await AnswerAsync(client, course, 1, 1, 1))
        {
        }

        var before = await AgainstAsync(client);
        await AttendedAsync(client, id, await PlannedAsync(course));

        Assert.That((before, await AgainstAsync(client), await CertificatesAsync(client)), Is.EqualTo(("authorisation-missing", "", 1)));
    }

    [Test]
    public async Task Need_the_quiz_anew_when_it_was_passed_longer_ago_than_the_course_says()
    {
        var course = await WithQuizAsync(validMonths: 1);
        var (client, id) = await PersonAsync();
        using var passed = await AnswerAsync(client, course, 1, 1, 1);
        Lab.Clock.Advance(TimeSpan.FromDays(40));
        await AttendedAsync(client, id, await PlannedAsync(course));
        var (before, told) = (await AgainstAsync(client), await NoticesOfAsync(id));

        using var failed = await AnswerAsync(client, course, 0, 0, 0);
        Lab.Clock.Advance(TimeSpan.FromMinutes(31));
        using var again = await AnswerAsync(client, course, 1, 1, 1);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((before, told), Is.EqualTo(("authorisation-missing", new[] { "quiz-needed" })));
            Assert.That((await MarkAsync(failed), await MarkAsync(again), await AgainstAsync(client)), Is.EqualTo(("0 of 3: False", "3 of 3: True", "")));
        }
    }

    [Test]
    public async Task Follow_for_those_whose_quiz_counts_again_since_the_course_says_longer()
    {
        var course = await WithQuizAsync(validMonths: 1);
        var (client, id) = await PersonAsync();
        using var passed = await AnswerAsync(client, course, 1, 1, 1);
        Lab.Clock.Advance(TimeSpan.FromDays(40));
        await AttendedAsync(client, id, await PlannedAsync(course));
        var before = await AgainstAsync(client);

        using var edited = await Manager.PutAsJsonAsync($"/api/v1/courses/{course}", CourseBody(validMonths: null));

        Assert.That((before, await AgainstAsync(client), await CertificatesAsync(client)), Is.EqualTo(("authorisation-missing", "", 1)), await edited.Content.ReadAsStringAsync());
        Assert.That((await NoticesOfAsync(id)).Count(code => code == "quiz-needed"), Is.EqualTo(1));
    }

    [Test]
    public async Task Follow_for_those_who_attended_when_the_quiz_is_taken_out_of_the_course()
    {
        var course = await WithQuizAsync();
        var (client, id) = await PersonAsync();
        await AttendedAsync(client, id, await PlannedAsync(course));
        var before = await AgainstAsync(client);

        using var edited = await Manager.PutAsJsonAsync($"/api/v1/courses/{course}", new { name = new { en = "Milling without a quiz" }, machines = new[] { "cnc-1" }, trainers = new[] { TrainerId } });

        Assert.That((before, await AgainstAsync(client), await CertificatesAsync(client)), Is.EqualTo(("authorisation-missing", "", 1)), await edited.Content.ReadAsStringAsync());
        Assert.That(await NoticesOfAsync(id), Does.Contain("authorisation-granted"));
    }

    [Test]
    public async Task Are_not_given_back_by_a_quiz_passed_after_they_were_revoked()
    {
        var course = await WithQuizAsync();
        var (client, id) = await PersonAsync();
        await GrantedAsync(Manager, new { memberId = id, machine = "cnc-1" });
        await AttendedAsync(client, id, await PlannedAsync(course));
        using var revoked = await SayAsync(Manager, id, "revoke");
        using var passed = await AnswerAsync(client, course, 1, 1, 1);

        Assert.That((await MarkAsync(passed), await AgainstAsync(client)), Is.EqualTo(("3 of 3: True", "authorisation-missing")));
    }

    [Test]
    public async Task Tell_the_right_answers_to_managers_of_the_course_only()
    {
        var course = await WithQuizAsync();
        var path = $"/api/v1/courses/{course}/quiz";

        var (member, manager) = (await Maker.GetFromJsonAsync<JsonElement>(path), await Manager.GetFromJsonAsync<JsonElement>(path));
        using var none = await Maker.GetAsync($"/api/v1/courses/{Milling}/quiz");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(member.GetProperty("questions").EnumerateArray().Select(question => question.TryGetProperty("right", out _)), Is.All.False);
            Assert.That(manager.GetProperty("questions").EnumerateArray().Select(question => question.GetProperty("right").GetInt32()), Is.EqualTo([1, 1, 1]));
            Assert.That((member.GetProperty("passMark").GetInt32(), none.StatusCode), Is.EqualTo((2, HttpStatusCode.NotFound)));
        }
    }

    private object CourseBody(int? validMonths)
    {
        var question = new { text = new { en = "Vacuum on?" }, choices = new[] { new { fr = "non", en = "no" }, new { fr = "oui", en = "yes" } }, right = 1 };
        return new
        {
            site = "atelier",
            name = new { en = "Milling with a quiz" },
            machines = new[] { "cnc-1" },
            trainers = new[] { TrainerId },
            quiz = new { passPercent = 60, validMonths, questions = new[] { question, question, question } },
        };
    }

    private async Task<Guid> WithQuizAsync(int? validMonths = null)
    {
        using var made = await Manager.PostAsJsonAsync("/api/v1/courses", CourseBody(validMonths));
        Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.Created), await made.Content.ReadAsStringAsync());
        return (await JsonOfAsync(made)).GetProperty("id").GetGuid();
    }

    private async Task<Guid> PlannedAsync(Guid course)
    {
        using var answer = await Manager.PostAsJsonAsync("/api/v1/training-sessions", Session(Lab.Clock.GetUtcNow().AddDays(1)) with { CourseId = course, MinimumAttendance = 0 });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }

    private async Task AttendedAsync(HttpClient client, Guid member, Guid session)
    {
        using var enrolled = await ActAsync(client, session, "enrol");
        Lab.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromHours(3));
        using var taken = await Trainer.PostAsJsonAsync($"/api/v1/training-sessions/{session}/attendance", new { attended = new[] { member } });
        Assert.That(taken.StatusCode, Is.EqualTo(HttpStatusCode.OK), await taken.Content.ReadAsStringAsync());
    }

    private static Task<HttpResponseMessage> AnswerAsync(HttpClient who, Guid course, params int[] answers) => who.PostAsJsonAsync($"/api/v1/courses/{course}/quiz/attempts", new { answers });

    private static async Task<string> MarkAsync(HttpResponseMessage answer)
    {
        var mark = await JsonOfAsync(answer);
        return $"{mark.GetProperty("right").GetInt32()} of {mark.GetProperty("of").GetInt32()}: {mark.GetProperty("isPassed").GetBoolean()}";
    }

    private static async Task<int> CertificatesAsync(HttpClient who) => (await who.GetFromJsonAsync<JsonElement>("/api/v1/certificates")).GetArrayLength();

    private Task<int> FactsAsync(Guid member) => Lab.WithDbAsync(db => db.AuthorisationFacts.CountAsync(fact => fact.Member == new MemberId(member)));

    private static async Task<string> TextOfAsync(HttpClient who, string code)
    {
        using var pdf = PdfDocument.Open(await who.GetByteArrayAsync($"/api/v1/certificates/{code}.pdf?language=en"));
        return string.Concat(pdf.GetPages().Select(page => page.Text)).Replace(" ", "", StringComparison.Ordinal);
    }
}
