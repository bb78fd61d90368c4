using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Trainings;

public sealed class A_training_session(StorageProvider provider) : TrainingTest(provider)
{
    [Test]
    public async Task Gives_no_seat_to_who_may_not_book_at_its_site_either()
    {
        var (member, id) = await PersonAsync();
        var session = await PlannedAsync(3);
        await Lab.WithDbAsync(db =>
        {
            db.Add(new SuspensionRow { Id = Guid.CreateVersion7(), Member = new MemberId(id), At = NodaTime.Instant.FromDateTimeOffset(Lab.Clock.GetUtcNow()), By = new MemberId(id), Reason = "left the vacuum off", Site = DemoIds.Atelier });
            return db.SaveChangesAsync();
        });

        using var refused = await member.PostAsync($"/api/v1/training-sessions/{session}/enrol", null);
        var answer = await JsonOfAsync(refused);

        Assert.That((refused.StatusCode, answer.GetProperty("code").GetString()), Is.EqualTo((HttpStatusCode.Conflict, "enrolment-refused")));
        Assert.That(answer.GetProperty("facts").GetProperty("reasons")[0].GetString(), Is.EqualTo("member-suspended"));
    }

    [Test]
    public async Task Is_planned_by_managers_where_its_course_is_recognised_with_somebody_who_teaches_it()
    {
        var start = Lab.Clock.GetUtcNow().AddDays(10);
        (HttpClient Who, object What, HttpStatusCode Status)[] tries =
        [
            (Trainer, Session(start), HttpStatusCode.Forbidden),
            (Manager, Session(start) with { Site = "campus" }, HttpStatusCode.NotFound),
            (Manager, Session(start) with { TrainerId = Guid.CreateVersion7() }, HttpStatusCode.NotFound),
            (Manager, Session(start) with { MinimumAttendance = 9 }, HttpStatusCode.BadRequest),
            (Manager, Session(start) with { Deadline = start.AddHours(1).UtcDateTime }, HttpStatusCode.BadRequest),
            (Manager, Session(start), HttpStatusCode.Created),
        ];

        foreach (var (who, what, status) in tries)
        {
            using var answer = await who.PostAsJsonAsync("/api/v1/training-sessions", what);
            Assert.That(answer.StatusCode, Is.EqualTo(status), $"{what}: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    [Test]
    public async Task Gives_its_seats_in_the_order_of_coming_and_a_seat_given_back_to_the_next_in_line()
    {
        var id = await PlannedAsync(seats: 2, priceMinor: 2500);
        var people = new[] { await PersonAsync(), await PersonAsync(), await PersonAsync(), await PersonAsync() };
        foreach (var (client, _) in people)
        {
            Lab.Clock.Advance(TimeSpan.FromSeconds(1));
            using var enrolled = await ActAsync(client, id, "enrol");
        }

        var before = await StatesAsync(id, people);
        using var back = await ActAsync(people[0].Client, id, "withdraw");
        var after = await StatesAsync(id, people);
        using var again = await ActAsync(people[0].Client, id, "enrol");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(before, Is.EqualTo(["Enrolled 1", "Enrolled 2", "Waiting", "Waiting"]));
            Assert.That(after, Is.EqualTo(["Withdrawn", "Enrolled 2", "Enrolled 1", "Waiting"]));
            Assert.That(await StatesAsync(id, people), Is.EqualTo(["Waiting", "Enrolled 2", "Enrolled 1", "Waiting"]), "at the end of the line");
            Assert.That((await JsonOfAsync(back)).TryGetProperty("refundDueAt", out _), Is.True);
            Assert.That(await NoticesOfAsync(people[2].Id), Is.EqualTo(["training-seat-yours-until"]));
        }
    }

    [Test]
    public async Task Keeps_the_price_of_who_withdraws_after_the_deadline_and_gives_nothing_back_to_who_only_waited()
    {
        var id = await PlannedAsync(seats: 1, priceMinor: 2500, days: 2);
        var (late, waiting) = (await PersonAsync(), await PersonAsync());
        using (await ActAsync(late.Client, id, "enrol"))
        using (await ActAsync(waiting.Client, id, "enrol"))
        using (await ActAsync(waiting.Client, id, "withdraw"))
        {
        }

        Lab.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        using (await ActAsync(late.Client, id, "withdraw"))
        {
        }

        Assert.That(await RefundsAsync(id), Is.Zero);
    }

    [Test]
    public async Task Has_more_seats_for_those_in_line_and_never_fewer_than_are_taken()
    {
        var id = await PlannedAsync(seats: 2);
        var people = new[] { await PersonAsync(), await PersonAsync(), await PersonAsync() };
        foreach (var (client, _) in people)
        {
            Lab.Clock.Advance(TimeSpan.FromSeconds(1));
            using var enrolled = await ActAsync(client, id, "enrol");
        }

        var start = Lab.Clock.GetUtcNow().AddDays(20);
        using var fewer = await Manager.PutAsJsonAsync($"/api/v1/training-sessions/{id}", Session(start) with { Seats = 1, MinimumAttendance = 0 });
        using var more = await Manager.PutAsJsonAsync($"/api/v1/training-sessions/{id}", Session(start) with { Seats = 3, MinimumAttendance = 0 });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await CodeOfAsync(fewer), more.StatusCode), Is.EqualTo(("seats-in-use", HttpStatusCode.OK)));
            Assert.That(await StatesAsync(id, people), Is.EqualTo(["Enrolled 1", "Enrolled 2", "Enrolled 3"]));
            Assert.That((await NoticesOfAsync(people[0].Id), await NoticesOfAsync(people[2].Id)), Is.EqualTo((new[] { "training-moved" }, new[] { "training-seat-yours" })));
        }
    }

    [Test]
    public async Task Is_cancelled_once_when_too_few_came_together_by_the_deadline()
    {
        var few = await PlannedAsync(seats: 4, minimum: 2, priceMinor: 2500, days: 3);
        var enough = await PlannedAsync(seats: 4, minimum: 1, days: 3);
        var (client, member) = await PersonAsync();
        using (await ActAsync(client, few, "enrol"))
        using (await ActAsync(client, enough, "enrol"))
        {
        }

        await SweepAsync();
        var early = await StateAsync(few);
        Lab.Clock.Advance(TimeSpan.FromDays(2) + TimeSpan.FromHours(3));
        await Task.WhenAll(SweepAsync(), SweepAsync());
        await SweepAsync();
        using var late = await ActAsync(client, few, "enrol");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((early, await StateAsync(few), await StateAsync(enough)), Is.EqualTo(("planned", "cancelled", "planned")));
            Assert.That(await NoticesOfAsync(member), Is.EqualTo(["training-cancelled"]));
            Assert.That((await RefundsAsync(few), await CodeOfAsync(late)), Is.EqualTo((1, "training-closed")));
        }
    }

    [Test]
    public async Task Is_audited_with_what_it_was_before_and_after()
    {
        var id = await PlannedAsync(seats: 2, priceMinor: 2500);
        using var edited = await Manager.PutAsJsonAsync($"/api/v1/training-sessions/{id}", Session(Lab.Clock.GetUtcNow().AddDays(20)) with { Seats = 5, MinimumAttendance = 0, PriceMinor = 3000 });
        using var cancelled = await Manager.PostAsync($"/api/v1/training-sessions/{id}/cancel", null);

        var rows = await Lab.WithDbAsync(db => db.Audit.AsNoTracking().Where(row => row.Subject == $"training-session/{id}").OrderBy(row => row.At).ThenBy(row => row.Id).ToListAsync());
        var changes = rows.Select(row => $"{row.Action}: " + string.Join(", ", new[] { "seats", "priceMinor", "state" }
            .Where(fact => row.Before?[fact] != row.After![fact]).Select(fact => $"{fact} {row.Before?[fact]}>{row.After![fact]}")));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(changes, Is.EqualTo(
                ["training-planned: seats >2, priceMinor >2500, state >Planned", "training-changed: seats 2>5, priceMinor 2500>3000", "training-cancelled: state Planned>Cancelled"]));
            Assert.That(rows.Select(row => row.Site), Is.All.EqualTo(DemoIds.Atelier));
        }
    }

    [Test]
    public async Task Is_not_cancelled_any_more_when_nobody_looked_before_it_began()
    {
        var id = await PlannedAsync(seats: 4, minimum: 2, days: 2);

        Lab.Clock.Advance(TimeSpan.FromDays(3));
        await SweepAsync();

        Assert.That(await StateAsync(id), Is.EqualTo("planned"));
    }

    [Test]
    public async Task Authorises_who_attended_from_its_day_on_and_nobody_else()
    {
        var id = await PlannedAsync(seats: 3, days: 1);
        var people = new[] { await PersonAsync(), await PersonAsync() };
        foreach (var (client, _) in people)
        {
            using var enrolled = await ActAsync(client, id, "enrol");
        }

        var attendance = new { attended = new[] { people[0].Id }, missed = new[] { people[1].Id } };
        using var early = await TakeAsync(Trainer, id, attendance);
        Lab.Clock.Advance(TimeSpan.FromDays(4));
        using var byMember = await TakeAsync(people[0].Client, id, attendance);
        using var unknown = await TakeAsync(Trainer, id, new { attended = new[] { Guid.CreateVersion7() } });
        using var own = await TakeAsync(Trainer, id, new { attended = new[] { TrainerId } });
        using var taken = await TakeAsync(Trainer, id, attendance);
        using var twice = await TakeAsync(Trainer, id, attendance);

        var history = await Lab.WithDbAsync(db => db.AuthorisationFacts.Where(fact => fact.Member == new MemberId(people[0].Id)).SingleAsync());
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await CodeOfAsync(early), await CodeOfAsync(byMember), await CodeOfAsync(unknown)), Is.EqualTo(("training-not-begun", "not-allowed", "not-found")));
            Assert.That(await CodeOfAsync(own), Is.EqualTo("not-allowed"), "a trainer does not authorise themselves");
            Assert.That((taken.StatusCode, twice.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
            Assert.That(Now - history.At, Is.GreaterThan(NodaTime.Duration.FromDays(2)), "the day of the training, not of the paperwork");
            Assert.That((await AgainstAsync(people[0].Client), await AgainstAsync(people[1].Client)), Is.EqualTo(("", "authorisation-missing")));
            Assert.That(await StatesAsync(id, people), Is.EqualTo(["Attended 1", "Missed 2"]));
        }
    }

    [Test]
    public async Task Away_from_the_site_of_its_course_authorises_for_machines_of_its_own_site_only()
    {
        var course = await CourseAsync(AuthorisationTerms.ForEver, machine: "laser-1", recognised: DemoIds.Campus);
        await Lab.WithDbAsync(db => db.Courses.Where(row => row.Id == new CourseId(course)).ExecuteUpdateAsync(set => set.SetProperty(row => row.Machines, new[] { "cnc-1", "laser-1" })));
        using var campus = await Lab.ClientOfAsync(DemoIds.CampusManager);
        var id = await PlannedAtAsync(campus, "campus", course);
        var (client, member) = await PersonAsync();
        using var stranger = await ActAsync(client, id, "enrol");
        var now = NodaTime.Instant.FromDateTimeOffset(Lab.Clock.GetUtcNow());
        await Lab.WithDbAsync(db =>
        {
            db.Add(new SiteMembershipRow { Site = DemoIds.Campus, Member = new MemberId(member), State = MembershipState.Active, Origin = MembershipOrigin.Invitation, Since = now });
            return db.SaveChangesAsync();
        });
        using var enrolled = await ActAsync(client, id, "enrol");
        Lab.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromHours(1));

        using var taken = await TakeAsync(Trainer, id, new { attended = new[] { member } });

        Assert.That(stranger.StatusCode, Is.EqualTo(HttpStatusCode.Conflict), "the campus lets in only who was admitted");
        Assert.That(taken.StatusCode, Is.EqualTo(HttpStatusCode.OK), "its trainer trains at the course's site, not at this one");
        Assert.That(await Lab.WithDbAsync(db => db.MachineAuthorisations.Where(row => row.Member == new MemberId(member)).Select(row => row.Machine).ToListAsync()), Is.EqualTo([DemoIds.Laser1]));
    }

    [Test]
    public async Task Is_attended_by_managers_on_their_own_word_only_where_they_manage_all_that_it_opens()
    {
        var course = await CourseAsync(AuthorisationTerms.ForEver, recognised: DemoIds.Campus);
        await Lab.WithDbAsync(db => db.Courses.Where(row => row.Id == new CourseId(course)).ExecuteUpdateAsync(set => set.SetProperty(row => row.Machines, new[] { "cnc-1", "laser-1" })));
        var (both, own) = (await PlannedAtAsync(Manager, "atelier", course), await PlannedAsync(seats: 2, days: 1));
        var manager = await Lab.WithDbAsync(db => db.Users.Where(one => one.Email == DemoIds.AtelierManager).Select(one => one.Id).SingleAsync());
        using (await ActAsync(Manager, both, "enrol"))
        using (await ActAsync(Manager, own, "enrol"))
        {
        }

        Lab.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromHours(1));
        using var refused = await TakeAsync(Manager, both, new { attended = new[] { manager } });
        using var taken = await TakeAsync(Manager, own, new { attended = new[] { manager }, missed = (object?)null });

        Assert.That((await CodeOfAsync(refused), taken.StatusCode), Is.EqualTo(("not-allowed", HttpStatusCode.OK)));
    }

    [Test]
    public async Task Is_not_attended_on_the_word_of_somebody_who_does_not_teach_its_course_any_more()
    {
        var course = await CourseAsync(AuthorisationTerms.ForEver);
        var id = await PlannedAtAsync(Manager, "atelier", course);
        await Lab.WithDbAsync(db => db.CourseTrainers.Where(row => row.Course == new CourseId(course)).ExecuteDeleteAsync());
        Lab.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromHours(1));

        using var taken = await TakeAsync(Trainer, id, new { attended = Array.Empty<Guid>() });

        Assert.That(await CodeOfAsync(taken), Is.EqualTo("not-allowed"));
    }

    [Test]
    public async Task Attended_long_ago_gives_nothing_back_that_was_revoked_since()
    {
        var id = await PlannedAsync(seats: 2, days: 1);
        var (client, member) = await PersonAsync();
        await GrantedAsync(Manager, new { memberId = member, machine = "cnc-1" });
        using var enrolled = await ActAsync(client, id, "enrol");
        Lab.Clock.Advance(TimeSpan.FromDays(2));
        using var revoked = await SayAsync(Manager, member, "revoke");

        using var taken = await TakeAsync(Trainer, id, new { attended = new[] { member } });

        Assert.That((taken.StatusCode, await AgainstAsync(client)), Is.EqualTo((HttpStatusCode.OK, "authorisation-missing")));
    }

    [Test]
    public async Task Owes_the_price_of_a_seat_given_back_until_there_is_a_seat_again()
    {
        var id = await PlannedAsync(seats: 1, priceMinor: 2500);
        var (first, second) = (await PersonAsync(), await PersonAsync());
        var owed = new List<int>();
        foreach (var (who, verb) in new[] { (first, "enrol"), (first, "withdraw"), (second, "enrol"), (first, "enrol"), (first, "withdraw"), (first, "enrol"), (second, "withdraw") })
        {
            Lab.Clock.Advance(TimeSpan.FromSeconds(1));
            using var done = await ActAsync(who.Client, id, verb);
            owed.Add(await RefundsAsync(id));
        }

        Assert.That(owed, Is.EqualTo([0, 1, 1, 1, 1, 1, 1]));
        Assert.That((await Lab.WithDbAsync(db => db.Enrolments.SingleAsync(row => row.Session == new TrainingSessionId(id) && row.RefundDueAt != null))).Member.Value, Is.EqualTo(second.Id), "the first has a seat");
    }

    [Test]
    public async Task Is_listed_however_many_other_courses_have()
    {
        var crowded = await CourseAsync(AuthorisationTerms.ForEver);
        await Lab.WithDbAsync(db =>
        {
            db.AddRange(Enumerable.Range(1, 201).Select(number => new Web.Data.Rows.TrainingSessionRow
            {
                Id = new TrainingSessionId(Guid.CreateVersion7()), Course = new CourseId(crowded), Site = DemoIds.Atelier, Trainer = new MemberId(TrainerId), Price = new(0, "EUR"), Seats = 1, MinimumAttendance = 0,
                Start = Now + NodaTime.Duration.FromHours(number), End = Now + NodaTime.Duration.FromHours(number + 1), Deadline = Now + NodaTime.Duration.FromHours(number),
            }));
            return db.SaveChangesAsync();
        });
        var id = await PlannedAsync(seats: 1, days: 30);

        var listed = (await Maker.GetFromJsonAsync<JsonElement>("/api/v1/training-sessions")).EnumerateArray().ToList();

        Assert.That(listed.Select(one => one.GetProperty("id").GetGuid()), Does.Contain(id));
        Assert.That(listed.Count(one => one.GetProperty("courseId").GetGuid() == crowded), Is.EqualTo(200));
    }

    [Test]
    public async Task Shows_who_is_enrolled_to_whoever_teaches_or_manages_and_to_nobody_else()
    {
        using var elsewhere = await Lab.ClientOfAsync(DemoIds.CampusManager);
        var id = await PlannedAsync(seats: 3);
        var (client, _) = await PersonAsync();
        using (await ActAsync(client, id, "enrol"))
        {
        }

        var statuses = new List<HttpStatusCode>();
        foreach (var who in new[] { Trainer, Manager, client, elsewhere })
        {
            using var answer = await who.GetAsync($"/api/v1/training-sessions/{id}/enrolments");
            statuses.Add(answer.StatusCode);
        }

        Assert.That(statuses, Is.EqualTo([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden]));
    }

    [Test]
    public async Task Has_no_seat_that_the_database_does_not_know_even_past_the_use_case()
    {
        var id = await PlannedAsync(seats: 2);
        var (_, first) = await PersonAsync();
        var (_, second) = await PersonAsync();
        await SeatAsync(id, first, 1);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await Assert.CatchAsync<Exception>(() => SeatAsync(id, second, 3)))!.ToString(), Does.Contain("no-such-seat"));
            Assert.That((await Assert.CatchAsync<Exception>(() => SeatAsync(id, second, 0)))!.ToString(), Does.Contain("no-such-seat"));
            Assert.That(DatabaseRefusals.IsDuplicate((await Assert.CatchAsync<Exception>(() => SeatAsync(id, second, 1)))!), Is.True);
            Assert.That((await Assert.CatchAsync<Exception>(() => SeatAsync(id, second, null)))!.ToString(), Does.Contain("CK_Enrolments_Seat"));
        }

        await SeatAsync(id, second, 2);
        var lowered = await Assert.CatchAsync<Exception>(() => Lab.WithDbAsync(db => db.TrainingSessions.Where(row => row.Id == new TrainingSessionId(id)).ExecuteUpdateAsync(set => set.SetProperty(row => row.Seats, 1))));
        Assert.That(lowered!.ToString(), Does.Contain("no-such-seat"));
    }

    private async Task<Guid> PlannedAtAsync(HttpClient who, string site, Guid course)
    {
        using var answer = await who.PostAsJsonAsync("/api/v1/training-sessions", Session(Lab.Clock.GetUtcNow().AddDays(1)) with { CourseId = course, Site = site, MinimumAttendance = 0 });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }

    private Task SeatAsync(Guid session, Guid member, int? seat) => Lab.WithDbAsync(db =>
    {
        db.Add(new Web.Data.Rows.EnrolmentRow
        {
            Session = new TrainingSessionId(session), Member = new MemberId(member), State = EnrolmentState.Enrolled, Seat = seat, JoinedAt = Now, Price = new(0, "EUR"),
        });
        return db.SaveChangesAsync();
    });

    private async Task<string> StateAsync(Guid id) => (await Maker.GetFromJsonAsync<JsonElement>($"/api/v1/training-sessions/{id}")).GetProperty("state").GetString()!;

    private Task<int> RefundsAsync(Guid id) => Lab.WithDbAsync(db => db.Enrolments.CountAsync(row => row.Session == new TrainingSessionId(id) && row.RefundDueAt != null));

    private static Task<HttpResponseMessage> TakeAsync(HttpClient who, Guid id, object attendance) => who.PostAsJsonAsync($"/api/v1/training-sessions/{id}/attendance", attendance);

    private async Task<string[]> StatesAsync(Guid id, IEnumerable<(HttpClient Client, Guid Id)> people)
    {
        var rows = await Lab.WithDbAsync(db => db.Enrolments.AsNoTracking().Where(row => row.Session == new TrainingSessionId(id)).ToDictionaryAsync(row => row.Member.Value));
        return [.. people.Select(person => $"{rows[person.Id].State} {rows[person.Id].Seat}".TrimEnd())];
    }
}
