using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Trainings;

public sealed class A_course(StorageProvider provider) : TrainingTest(provider)
{
    [Test]
    public async Task Is_audited_with_what_it_was_before_and_after_and_no_words_of_it()
    {
        using var made = await Manager.PostAsJsonAsync("/api/v1/courses", new { site = "atelier", name = new { en = "Turning Secrets" }, machines = new[] { "cnc-1" }, terms = new { months = 6 } });
        var id = (await JsonOfAsync(made)).GetProperty("id").GetGuid();
        using var edited = await Manager.PutAsJsonAsync($"/api/v1/courses/{id}", new { name = new { en = "Turning Secrets" }, trainers = new[] { TrainerId }, terms = new { months = 12 }, isClosed = true });

        var rows = await Lab.WithDbAsync(db => db.Audit.AsNoTracking().Where(row => row.Subject == $"course/{id}").OrderBy(row => row.At).ThenBy(row => row.Id).ToListAsync());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(rows.Select(row => (row.Action, row.Site)), Is.EqualTo(new (string, SiteId?)[] { ("course-created", DemoIds.Atelier), ("course-edited", DemoIds.Atelier) }));
            Assert.That((rows[0].Before, rows[0].After!["months"], rows[1].Before!["months"], rows[1].After!["months"]), Is.EqualTo(((object?)null, "6", "6", "12")));
            Assert.That((rows[1].Before!["machines"], rows[1].After!["machines"], rows[1].After!["trainers"], rows[1].After!["closed"]), Is.EqualTo(("cnc-1", "", TrainerId.ToString(), "true")));
            Assert.That(rows.SelectMany(row => row.After!.Values), Is.All.Not.Contain("Secrets"));
        }
    }

    [Test]
    public async Task Is_made_and_edited_by_the_managers_of_its_site()
    {
        using var made = await Manager.PostAsJsonAsync("/api/v1/courses", Course());
        var id = (await JsonOfAsync(made)).GetProperty("id").GetGuid();
        using var edited = await EditAsync(Manager, id, "\"1\"");
        using var stale = await EditAsync(Manager, id, "\"1\"");
        using var byTrainer = await EditAsync(Trainer, id, null);
        using var elsewhere = await Manager.PostAsJsonAsync("/api/v1/courses", Course("campus"));
        var read = await Maker.GetFromJsonAsync<JsonElement>($"/api/v1/courses/{id}");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((made.StatusCode, edited.StatusCode, edited.Headers.ETag?.Tag), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.OK, "\"2\"")));
            Assert.That((await CodeOfAsync(stale), await CodeOfAsync(byTrainer), await CodeOfAsync(elsewhere)), Is.EqualTo(("stale-version", "not-allowed", "not-allowed")));
            Assert.That(read.GetProperty("terms").GetProperty("endsEachYearOn").GetString(), Is.EqualTo("08-31"));
            Assert.That(read.GetProperty("hours")[0].GetProperty("from").GetString(), Is.EqualTo("09:00"));
            Assert.That(read.GetProperty("sites").EnumerateArray().Select(site => site.GetString()), Is.EqualTo(["atelier"]));
        }
    }

    [Test]
    public async Task Has_a_name_in_one_language_at_least_and_shows_the_other_where_one_is_missing()
    {
        using var nameless = await Manager.PostAsJsonAsync("/api/v1/courses", new { site = "atelier", name = new { fr = "  " } });
        using var tooLong = await Manager.PostAsJsonAsync("/api/v1/courses", new { site = "atelier", name = new { fr = "Colle", en = new string('x', 101) } });
        using var made = await Manager.PostAsJsonAsync("/api/v1/courses", new { site = "atelier", name = new { fr = "Colle" }, description = new { en = "Glue" } });
        var name = (await JsonOfAsync(made)).GetProperty("name");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((nameless.StatusCode, tooLong.StatusCode, made.StatusCode), Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.Created)));
            Assert.That((name.GetProperty("fr").GetString(), name.TryGetProperty("en", out var english) && english.ValueKind is not JsonValueKind.Null), Is.EqualTo(("Colle", false)));
            Assert.That(async () => await Lab.WithDbAsync(db => db.Database.ExecuteSqlRawAsync("UPDATE \"Courses\" SET \"Name_Fr\" = NULL WHERE \"Name_En\" IS NULL")), Throws.Exception, "the database keeps that too");
        }
    }

    [Test]
    public async Task Makes_trainers_at_its_site_of_those_who_teach_it()
    {
        var (client, id) = await PersonAsync();
        var (_, learner) = await PersonAsync();
        using var before = await GrantAsync(client, new { memberId = learner, machine = "cnc-1", courseId = Milling });
        using var made = await Manager.PostAsJsonAsync("/api/v1/courses", Course() with { Trainers = [id] });
        var course = (await JsonOfAsync(made)).GetProperty("id").GetGuid();

        using var granted = await GrantAsync(client, new { memberId = learner, machine = "cnc-1", courseId = course });
        using var untaught = await GrantAsync(client, new { memberId = learner, machine = "cnc-1", courseId = Milling });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((before.StatusCode, granted.StatusCode, untaught.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.Created, HttpStatusCode.Forbidden)));
            Assert.That((await JsonOfAsync(granted)).GetProperty("level").GetString(), Is.EqualTo("limitedHours"));
        }
    }

    [Test]
    public async Task Makes_nobody_a_trainer_any_more_who_teaches_none_at_its_site()
    {
        var (_, id) = await PersonAsync();
        using var one = await Manager.PostAsJsonAsync("/api/v1/courses", Course() with { Trainers = [id] });
        using var two = await Manager.PostAsJsonAsync("/api/v1/courses", Course() with { Trainers = [id] });
        var roles = new List<int>();
        foreach (var made in new[] { one, two })
        {
            using var left = await EditAsync(Manager, (await JsonOfAsync(made)).GetProperty("id").GetGuid(), null);
            roles.Add(await Lab.WithDbAsync(db => db.RoleGrants.CountAsync(grant => grant.Member == new MemberId(id) && grant.Role == StaffRole.Trainer)));
        }

        Assert.That(roles, Is.EqualTo([1, 0]));
    }

    [Test]
    public async Task With_lists_that_are_nothing_has_none_and_no_quiz_without_questions()
    {
        using var none = await Manager.PostAsJsonAsync("/api/v1/courses", new { site = "atelier", name = new { en = "Safety" }, machines = (object?)null, categories = (object?)null, trainers = (object?)null });
        using var noQuestions = await Manager.PostAsJsonAsync("/api/v1/courses", new { site = "atelier", name = new { en = "Safety" }, quiz = new { passPercent = 50, questions = (object?)null } });
        using var noQuestion = await Manager.PostAsJsonAsync("/api/v1/courses", new { site = "atelier", name = new { en = "Safety" }, quiz = new { passPercent = 50, questions = new object?[] { null } } });
        using var nowhere = await Manager.PostAsJsonAsync("/api/v1/courses", new { site = "at\0elier", name = new { en = "Safety" } });

        Assert.That(
            new[] { none, noQuestions, noQuestion, nowhere }.Select(answer => answer.StatusCode),
            Is.EqualTo([HttpStatusCode.Created, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.NotFound]));
    }

    [Test]
    public async Task Counts_at_another_site_when_the_managers_there_recognise_it()
    {
        using var campus = await Lab.ClientOfAsync(DemoIds.CampusManager);
        using var made = await Manager.PostAsJsonAsync("/api/v1/courses", Course() with { Machines = [], Categories = ["laserCutter"] });
        var id = (await JsonOfAsync(made)).GetProperty("id").GetGuid();
        var (learner, learnerId) = await PersonAsync();

        using var byOthers = await RecogniseAsync(Manager, id, true);
        using var unknown = await GrantAsync(campus, new { memberId = learnerId, machine = "laser-1", courseId = id });
        using var recognised = await RecogniseAsync(campus, id, true);
        using var granted = await GrantAsync(campus, new { memberId = learnerId, machine = "laser-1", courseId = id });
        using var left = await RecogniseAsync(campus, id, false);
        using var after = await GrantAsync(campus, new { memberId = learnerId, machine = "laser-1", courseId = id });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((byOthers.StatusCode, unknown.StatusCode, recognised.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.OK)));
            Assert.That((granted.StatusCode, left.StatusCode, after.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.NotFound)));
            Assert.That(await AgainstAsync(learner, machine: "laser-1", hour: 12), Is.Empty, "what was granted stays");
        }
    }

    [Test]
    public async Task That_is_closed_is_in_no_list()
    {
        using var made = await Manager.PostAsJsonAsync("/api/v1/courses", Course() with { IsClosed = true });
        var id = (await JsonOfAsync(made)).GetProperty("id").GetGuid();

        var listed = (await Maker.GetFromJsonAsync<JsonElement>("/api/v1/courses")).EnumerateArray().Select(course => course.GetProperty("id").GetGuid());

        Assert.That(listed, Does.Contain(Milling).And.Not.Contain(id));
    }

    private sealed record CourseBody(string Site, object Name, string[] Machines, string[] Categories, string Level, object[] Hours, object Terms, Guid[] Trainers, bool IsClosed = false);

    private static CourseBody Course(string site = "atelier") => new(
        site, new { fr = "Fraiser le matin", en = "Mill in the morning" }, ["cnc-1"], [], "limitedHours",
        [.. new[] { "monday", "tuesday", "wednesday", "thursday", "friday" }.Select(day => new { day, from = "09:00", to = "18:00" })],
        new { months = 12, endsEachYearOn = "08-31", renewal = "byTraining" }, []);

    private static Task<HttpResponseMessage> RecogniseAsync(HttpClient who, Guid course, bool isRecognised) =>
        who.PutAsJsonAsync($"/api/v1/courses/{course}/recognition/campus", new { isRecognised });

    private static Task<HttpResponseMessage> EditAsync(HttpClient who, Guid id, string? ifMatch)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/courses/{id}") { Content = JsonContent.Create(Course()) };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return who.SendAsync(request);
    }
}
