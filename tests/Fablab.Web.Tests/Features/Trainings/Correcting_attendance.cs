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

public sealed class Correcting_attendance(StorageProvider provider) : TrainingTest(provider)
{
    [Test]
    public async Task Withdraws_the_certificate_and_the_authorisation_that_came_from_it_and_keeps_their_history()
    {
        var (client, id) = await PersonAsync();
        var session = await AttendedAsync(client, id);
        var (before, code) = (await AgainstAsync(client), await CodeAsync(client));

        using var corrected = await CorrectAsync(Trainer, session, id, wasThere: false, "ticked the wrong line");

        var facts = await Lab.WithDbAsync(db => db.AuthorisationFacts.AsNoTracking().Where(fact => fact.Member == new MemberId(id)).OrderBy(fact => fact.Number).ToListAsync());
        var withdrawn = await Lab.WithDbAsync(db => db.Certificates.AsNoTracking().SingleAsync(row => row.Code == code));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((before, corrected.StatusCode, await AgainstAsync(client)), Is.EqualTo(("", HttpStatusCode.OK, "authorisation-missing")));
            Assert.That(facts.Select(fact => (fact.Kind, fact.Undoes, fact.Reason)), Is.EqualTo(new (AuthorisationFactKind, int?, string?)[]
            {
                (AuthorisationFactKind.Granted, null, null), (AuthorisationFactKind.Withdrawn, 1, "ticked the wrong line"),
            }));
            Assert.That((facts[1].By, withdrawn.WithdrawnBy, withdrawn.WithdrawalReason), Is.EqualTo((new MemberId(TrainerId), new MemberId(TrainerId), "ticked the wrong line")));
            Assert.That(await VerifiedAsync(code), Does.Contain("Withdrawn on").And.Not.Contain("genuine"));
            Assert.That(await NoticesOfAsync(id), Is.EqualTo(["authorisation-granted", "certificate-withdrawn"]), "one notice tells of all of it");
            Assert.That(await ActionsAsync(id), Does.Contain("attendance-corrected: Attended > Missed").And.Contain("authorisation-withdrawn: "));
        }
    }

    [Test]
    public async Task Goes_both_ways_and_gives_a_new_certificate()
    {
        var (client, id) = await PersonAsync();
        var session = await AttendedAsync(client, id);
        var first = await CodeAsync(client);
        using (await CorrectAsync(Trainer, session, id, wasThere: false))
        using (await CorrectAsync(Trainer, session, id, wasThere: false))
        {
        }

        using var again = await CorrectAsync(Manager, session, id, wasThere: true, "it was her after all");

        var codes = (await client.GetFromJsonAsync<JsonElement>("/api/v1/certificates")).EnumerateArray()
            .ToDictionary(one => one.GetProperty("code").GetString()!, one => one.TryGetProperty("withdrawnOn", out _));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((again.StatusCode, await AgainstAsync(client)), Is.EqualTo((HttpStatusCode.OK, "")));
            Assert.That((codes.Count, codes[first], codes.Count(one => !one.Value)), Is.EqualTo((2, true, 1)));
            Assert.That((await NoticesOfAsync(id)).Count(code => code == "certificate-withdrawn"), Is.EqualTo(1), "corrected twice, told once");
            Assert.That((await NoticesOfAsync(id)).Last(), Is.EqualTo("attendance-corrected"));
        }
    }

    [Test]
    public async Task Takes_nothing_that_came_from_elsewhere()
    {
        var (client, id) = await PersonAsync();
        await GrantedAsync(Manager, new { memberId = id, machine = "cnc-1", level = "supervised" });
        var session = await AttendedAsync(client, id);
        using var corrected = await CorrectAsync(Trainer, session, id, wasThere: false);

        var held = await Lab.WithDbAsync(db => db.MachineAuthorisations.AsNoTracking().SingleAsync(row => row.Member == new MemberId(id)));

        Assert.That((held.Level, held.EndsBy, held.ValidUntil), Is.EqualTo((AuthorisationLevel.Supervised, (AuthorisationEnd?)null, (NodaTime.Instant?)null)));
    }

    [Test]
    public async Task Does_not_end_a_suspension()
    {
        var (client, id) = await PersonAsync();
        var session = await AttendedAsync(client, id);
        using (await SayAsync(Trainer, id, "suspend"))
        using (await CorrectAsync(Trainer, session, id, wasThere: false))
        using (await CorrectAsync(Trainer, session, id, wasThere: true))
        {
        }

        Assert.That(await AgainstAsync(client), Is.EqualTo("authorisation-suspended"));
    }

    [Test]
    public async Task Is_for_staff_of_the_session_who_say_why_and_not_of_themselves()
    {
        using var elsewhere = await Lab.ClientOfAsync(DemoIds.CampusManager);
        var (client, id) = await PersonAsync();
        var (desk, deskId) = await PersonAsync();
        await Lab.WithDbAsync(db =>
        {
            db.Add(new RoleGrantRow { Id = Guid.CreateVersion7(), Member = new MemberId(deskId), Role = StaffRole.FrontDesk, Site = DemoIds.Atelier });
            return db.SaveChangesAsync();
        });
        var session = await PlannedAsync(seats: 3, days: 1);
        using (await ActAsync(client, session, "enrol"))
        using (await ActAsync(Trainer, session, "enrol"))
        {
        }

        using var early = await CorrectAsync(Trainer, session, id, wasThere: true);
        Lab.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromHours(3));
        (HttpClient Who, Guid Member, string? Reason, HttpStatusCode Status)[] tries =
        [
            (client, id, "x", HttpStatusCode.NotFound), (elsewhere, id, "x", HttpStatusCode.NotFound), (Trainer, Guid.CreateVersion7(), "x", HttpStatusCode.NotFound),
            (Trainer, TrainerId, "x", HttpStatusCode.Forbidden), (Trainer, id, null, HttpStatusCode.BadRequest), (Trainer, id, "", HttpStatusCode.BadRequest), (desk, id, "x", HttpStatusCode.OK),
        ];

        foreach (var (who, member, reason, status) in tries)
        {
            using var answer = await who.PutAsJsonAsync($"/api/v1/training-sessions/{session}/attendance/{member}", new { wasThere = true, reason });
            Assert.That(answer.StatusCode, Is.EqualTo(status), $"{member} {reason}: {await answer.Content.ReadAsStringAsync()}");
        }

        Assert.That(await CodeOfAsync(early), Is.EqualTo("training-not-begun"));
    }

    [Test]
    public async Task Is_not_done_by_taking_attendance_once_more()
    {
        var (client, id) = await PersonAsync();
        var session = await AttendedAsync(client, id);

        using var missed = await Trainer.PostAsJsonAsync($"/api/v1/training-sessions/{session}/attendance", new { missed = new[] { id } });

        Assert.That((await CodeOfAsync(missed), await AgainstAsync(client)), Is.EqualTo(("attendance-taken", "")));
    }

    [Test]
    public async Task Leaves_certificates_that_the_database_lets_nobody_change_otherwise()
    {
        var (client, id) = await PersonAsync();
        var session = await AttendedAsync(client, id);
        var code = await CodeAsync(client);
        using var corrected = await CorrectAsync(Trainer, session, id, wasThere: false);

        foreach (var change in new[] { "\"MemberName\" = 'Nobody'", "\"WithdrawnOn\" = NULL", "\"WithdrawalReason\" = 'other'" })
        {
#pragma warning disable EF1002 // words of this test
            var refused = await Assert.CatchAsync<Exception>(() => Lab.WithDbAsync(db => db.Database.ExecuteSqlRawAsync($"UPDATE \"Certificates\" SET {change} WHERE \"Code\" = '{code}'")));
#pragma warning restore EF1002
            Assert.That(refused!.Message, Does.Contain("append-only: Certificates"), change);
        }
    }

    private async Task<Guid> AttendedAsync(HttpClient client, Guid member)
    {
        var session = await PlannedAsync(seats: 2, days: 1);
        using var enrolled = await ActAsync(client, session, "enrol");
        Lab.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromHours(3));
        using var taken = await Trainer.PostAsJsonAsync($"/api/v1/training-sessions/{session}/attendance", new { attended = new[] { member } });
        Assert.That(taken.StatusCode, Is.EqualTo(HttpStatusCode.OK), await taken.Content.ReadAsStringAsync());
        return session;
    }

    private static Task<HttpResponseMessage> CorrectAsync(HttpClient who, Guid session, Guid member, bool wasThere, string reason = "a mistake") =>
        who.PutAsJsonAsync($"/api/v1/training-sessions/{session}/attendance/{member}", new { wasThere, reason });

    private static async Task<string> CodeAsync(HttpClient who) => (await who.GetFromJsonAsync<JsonElement>("/api/v1/certificates"))[0].GetProperty("code").GetString()!;

    private async Task<string> VerifiedAsync(string code)
    {
        using var visitor = Lab.Visitor();
        visitor.DefaultRequestHeaders.Add("Accept-Language", "en");
        return await visitor.GetStringAsync($"/certificates/{code}");
    }

    private async Task<string[]> ActionsAsync(Guid concerns)
    {
        var rows = await Lab.WithDbAsync(db => db.Audit.AsNoTracking().Where(row => row.Concerns == new MemberId(concerns)).OrderBy(row => row.At).ToListAsync());
        return [.. rows.Select(row => $"{row.Action}: {string.Join(" > ", new[] { row.Before, row.After }.OfType<IReadOnlyDictionary<string, string>>().Select(facts => facts["attendance"]))}")];
    }
}
