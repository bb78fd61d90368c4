using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Trainings;

public sealed class What_I_am_missing(StorageProvider provider) : TrainingTest(provider)
{
    [Test]
    public async Task Is_nothing_where_no_authorisation_is_asked_for()
    {
        var standing = await StandingAsync(Maker, "printer-1");

        Assert.That((standing.GetProperty("isRequired").GetBoolean(), standing.TryGetProperty("missing", out _)), Is.EqualTo((false, false)));
    }

    [Test]
    public async Task Is_told_with_the_next_session_that_has_a_free_seat()
    {
        await OnlyAsync();
        var full = await PlannedAsync(seats: 1, days: 5);
        var (other, _) = await PersonAsync();
        using var taken = await ActAsync(other, full, "enrol");
        var free = await PlannedAsync(seats: 1, days: 8);
        var (member, id) = await PersonAsync();

        var before = await StandingAsync(member);
        using var enrolled = await ActAsync(member, full, "enrol");
        var inLine = await StandingAsync(member);
        await GrantedAsync(Manager, new { memberId = id, machine = "cnc-1", until = (Now + NodaTime.Duration.FromDays(3)).ToString() });
        var after = await StandingAsync(member);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((Missing(before), Next(before), Next(inLine)), Is.EqualTo(("authorisation-missing", free, free)));
            Assert.That((Missing(after), after.GetProperty("authorisation").GetProperty("isValid").GetBoolean()), Is.EqualTo(((string?)null, true)));
            Assert.That(Next(await StandingAsync(other)), Is.EqualTo(full), "where one has a seat");
        }
    }

    [Test]
    public async Task Is_not_a_continuing_course_for_who_has_nothing_to_continue()
    {
        await OnlyAsync();
        await Lab.WithDbAsync(db => db.Courses.Where(row => row.Id == new CourseId(Milling)).ExecuteUpdateAsync(set => set.SetProperty(row => row.Kind, CourseKind.Continuing)));
        var session = await PlannedAsync(seats: 5);
        var (never, _) = await PersonAsync();
        var (once, id) = await PersonAsync();
        await GrantedAsync(Manager, new { memberId = id, machine = "cnc-1", until = (Now + NodaTime.Duration.FromMinutes(1)).ToString() });
        Lab.Clock.Advance(TimeSpan.FromMinutes(2));

        var (of, ended) = (await StandingAsync(never), await StandingAsync(once));
        await Lab.WithDbAsync(db => db.Courses.Where(row => row.Id == new CourseId(Milling)).ExecuteUpdateAsync(set => set.SetProperty(row => row.Kind, CourseKind.Initial)));

        Assert.That((Missing(of), Next(of), Missing(ended), Next(ended)), Is.EqualTo(("authorisation-missing", (Guid?)null, "authorisation-missing", session)));
    }

    [Test]
    public async Task Is_said_in_the_refusal_of_a_booking_too()
    {
        await OnlyAsync();
        var session = await PlannedAsync(seats: 2);
        var (member, _) = await PersonAsync();

        using var refused = await BookAsync(member, FreshSlot(), "cnc-1");
        var problem = (await JsonOfAsync(refused)).GetProperty("problems").EnumerateArray().Single();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo("authorisation-missing"));
            Assert.That(problem.GetProperty("facts").GetProperty("trainingSession").GetGuid(), Is.EqualTo(session));
            Assert.That((problem.GetProperty("facts").GetProperty("course").GetString(), problem.GetProperty("facts").GetProperty("freeSeats").GetInt32()), Is.EqualTo(("Milling", 2)));
        }
    }

    /// <summary>Nothing else is planned than what a test plans.</summary>
    private Task OnlyAsync() => Lab.WithDbAsync(async db =>
    {
        await db.TrainingSessions.ExecuteUpdateAsync(set => set.SetProperty(row => row.State, TrainingSessionState.Cancelled));
        return await db.Courses.Where(row => row.Id == DemoIds.MillingCourse).ExecuteUpdateAsync(set => set.SetProperty(row => row.IsClosed, true));
    });

    private static Task<JsonElement> StandingAsync(HttpClient who, string machine = "cnc-1") => who.GetFromJsonAsync<JsonElement>($"/api/v1/machines/{machine}/authorisation");

    private static string? Missing(JsonElement standing) => standing.TryGetProperty("missing", out var missing) ? missing.GetString() : null;

    private static Guid? Next(JsonElement standing) => standing.TryGetProperty("nextSession", out var next) ? next.GetProperty("id").GetGuid() : null;
}
