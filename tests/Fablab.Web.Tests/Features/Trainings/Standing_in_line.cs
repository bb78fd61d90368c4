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

/// <summary>In line for a seat of a training session, and enrolled by somebody else.</summary>
public sealed class Standing_in_line(StorageProvider provider) : TrainingTest(provider)
{
    [TestCase(10, true)]
    [TestCase(23, true)]
    [TestCase(25, false)]
    public async Task Gives_a_seat_after_the_deadline_that_can_be_declined_for_a_day(int hoursLater, bool isFree)
    {
        var id = await LateAsync();
        var (first, second) = (await PersonAsync(), await PersonAsync());
        await EnrolAsync(id, first.Client, second.Client);
        Lab.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromHours(1));

        using var late = await ActAsync(first.Client, id, "withdraw");
        var mine = (await second.Client.GetFromJsonAsync<JsonElement>($"/api/v1/training-sessions/{id}")).GetProperty("mine");
        var movedUp = Now;
        Lab.Clock.Advance(TimeSpan.FromHours(hoursLater));
        using var declined = await ActAsync(second.Client, id, "withdraw");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await JsonOfAsync(late)).TryGetProperty("refundDueAt", out _), Is.False, "who took the seat pays for leaving late");
            Assert.That(mine.GetProperty("freeUntil").GetDateTimeOffset(), Is.EqualTo((movedUp + NodaTime.Duration.FromHours(24)).ToDateTimeOffset()));
            Assert.That((await JsonOfAsync(declined)).TryGetProperty("refundDueAt", out _), Is.EqualTo(isFree));
            Assert.That(await NoticesOfAsync(second.Id), Is.EqualTo(["training-seat-yours-until"]));
        }
    }

    [Test]
    public async Task Keeps_the_place_of_who_is_passed_over_until_nothing_stands_against_them()
    {
        var id = await PlannedAsync(seats: 1);
        var (first, suspended, third) = (await PersonAsync(), await PersonAsync(), await PersonAsync());
        await EnrolAsync(id, first.Client, suspended.Client, third.Client);
        await SuspendAsync(suspended.Id, DemoIds.Atelier);

        using var left = await ActAsync(first.Client, id, "withdraw");
        var passedOver = await StatesAsync(id, suspended.Id, third.Id);
        using var gone = await ActAsync(third.Client, id, "withdraw");
        await SweepAsync();
        var kept = await StatesAsync(id, suspended.Id);
        await Lab.WithDbAsync(db => db.Suspensions.Where(row => row.Member == new MemberId(suspended.Id)).ExecuteUpdateAsync(set => set.SetProperty(row => row.LiftedAt, Now)));
        await Task.WhenAll(SweepAsync(), SweepAsync());

        using (Assert.EnterMultipleScope())
        {
            Assert.That((passedOver, kept, await StatesAsync(id, suspended.Id)), Is.EqualTo(("Waiting, Enrolled", "Waiting", "Enrolled")));
            Assert.That(await NoticesOfAsync(suspended.Id), Is.EqualTo(["training-seat-yours"]));
        }
    }

    [Test]
    public async Task Passes_over_who_is_suspended_from_the_lab_or_did_not_accept_new_terms()
    {
        var id = await PlannedAsync(seats: 1);
        var (first, everywhere, third) = (await PersonAsync(), await PersonAsync(), await PersonAsync());
        await EnrolAsync(id, first.Client, everywhere.Client, third.Client);
        await SuspendAsync(everywhere.Id, null);
        await Lab.WithDbAsync(db => db.Sites.Where(row => row.Id == DemoIds.Atelier).ExecuteUpdateAsync(set => set.SetProperty(row => row.TermsVersion, 7)));
        try
        {
            using var left = await ActAsync(first.Client, id, "withdraw");
            Assert.That(await StatesAsync(id, everywhere.Id, third.Id), Is.EqualTo("Waiting, Waiting"));
        }
        finally
        {
            await Lab.WithDbAsync(db => db.Sites.Where(row => row.Id == DemoIds.Atelier).ExecuteUpdateAsync(set => set.SetProperty(row => row.TermsVersion, 0)));
        }

        var newcomer = await PersonAsync();
        await EnrolAsync(id, newcomer.Client);
        Assert.That(await StatesAsync(id, everywhere.Id, third.Id, newcomer.Id), Is.EqualTo("Waiting, Enrolled, Waiting"), "who stood in line longer comes first");
    }

    [Test]
    public async Task Can_be_done_for_somebody_by_staff_who_remove_them_free_of_charge()
    {
        var id = await LateAsync();
        var (member, behind) = (await PersonAsync(), await PersonAsync());
        Lab.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromHours(1));

        using var enrolled = await Trainer.PutAsync($"/api/v1/training-sessions/{id}/enrolments/{member.Id}", null);
        using var twice = await Trainer.PutAsync($"/api/v1/training-sessions/{id}/enrolments/{member.Id}", null);
        using var inLine = await Trainer.PutAsync($"/api/v1/training-sessions/{id}/enrolments/{behind.Id}", null);
        Lab.Clock.Advance(TimeSpan.FromHours(30));
        using var removed = await Manager.DeleteAsync($"/api/v1/training-sessions/{id}/enrolments/{member.Id}");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((enrolled.StatusCode, twice.StatusCode, (await JsonOfAsync(inLine)).GetProperty("state").GetString()), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK, "waiting")));
            Assert.That((await JsonOfAsync(removed)).TryGetProperty("refundDueAt", out _), Is.True);
            Assert.That(await NoticesOfAsync(member.Id), Is.EqualTo(["training-enrolled-until", "training-removed"]));
            Assert.That(await NoticesOfAsync(behind.Id), Is.EqualTo(["training-in-line", "training-seat-yours-until"]));
            Assert.That(
                await Lab.WithDbAsync(db => db.Audit.Where(row => row.Concerns == new MemberId(member.Id)).OrderBy(row => row.At).Select(row => $"{row.Action}").ToListAsync()),
                Is.EqualTo(["training-member-enrolled", "training-member-removed"]), "said twice, done once");
        }
    }

    [Test]
    public async Task For_somebody_follows_the_rules_that_hold_for_themselves_and_is_for_staff_of_the_session()
    {
        using var elsewhere = await Lab.ClientOfAsync(DemoIds.CampusManager);
        var id = await PlannedAsync(seats: 1);
        var (member, other) = (await PersonAsync(), await PersonAsync());
        await SuspendAsync(member.Id, DemoIds.Atelier);

        using var refused = await Trainer.PutAsync($"/api/v1/training-sessions/{id}/enrolments/{member.Id}", null);
        var statuses = new List<HttpStatusCode>();
        foreach (var (who, whom) in new[] { (elsewhere, other.Id), (member.Client, other.Id), (Trainer, Guid.CreateVersion7()) })
        {
            using var put = await who.PutAsync($"/api/v1/training-sessions/{id}/enrolments/{whom}", null);
            using var deleted = await who.DeleteAsync($"/api/v1/training-sessions/{id}/enrolments/{whom}");
            statuses.AddRange(put.StatusCode, deleted.StatusCode);
        }

        Lab.Clock.Advance(TimeSpan.FromDays(11));
        using var late = await Trainer.PutAsync($"/api/v1/training-sessions/{id}/enrolments/{other.Id}", null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await CodeOfAsync(refused), await CodeOfAsync(late)), Is.EqualTo(("enrolment-refused", "training-closed")));
            Assert.That(statuses, Is.All.EqualTo(HttpStatusCode.NotFound));
        }
    }

    /// <summary>One seat in three days for 25 euros, of which withdrawing is free for a day.</summary>
    private async Task<Guid> LateAsync()
    {
        var start = Lab.Clock.GetUtcNow().AddDays(3);
        using var answer = await Manager.PostAsJsonAsync(
            "/api/v1/training-sessions", Session(start) with { Seats = 1, MinimumAttendance = 0, PriceMinor = 2500, Deadline = start.AddDays(-2).UtcDateTime });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }

    private async Task EnrolAsync(Guid session, params HttpClient[] people)
    {
        foreach (var who in people)
        {
            Lab.Clock.Advance(TimeSpan.FromSeconds(1));
            using var enrolled = await ActAsync(who, session, "enrol");
            Assert.That(enrolled.StatusCode, Is.EqualTo(HttpStatusCode.OK), await enrolled.Content.ReadAsStringAsync());
        }
    }

    private Task SuspendAsync(Guid member, SiteId? site) => Lab.WithDbAsync(db =>
    {
        db.Add(new SuspensionRow { Id = Guid.CreateVersion7(), Member = new MemberId(member), At = Now, By = new MemberId(member), Reason = "left the vacuum off", Site = site });
        return db.SaveChangesAsync();
    });

    private async Task<string> StatesAsync(Guid id, params Guid[] members)
    {
        var rows = await Lab.WithDbAsync(db => db.Enrolments.AsNoTracking().Where(row => row.Session == new TrainingSessionId(id)).ToDictionaryAsync(row => row.Member.Value));
        return string.Join(", ", members.Select(member => rows[member].State));
    }
}
