using System.Text.Json;
using Fablab.Domain.Audit;
using Fablab.Domain.Billing;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Tests.Data;

/// <summary>They are saved past EF Core's own way of saving, in one statement, and must come out as if they were not.</summary>
public sealed class Rows_that_every_booking_adds(StorageProvider provider) : LabTest(provider)
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 6, 1, 12, 0);
    private static readonly MemberId Member = new(DemoIds.Numbered(71));

    [Test]
    public async Task Are_read_as_they_were_written()
    {
        var booked = Reserved(0) with
        {
            Title = "Café d'été; DROP TABLE \"Reservations\" @p1",
            PlannedStart = new LocalDateTime(2026, 6, 1, 14, 0),
            PriceMinor = 1_234,
            Awaits = Approvals.Site | Approvals.Organisation,
            Terms = new BookingTerms { Grace = Duration.FromMinutes(7), SetUp = Duration.FromMinutes(5), CleanUp = Duration.Zero },
            ExpiresAt = Noon,
            OverrunSince = Noon,
        };
        object[] written = [Answer("written"), Audit(booked), booked, Company(booked), Notice(), Mail()];

        var sent = await SaveAsync(written);

        var read = await Lab.WithDbAsync(async db => new object[]
        {
            await db.IdempotentAnswers.AsNoTracking().SingleAsync(row => row.Key == "written"),
            await db.Audit.AsNoTracking().SingleAsync(row => row.Id == ((AuditRow)written[1]).Id),
            await db.Reservations.AsNoTracking().SingleAsync(row => row.Id == booked.Id),
            await db.Company.AsNoTracking().SingleAsync(row => row.Id == ((CompanyRow)written[3]).Id),
            await db.Notices.AsNoTracking().SingleAsync(row => row.Id == ((NoticeRow)written[4]).Id),
            await db.Mails.AsNoTracking().SingleAsync(row => row.Id == ((MailRow)written[5]).Id),
        });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Select(Text), Is.EqualTo(written.Select(Text)));
            Assert.That(sent.Count(text => text.Contains("INSERT", StringComparison.Ordinal)), Is.EqualTo(1));
            Assert.That(await Lab.WithDbAsync(db => db.ReservationChanges.CountAsync(row => row.Reservation == booked.Id)), Is.EqualTo(1), "calendars are told");
        }
    }

    [Test]
    public async Task Are_known_to_the_context_afterwards() => Assert.That(
        await Lab.WithDbAsync(db => LabTransaction.RunAsync(db, DemoIds.Laser1, async () =>
        {
            var notice = Notice();
            db.Add(notice);
            await db.SaveChangesAsync();
            notice.PushDueAt = null;
            return await db.SaveChangesAsync();
        }, CancellationToken.None)),
        Is.EqualTo(1),
        "what is changed after it was added is saved, and nothing is added twice");

    [Test]
    public async Task Are_refused_like_any_other()
    {
        await SaveAsync(Reserved(2));

        var taken = await Assert.CatchAsync<DbUpdateException>(() => SaveAsync(Reserved(2), Answer("taken")));
        await SaveAsync(Answer("twice"));
        var twice = await Assert.CatchAsync<DbUpdateException>(() => SaveAsync(Reserved(3), Answer("twice")));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(DatabaseRefusals.IsOverlap(taken!), Is.True);
            Assert.That(DatabaseRefusals.IsDuplicate(twice!), Is.True);
            Assert.That(await Lab.WithDbAsync(db => db.IdempotentAnswers.CountAsync(row => row.Key == "taken")), Is.Zero);
            Assert.That(await Lab.WithDbAsync(db => db.Reservations.CountAsync(row => row.Slot.Start == Noon + Duration.FromDays(3))), Is.Zero);
        }
    }

    /// <returns>The statements that it took.</returns>
    private Task<List<string>> SaveAsync(params object[] rows) => Lab.WithDbAsync(async db =>
    {
        using var record = Lab.Statements.Record();
        await LabTransaction.RunAsync(db, DemoIds.Laser1, () =>
        {
            db.AddRange(rows);
            return db.SaveChangesAsync();
        }, CancellationToken.None);
        return record.Of(db).Select(one => one.Text).ToList();
    });

    private static string Text(object row) => $"{row.GetType().Name} {JsonSerializer.Serialize(row, Conversions.Json)}";

    private static Reservation Reserved(int day)
    {
        var slot = new TimeSlot(Noon + Duration.FromDays(day), Noon + Duration.FromDays(day) + Duration.FromHours(1));
        return new Reservation
        {
            Id = new ReservationId(Guid.CreateVersion7()),
            Machine = DemoIds.Laser1,
            Member = Member,
            BookedBy = Member,
            Slot = slot,
            Kept = new TimeSlot(slot.Start - Duration.FromMinutes(5), slot.End),
            BookedSlot = slot,
            State = ReservationState.Confirmed,
            BookedAt = Noon,
            Tariff = new TariffId(DemoIds.Numbered(63)),
        };
    }

    private static AuditRow Audit(Reservation booked) => new()
    {
        Id = Guid.CreateVersion7(), At = Noon, Actor = Member, Way = AuditWay.AccessToken, Action = "reservation-booked", Subject = $"reservation/{booked.Id}",
        Machine = booked.Machine, Concerns = Member, After = new Dictionary<string, string> { ["slot"] = booked.Slot.ToString() }, Address = "::1", AddressSalt = "salt", AddressDigest = "digest",
    };

    private static CompanyRow Company(Reservation booked) => new() { Id = Guid.CreateVersion7(), Reservation = booked.Id, GuestName = "Zoé" };

    private static NoticeRow Notice() => new()
    {
        Id = Guid.CreateVersion7(), Member = Member, At = Noon, Code = "supervisor-named", Facts = new Dictionary<string, string> { ["start"] = Noon.ToString() }, PushDueAt = Noon,
    };

    private static MailRow Mail() => new()
    {
        Id = Guid.CreateVersion7(), Member = Member, Code = "supervisor-named", Facts = new Dictionary<string, string> { ["start"] = Noon.ToString() }, CreatedAt = Noon,
        DueAt = Noon + Duration.FromDays(10_000),
    };

    private static IdempotentAnswerRow Answer(string key) => new()
    {
        Member = Member, Key = key, RequestHash = new string('0', 64), Status = 201, Location = null, Body = "{}", AnsweredAt = Noon,
    };
}
