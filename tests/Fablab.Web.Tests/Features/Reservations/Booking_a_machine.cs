using System.Net;
using System.Net.Http.Json;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Features.Reservations;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Reservations;

public sealed class Booking_a_machine(StorageProvider provider) : LabTest(provider)
{
    [Test]
    public async Task Is_kept_before_it_is_answered()
    {
        var slot = FreshSlot();

        using var answer = await BookAsync(Maker, slot);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        var id = new ReservationId((await JsonOfAsync(answer)).GetProperty("id").GetGuid());
        var kept = await Lab.WithDbAsync(db => db.Reservations.AsNoTracking().SingleAsync(r => r.Id == id));
        using var read = await Maker.GetAsync(answer.Headers.Location);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(kept.State, Is.EqualTo(ReservationState.Confirmed));
            Assert.That(kept.Slot.Start.ToDateTimeOffset(), Is.EqualTo(slot.Start));
            Assert.That(read.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(read.Headers.ETag, Is.Not.Null);
        }
    }

    [Test]
    public async Task Makes_the_desk_look_when_the_slot_begins()
    {
        var slot = FreshSlot();

        using var answer = await BookAsync(Maker, slot, "printer-2");

        var due = await Lab.WithDbAsync(db => db.Desks.AsNoTracking().SingleAsync(desk => desk.Machine == DemoIds.Printer2));
        Assert.That(due.DueAt, Is.Not.Null);
    }

    [Test]
    public async Task Touches_the_slot_before_without_a_clash()
    {
        var (start, end) = FreshSlot();

        using var first = await BookAsync(Maker, (start, end));
        using var second = await BookAsync(Maker, (end, end.AddHours(1)));

        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    [Test]
    public async Task Is_refused_with_every_reason_at_once()
    {
        var (start, _) = FreshSlot();
        using var untrained = await Lab.ClientOfAsync(DemoIds.SecondMaker);

        using var answer = await BookAsync(untrained, (start, start.AddMinutes(7)), "cnc-1", DemoIds.Drone.Value);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await ProblemCodesOfAsync(answer), Is.EquivalentTo(["slot-too-short", "slot-off-grid", "authorisation-missing", "project-not-yours"]));
    }

    [Test]
    public async Task Is_a_conflict_when_somebody_has_the_time()
    {
        var slot = FreshSlot();
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        using var first = await BookAsync(other, slot);

        using var answer = await BookAsync(Maker, (slot.Start.AddMinutes(30), slot.End.AddMinutes(30)));

        var problem = (await JsonOfAsync(answer)).GetProperty("problems")[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
            Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo("slot-taken"));
            Assert.That(problem.GetProperty("severity").GetString(), Is.EqualTo("hard"));
            Assert.That(problem.GetProperty("facts").GetProperty("start").GetDateTimeOffset(), Is.EqualTo(slot.Start));
        }
    }

    [Test]
    public async Task Can_be_asked_about_without_booking()
    {
        var slot = FreshSlot(120);

        using var answer = await Maker.PostAsJsonAsync(
            "/api/v1/reservations/check", new { machine = "printer-1", start = slot.Start.UtcDateTime, end = slot.End.UtcDateTime });

        var body = await JsonOfAsync(answer);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(body.GetProperty("isBookable").GetBoolean(), Is.True);
            Assert.That(body.GetProperty("quote").GetProperty("net").GetProperty("amount").GetString(), Is.EqualTo("6.00"));
            Assert.That(body.GetProperty("quote").GetProperty("gross").GetProperty("minor").GetInt64(), Is.EqualTo(720));
        }

        using var booked = await BookAsync(Maker, slot);
        Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    [Test]
    public async Task Of_an_unknown_machine_is_not_found()
    {
        using var answer = await BookAsync(Maker, FreshSlot(), "printer-99");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCase("""{"machine":"printer-1","start":"2026-03-03T08:00:00Z"}""")]
    [TestCase("""{"machine":"printer-1","start":"yesterday","end":"2026-03-03T08:00:00Z"}""")]
    [TestCase("""{"machine":"printer-1","start":"0001-01-01T00:00:00Z","end":"2026-03-03T08:00:00Z"}""")]
    [TestCase("""{"machine":""")]
    public async Task That_cannot_be_read_says_where(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var answer = await Maker.PostAsync("/api/v1/reservations", content);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await JsonOfAsync(answer)).GetProperty("code").GetString(), Is.EqualTo("malformed-request"));
    }

    [Test]
    public async Task Keeps_the_clean_up_behind_a_slot_from_others_but_not_from_whoever_booked_it()
    {
        var nine = new DateTimeOffset(2026, 3, 16, 9, 0, 0, TimeSpan.Zero);
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        using var first = await BookAsync(Maker, (nine, nine.AddHours(1)));
        using var another = await BookAsync(other, (nine.AddHours(1), nine.AddHours(2)));
        using var mine = await BookAsync(Maker, (nine.AddHours(1), nine.AddHours(2)));
        using var behind = await BookAsync(other, (nine.AddHours(2).AddMinutes(5), nine.AddHours(3)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(another.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That(mine.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(behind.StatusCode, Is.EqualTo(HttpStatusCode.Created), "five minutes of cleaning");
        }
    }

    [Test]
    public async Task Finds_clashes_by_the_index_of_taken_slots()
    {
        var plan = await Lab.WithDbAsync(async db =>
        {
            var query = db.Reservations.ThatTakeTheSlot()
                .Where(r => r.Machine == DemoIds.Printer1 && r.Kept.Start < NodaTime.Instant.FromUtc(2026, 3, 3, 0, 0))
                .OrderByDescending(r => r.Kept.Start).Select(r => r.Kept).Take(1);
            await using var command = query.CreateDbCommand();
            await db.Database.OpenConnectionAsync();
            if (Provider is StorageProvider.Postgres)
            {
                // It reads a small table from end to end whatever indexes there are; without that way, and without sorting, it shows the index it has.
                await db.Database.ExecuteSqlRawAsync("SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off");
            }

            command.CommandText = (Provider is StorageProvider.Postgres ? "EXPLAIN " : "EXPLAIN QUERY PLAN ") + command.CommandText;
            await using var reader = await command.ExecuteReaderAsync();
            var lines = new List<string>();
            while (await reader.ReadAsync())
            {
                lines.Add(reader.GetString(reader.FieldCount - 1));
            }

            return string.Join('\n', lines);
        });

        Assert.That(plan, Does.Contain("IX_Reservations_Taken"));
    }
}
