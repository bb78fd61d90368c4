using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Trainings;

public sealed class A_machine_authorisation(StorageProvider provider) : TrainingTest(provider)
{
    [Test]
    public async Task Granted_by_a_trainer_is_what_the_course_says_and_lets_a_member_book()
    {
        var (member, id) = await PersonAsync();
        var before = await AgainstAsync(member);

        using var granted = await GrantAsync(Trainer, new { memberId = id, machine = "cnc-1", courseId = Milling });
        var body = await JsonOfAsync(granted);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((before, await AgainstAsync(member)), Is.EqualTo(("authorisation-missing", "")));
            Assert.That((granted.StatusCode, granted.Headers.ETag?.Tag), Is.EqualTo((HttpStatusCode.Created, "\"1\"")));
            Assert.That(body.GetProperty("level").GetString(), Is.EqualTo("full"));
            Assert.That(body.GetProperty("validUntil").GetString(), Is.EqualTo("2027-03-02T23:00:00Z"), "twelve months, to the end of the day in Rennes");
            Assert.That(await NoticesOfAsync(id), Is.EqualTo(["authorisation-granted"]));
        }
    }

    [Test]
    public async Task Can_be_granted_by_trainers_only_for_what_they_teach_where_they_train()
    {
        var (member, id) = await PersonAsync();
        var (outsider, _) = await PersonAsync();
        var elsewhere = await CourseAsync(AuthorisationTerms.ForEver, machine: "laser-1", recognised: DemoIds.Campus);
        await Lab.WithDbAsync(db => db.CourseTrainers.Where(row => row.Course == new CourseId(elsewhere)).ExecuteDeleteAsync());
        (HttpClient Who, object What, HttpStatusCode Status)[] tries =
        [
            (Trainer, new { memberId = id, machine = "cnc-1" }, HttpStatusCode.Forbidden),
            (Trainer, new { memberId = id, machine = "printer-1", courseId = Milling }, HttpStatusCode.NotFound),
            (Trainer, new { memberId = id, machine = "laser-1", courseId = elsewhere }, HttpStatusCode.Forbidden),
            (Trainer, new { memberId = TrainerId, machine = "cnc-1", courseId = Milling }, HttpStatusCode.Forbidden),
            (outsider, new { memberId = id, machine = "cnc-1", courseId = Milling }, HttpStatusCode.Forbidden),
            (member, new { memberId = id, machine = "cnc-1", courseId = Milling }, HttpStatusCode.Forbidden),
            (Manager, new { memberId = id, machine = "laser-1" }, HttpStatusCode.Forbidden),
            (Manager, new { memberId = Guid.CreateVersion7(), machine = "cnc-1" }, HttpStatusCode.NotFound),
            (Manager, new { memberId = id, machine = "cnc-1", level = "limitedHours" }, HttpStatusCode.BadRequest),
            (Manager, new { memberId = id, machine = "cnc-1" }, HttpStatusCode.Created),
        ];

        foreach (var (who, what, status) in tries)
        {
            using var answer = await GrantAsync(who, what);
            Assert.That(answer.StatusCode, Is.EqualTo(status), $"{what}: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    [Test]
    public async Task Under_supervision_needs_somebody_authorised_in_full_to_come_along()
    {
        var (member, id) = await PersonAsync();
        var (_, beginner) = await PersonAsync();
        await GrantedAsync(Manager, new { memberId = id, machine = "cnc-1", level = "supervised" });
        await GrantedAsync(Manager, new { memberId = beginner, machine = "cnc-1", level = "supervised" });
        var maker = await Lab.WithDbAsync(db => db.Users.Where(one => one.Email == DemoIds.Maker).Select(one => one.Id).SingleAsync());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await AgainstAsync(member), Is.EqualTo("supervisor-missing"));
            Assert.That(await AgainstAsync(member, company: beginner), Is.EqualTo("supervisor-missing"));
            Assert.That(await AgainstAsync(member, company: [beginner, maker]), Is.Empty);
        }
    }

    [Test]
    public async Task Within_hours_lets_a_member_book_in_them_by_the_clock_of_the_site()
    {
        var (member, id) = await PersonAsync();
        var days = Enum.GetValues<NodaTime.IsoDayOfWeek>().Where(day => day > 0);
        await GrantedAsync(Manager, new { memberId = id, machine = "cnc-1", level = "limitedHours", hours = days.Select(day => new { day = JsonNamingPolicy.CamelCase.ConvertName(day.ToString()), from = "11:00", to = "13:00" }) });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await AgainstAsync(member, hour: 10), Is.Empty, "eleven in Rennes");
            Assert.That(await AgainstAsync(member, hour: 9), Is.EqualTo("outside-authorised-hours"));
            Assert.That(await AgainstAsync(member, hour: 12), Is.EqualTo("outside-authorised-hours"));
        }
    }

    [Test]
    public async Task Of_a_lower_level_has_openings_when_and_as_it_allows()
    {
        var (limited, id) = await PersonAsync();
        var (supervised, other) = await PersonAsync();
        await GrantedAsync(Manager, new { memberId = id, machine = "cnc-1", level = "limitedHours", hours = new[] { new { day = "wednesday", from = "14:00", to = "16:00" } } });
        await GrantedAsync(Manager, new { memberId = other, machine = "cnc-1", level = "supervised" });

        var (first, second) = (await FirstOpeningAsync(limited), await FirstOpeningAsync(supervised));

        Assert.That((first, second), Is.EqualTo(("2026-03-04T13:00:00Z", "2026-03-03T00:00:00Z")), "who comes along is only said when booking");
    }

    [Test]
    public async Task Is_suspended_and_resumed_by_whoever_teaches_and_revoked_by_managers()
    {
        var (member, id) = await PersonAsync();
        await GrantedAsync(Trainer, new { memberId = id, machine = "cnc-1", courseId = Milling });
        using var suspended = await SayAsync(Trainer, id, "suspend");
        var during = await AgainstAsync(member);
        using var resumed = await SayAsync(Trainer, id, "resume");
        var after = await AgainstAsync(member);
        using var refused = await SayAsync(Trainer, id, "revoke");
        using var own = await SayAsync(member, id, "resume");
        using var revoked = await SayAsync(Manager, id, "revoke");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((suspended.StatusCode, resumed.StatusCode, revoked.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK)));
            Assert.That((during, after, await AgainstAsync(member)), Is.EqualTo(("authorisation-suspended", "", "authorisation-missing")));
            Assert.That((await CodeOfAsync(refused), await CodeOfAsync(own)), Is.EqualTo(("not-allowed", "not-allowed")));
            Assert.That(await NoticesOfAsync(id), Is.EqualTo(["authorisation-granted", "authorisation-suspended", "authorisation-resumed", "authorisation-revoked"]));
        }
    }

    [Test]
    public async Task That_is_suspended_after_booking_opens_no_machine_and_has_no_lease()
    {
        var (member, id) = await PersonAsync();
        await GrantedAsync(Manager, new { memberId = id, machine = "cnc-1" });
        var start = Lab.Clock.GetUtcNow().AddMinutes(5);
        using var booked = await BookAsync(member, (start, start.AddHours(1)), "cnc-1");
        var reservation = (await JsonOfAsync(booked)).GetProperty("id").GetGuid();

        using (await SayAsync(Manager, id, "suspend"))
        using (var refused = await member.PostAsync($"/api/v1/reservations/{reservation}/check-in", null))
        {
            Assert.That(await CodeOfAsync(refused), Is.EqualTo("not-authorised"));
        }

        using (await SayAsync(Manager, id, "resume"))
        using (var opened = await member.PostAsync($"/api/v1/reservations/{reservation}/check-in", null))
        {
            Assert.That(opened.StatusCode, Is.EqualTo(HttpStatusCode.OK), await opened.Content.ReadAsStringAsync());
        }

        using var again = await SayAsync(Manager, id, "suspend");
        Assert.That(await MayUseAsync(reservation), Is.False, "what leases are decided by");
        using var ended = await member.PostAsync($"/api/v1/reservations/{reservation}/end", null);
    }

    [Test]
    public async Task Of_a_pool_is_suspended_resumed_and_revoked_for_all_its_units_at_once()
    {
        var (member, id) = await PersonAsync();
        await AskForAuthorisationAsync(DemoIds.Printer1, DemoIds.Printer2);
        await GrantedAsync(Manager, new { memberId = id, machine = "printer-1" });
        await GrantedAsync(Manager, new { memberId = id, machine = "printer-2" });

        var states = new List<string>();
        foreach (var (verb, machine) in new[] { ("suspend", "printer-1"), ("resume", "printer-2"), ("revoke", "printer-1") })
        {
            using var said = await SayAsync(Manager, id, verb, machine: machine);
            states.Add($"{(int)said.StatusCode} {await AgainstAsync(member, machine: "printer-2")}".TrimEnd());
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(states, Is.EqualTo(["200 authorisation-suspended", "200", "200 authorisation-missing"]));
            Assert.That((await NoticesOfAsync(id)).Count(code => code == "authorisation-suspended"), Is.EqualTo(1), "told once");
        }
    }

    [Test]
    public async Task Of_a_pool_stays_suspended_when_another_unit_is_granted()
    {
        var (member, id) = await PersonAsync();
        await AskForAuthorisationAsync(DemoIds.Printer1, DemoIds.Printer2);
        await GrantedAsync(Manager, new { memberId = id, machine = "printer-1" });
        using var suspended = await SayAsync(Manager, id, "suspend", machine: "printer-2");
        await GrantedAsync(Manager, new { memberId = id, machine = "printer-2" });
        var during = await AgainstAsync(member, machine: "printer-2");
        using var resumed = await SayAsync(Manager, id, "resume", machine: "printer-2");

        Assert.That((suspended.StatusCode, during, await AgainstAsync(member, machine: "printer-1")), Is.EqualTo((HttpStatusCode.OK, "authorisation-suspended", "")));
    }

    [Test]
    public async Task Is_granted_by_a_trainer_only_as_attending_the_course_would()
    {
        var (_, never) = await PersonAsync();
        var (_, full) = await PersonAsync();
        var continuing = await CourseAsync(new AuthorisationTerms { Months = 12 });
        await Lab.WithDbAsync(db => db.Courses.Where(row => row.Id == new CourseId(continuing)).ExecuteUpdateAsync(set => set.SetProperty(row => row.Kind, CourseKind.Continuing)));
        var supervised = await CourseAsync(AuthorisationTerms.ForEver, AuthorisationLevel.Supervised);
        await GrantedAsync(Manager, new { memberId = full, machine = "cnc-1" });

        using var untrained = await GrantAsync(Trainer, new { memberId = never, machine = "cnc-1", courseId = continuing });
        using var lower = await GrantAsync(Trainer, new { memberId = full, machine = "cnc-1", courseId = supervised, until = (Now + NodaTime.Duration.FromDays(1)).ToString() });
        using var over = await GrantAsync(Manager, new { memberId = never, machine = "cnc-1", until = Now.ToString() });
        using var renewed = await SayAsync(Manager, full, "renew", new { until = (Now - NodaTime.Duration.FromDays(1)).ToString() });
        using var revoked = await SayAsync(Manager, full, "revoke");
        using var again = await GrantAsync(Trainer, new { memberId = full, machine = "cnc-1", courseId = continuing });
        var held = await JsonOfAsync(lower);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await CodeOfAsync(untrained), revoked.StatusCode, await CodeOfAsync(again)), Is.EqualTo(("not-found", HttpStatusCode.OK, "not-found")));
            Assert.That((held.GetProperty("level").GetString(), held.TryGetProperty("validUntil", out _)), Is.EqualTo(("full", false)));
            Assert.That((over.StatusCode, renewed.StatusCode), Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest)), "not after now");
        }
    }

    [Test]
    public async Task Under_supervision_tells_the_supervisor_that_they_are_named()
    {
        var (member, id) = await PersonAsync();
        var (_, supervisor) = await PersonAsync();
        await GrantedAsync(Manager, new { memberId = id, machine = "cnc-1", level = "supervised" });
        await GrantedAsync(Manager, new { memberId = supervisor, machine = "cnc-1" });
        var start = Lab.Clock.GetUtcNow().AddHours(30);

        using var booked = await member.PostAsJsonAsync(
            "/api/v1/reservations", new { machine = "cnc-1", start = start.UtcDateTime, end = start.AddHours(1).UtcDateTime, company = new[] { new { memberId = supervisor } } });

        Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.Created), await booked.Content.ReadAsStringAsync());
        Assert.That(await NoticesOfAsync(supervisor), Is.EqualTo(["authorisation-granted", "supervisor-named"]));
    }

    [Test]
    public async Task Under_supervision_tells_the_supervisor_once_of_a_series()
    {
        var (member, id) = await PersonAsync();
        var (_, supervisor) = await PersonAsync();
        await GrantedAsync(Manager, new { memberId = id, machine = "cnc-1", level = "supervised" });
        await GrantedAsync(Manager, new { memberId = supervisor, machine = "cnc-1" });
        var start = Lab.Clock.GetUtcNow().AddHours(40).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);

        using var booked = await member.PostAsJsonAsync("/api/v1/reservation-series", new
        {
            machine = "cnc-1",
            firstStart = start,
            seconds = 3600,
            recurrence = new { kind = "daily", every = 1, count = 3 },
            company = new[] { new { memberId = supervisor } },
        });

        Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.Created), await booked.Content.ReadAsStringAsync());
        Assert.That(await NoticesOfAsync(supervisor), Is.EqualTo(["authorisation-granted", "supervisor-named-series"]));
    }

    [Test]
    public async Task Is_not_found_by_a_code_that_no_database_takes()
    {
        using var granted = await GrantAsync(Manager, new { memberId = TrainerId, machine = "cnc\0" });

        Assert.That(granted.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Is_changed_only_as_it_was_read()
    {
        var (_, id) = await PersonAsync();
        await GrantedAsync(Manager, new { memberId = id, machine = "cnc-1" });

        using var first = await SayAsync(Manager, id, "suspend", ifMatch: "\"1\"");
        using var stale = await SayAsync(Manager, id, "revoke", ifMatch: "\"1\"");
        using var none = await SayAsync(Manager, Guid.CreateVersion7(), "renew", new { });

        Assert.That((first.StatusCode, stale.StatusCode, none.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.PreconditionFailed, HttpStatusCode.NotFound)));
        Assert.That(first.Headers.ETag?.Tag, Is.EqualTo("\"2\""));
    }

    [Test]
    public async Task Is_renewed_by_a_trainer_unless_only_a_training_does_that()
    {
        var (_, id) = await PersonAsync();
        var (_, other) = await PersonAsync();
        var strict = await CourseAsync(new AuthorisationTerms { Months = 12, Renewal = RenewalRule.ByTraining });
        await GrantedAsync(Trainer, new { memberId = id, machine = "cnc-1", courseId = Milling });
        await GrantedAsync(Trainer, new { memberId = other, machine = "cnc-1", courseId = strict });

        using var renewed = await SayAsync(Trainer, id, "renew", new { until = "2026-06-01T00:00:00Z" });
        using var refused = await SayAsync(Trainer, other, "renew", new { });
        using var byManager = await SayAsync(Manager, other, "renew", new { });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await JsonOfAsync(renewed)).GetProperty("validUntil").GetString(), Is.EqualTo("2026-06-01T00:00:00Z"));
            Assert.That((refused.StatusCode, await CodeOfAsync(refused)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, "renewal-needs-training")));
            Assert.That(byManager.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }
    }

    [Test]
    public async Task Keeps_its_history_for_its_member_and_for_staff_of_the_site()
    {
        using var elsewhere = await Lab.ClientOfAsync(DemoIds.CampusManager);
        var (member, id) = await PersonAsync();
        var (other, _) = await PersonAsync();
        await GrantedAsync(Trainer, new { memberId = id, machine = "cnc-1", courseId = Milling });
        using (await SayAsync(Trainer, id, "suspend", new { reason = "left the vacuum \0 off" }))
        {
        }

        var path = $"/api/v1/authorisations/{id}/cnc-1/history";
        var history = (await member.GetFromJsonAsync<JsonElement>(path)).EnumerateArray().Select(fact => $"{fact.GetProperty("kind").GetString()} {fact.GetProperty("by").GetGuid() == TrainerId}").ToList();
        var statuses = new List<HttpStatusCode>();
        foreach (var who in new[] { Trainer, Manager, other, elsewhere })
        {
            using var answer = await who.GetAsync(path);
            statuses.Add(answer.StatusCode);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(history, Is.EqualTo(["granted True", "suspended True"]));
            Assert.That(statuses, Is.EqualTo([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.NotFound]));
            Assert.That((await member.GetFromJsonAsync<JsonElement>("/api/v1/authorisations")).GetArrayLength(), Is.EqualTo(1));
            Assert.That((await elsewhere.GetFromJsonAsync<JsonElement>($"/api/v1/authorisations?member={id}")).GetArrayLength(), Is.Zero);
        }
    }

    [Test]
    public async Task Is_kept_through_many_words_at_once_each_of_which_counts()
    {
        var (_, id) = await PersonAsync();
        await GrantedAsync(Manager, new { memberId = id, machine = "cnc-1" });

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(turn => SayAsync(turn % 2 == 0 ? Manager : Trainer, id, turn % 2 == 0 ? "suspend" : "resume")));

        var (row, numbers) = await Lab.WithDbAsync(async db => (
            await db.MachineAuthorisations.SingleAsync(one => one.Member == new MemberId(id)),
            await db.AuthorisationFacts.Where(fact => fact.Member == new MemberId(id)).OrderBy(fact => fact.Number).Select(fact => fact.Number).ToListAsync()));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers.Select(answer => answer.StatusCode), Is.All.EqualTo(HttpStatusCode.OK));
            Assert.That(numbers, Is.EqualTo(Enumerable.Range(1, row.Version)));
        }
    }

    private Task AskForAuthorisationAsync(params MachineId[] machines) => Lab.WithDbAsync(async db =>
    {
        foreach (var row in await db.Machines.Where(row => machines.Contains(row.Id)).ToListAsync())
        {
            row.Policy = row.Policy with { RequiresAuthorisation = true };
        }

        return await db.SaveChangesAsync();
    });

    private static async Task<string> FirstOpeningAsync(HttpClient who) =>
        (await who.GetFromJsonAsync<JsonElement>("/api/v1/openings?machine=cnc-1&seconds=3600&from=2026-03-03T00:00:00Z&to=2026-03-06T00:00:00Z"))
        .GetProperty("openings")[0].GetProperty("start").GetString()!;

    private async Task<bool> MayUseAsync(Guid reservation) => await Lab.WithDbAsync(async db =>
    {
        var booked = await db.Reservations.SingleAsync(r => r.Id == new Domain.Reservations.ReservationId(reservation));
        var machine = await db.Machines.SingleAsync(row => row.Id == booked.Machine);
        return await Web.Features.Reservations.Authorised.MayUseAsync(db, booked, machine, NodaTime.DateTimeZone.Utc, Now, CancellationToken.None);
    });
}
