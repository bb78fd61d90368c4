using Fablab.Domain.Billing;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Tests.Data;

public sealed class What_the_database_keeps_by_itself(StorageProvider provider) : LabTest(provider)
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 6, 1, 12, 0);

    [Test]
    public async Task Two_reservations_of_a_machine_never_overlap_even_past_the_use_case()
    {
        await SaveAsync(Reserved(DemoIds.Laser1, Noon, 60));

        var refused = await Assert.CatchAsync<Exception>(() => SaveAsync(Reserved(DemoIds.Laser1, Noon + Duration.FromMinutes(59), 60)));

        Assert.That(DatabaseRefusals.IsOverlap(refused!), Is.True);
        Assert.That(() => SaveAsync(Reserved(DemoIds.Laser1, Noon + Duration.FromMinutes(60), 60)), Throws.Nothing, "the end is not part of the slot");
        Assert.That(() => SaveAsync(Reserved(DemoIds.Cnc1, Noon, 60)), Throws.Nothing, "another machine");
    }

    [Test]
    public async Task A_slot_that_was_given_back_cannot_be_taken_back_when_somebody_has_it()
    {
        var given = Reserved(DemoIds.Laser1, Noon + Duration.FromDays(1), 60) with { State = ReservationState.Cancelled };
        await SaveAsync(given);
        await SaveAsync(Reserved(DemoIds.Laser1, Noon + Duration.FromDays(1), 60));

        var refused = await Assert.CatchAsync<Exception>(() => Lab.WithDbAsync(async db =>
        {
            db.Update(given with { State = ReservationState.Confirmed });
            return await db.SaveChangesAsync();
        }));

        Assert.That(DatabaseRefusals.IsOverlap(refused!), Is.True);
    }

    [Test]
    public async Task A_machine_has_one_open_usage_session()
    {
        var reservation = Reserved(DemoIds.Laser1, Noon + Duration.FromDays(2), 60);
        await SaveAsync(reservation, Session(reservation, 1, UsageSessionState.Armed));

        var refused = await Assert.CatchAsync<Exception>(() => SaveAsync(Session(reservation, 2, UsageSessionState.Authorised)));

        Assert.That(DatabaseRefusals.IsDuplicate(refused!), Is.True);
        Assert.That(() => SaveAsync(Session(reservation, 3, UsageSessionState.Void)), Throws.Nothing, "one that is over does not count");
    }

    [Test]
    public async Task A_session_is_charged_once()
    {
        var (reservation, session) = await ClosedSessionAsync(Duration.FromDays(3), 11);
        await SaveAsync(ChargeOf(reservation, session));

        var refused = await Assert.CatchAsync<Exception>(() => SaveAsync(ChargeOf(reservation, session)));

        Assert.That(DatabaseRefusals.IsDuplicate(refused!), Is.True);
    }

    [TestCase("Charges", "UPDATE \"Charges\" SET \"VatRateBasisPoints\" = 0")]
    [TestCase("Charges", "DELETE FROM \"Charges\"")]
    [TestCase("Audit", "UPDATE \"Audit\" SET \"Action\" = 'nothing happened'")]
    [TestCase("Audit", "DELETE FROM \"Audit\"")]
    [TestCase("Audit", "UPDATE \"Audit\" SET \"Address\" = '192.0.2.1'")]
    [TestCase("JournalEntries", "UPDATE \"JournalEntries\" SET \"Hash\" = ''")]
    [TestCase("JournalEntries", "DELETE FROM \"JournalEntries\"")]
    [TestCase("AuthorisationFacts", "UPDATE \"AuthorisationFacts\" SET \"Level\" = 'Full'")]
    [TestCase("AuthorisationFacts", "DELETE FROM \"AuthorisationFacts\"")]
    [TestCase("QuizAttempts", "UPDATE \"QuizAttempts\" SET \"Right\" = 10")]
    [TestCase("Certificates", "DELETE FROM \"Certificates\"")]
    [TestCase("Certificates", "UPDATE \"Certificates\" SET \"CourseName_En\" = 'Welding'")]
    [TestCase("Faults", "UPDATE \"Faults\" SET \"WhatWasDone\" = 'nothing'")]
    [TestCase("Faults", "DELETE FROM \"Faults\"")]
    public async Task What_was_written_down_is_neither_changed_nor_removed(string table, string statement)
    {
        await FillAppendOnlyAsync();

        var refused = await Assert.CatchAsync<Exception>(() => Lab.WithDbAsync(db => db.Database.ExecuteSqlRawAsync(statement)));

        Assert.That(refused!.Message, Does.Contain($"append-only: {table}"));
    }

    [Test]
    public void A_broken_off_transaction_is_made_anew_and_a_refusal_leaves_nothing()
    {
        var attempts = 0;

        var made = Lab.WithDbAsync(db => LabTransaction.RunAsync(db, DemoIds.Laser1, async () =>
        {
            db.Add(new AuditRow { Id = Guid.CreateVersion7(), At = Noon, Action = "tried", Subject = "retry" });
            await db.SaveChangesAsync();
            return ++attempts < 3 ? throw BrokenOff() : attempts;
        }, CancellationToken.None));

        Assert.That(async () => await made, Is.EqualTo(3));
        Assert.That(async () => await Lab.WithDbAsync(db => db.Audit.CountAsync(row => row.Subject == "retry")), Is.EqualTo(1));
    }

    private Exception BrokenOff() => Provider is StorageProvider.Postgres
        ? new Npgsql.PostgresException("deadlock", "ERROR", "ERROR", "40P01")
        : new Microsoft.Data.Sqlite.SqliteException("busy", 5);

    private async Task FillAppendOnlyAsync()
    {
        if (await Lab.WithDbAsync(db => db.JournalEntries.AnyAsync()))
        {
            return;
        }

        var (reservation, session) = await ClosedSessionAsync(Duration.FromDays(4), 21);
        await SaveAsync(
            ChargeOf(reservation, session),
            new AuditRow { Id = Guid.CreateVersion7(), At = Noon, Action = "something", Subject = "somewhere" },
            new FaultRow
            {
                Id = Guid.CreateVersion7(), Machine = DemoIds.Cnc1, Reporter = reservation.Member, ReportedAt = Noon, Text = "It hums", IsDangerous = false, StopsBookings = false,
                ClosedAt = Noon, ClosedBy = reservation.Member, WhatWasDone = "Oiled",
            },
            new QuizAttemptRow { Id = Guid.CreateVersion7(), Course = DemoIds.MillingCourse, Member = reservation.Member, At = Noon, Right = 1, Of = 10, IsPassed = false },
            new CertificateRow
            {
                Code = "X", Session = DemoIds.MillingSession, Member = reservation.Member, IssuedAt = Noon, MemberName = "Malo", CourseName = new(null, "Milling"), SiteName = "Here",
                TrainerName = "Gwenn", TrainedOn = new LocalDate(2026, 6, 1), WithQuiz = false,
            },
            new JournalEntryRow { SpoolId = Guid.CreateVersion7(), Epoch = 1, Sequence = 1, Bridge = Guid.Empty, Content = "{}", Hash = "x", ReceivedAt = Noon });
    }

    private async Task<(Reservation, UsageSession)> ClosedSessionAsync(Duration later, long generation)
    {
        var reservation = Reserved(DemoIds.Cnc1, Noon + later, 60);
        var session = Session(reservation, generation, UsageSessionState.Closed);
        await SaveAsync(reservation, session);
        return (reservation, session);
    }

    private Task SaveAsync(params object[] rows) => Lab.WithDbAsync(async db =>
    {
        foreach (var row in rows)
        {
            db.Add(row);
            await db.SaveChangesAsync();
        }

        return rows.Length;
    });

    private static Reservation Reserved(MachineId machine, Instant start, int minutes)
    {
        var slot = new TimeSlot(start, start + Duration.FromMinutes(minutes));
        return new Reservation
        {
            Id = new ReservationId(Guid.CreateVersion7()), Machine = machine, Member = new MemberId(DemoIds.Numbered(71)), BookedBy = new MemberId(DemoIds.Numbered(71)),
            Slot = slot, Kept = slot, BookedSlot = slot,
            State = ReservationState.Confirmed, BookedAt = Noon, Tariff = new TariffId(DemoIds.Numbered(63)),
        };
    }

    private static UsageSession Session(Reservation reservation, long generation, UsageSessionState state) => new()
    {
        Id = new UsageSessionId(Guid.CreateVersion7()), Machine = reservation.Machine, Reservation = reservation.Id, Member = reservation.Member,
        Generation = generation, State = state, AuthorisedAt = Noon, PresenceConfirmedAt = Noon, LastActiveAt = Noon,
    };

    private static Charge ChargeOf(Reservation reservation, UsageSession session) => new()
    {
        Id = new ChargeId(Guid.CreateVersion7()), Session = session.Id, Reservation = reservation.Id, Machine = reservation.Machine, Member = reservation.Member,
        Tariff = reservation.Tariff, From = Noon, Until = Noon + Duration.FromHours(1), Period = new LocalDate(2026, 6, 1), Lines = [],
        Net = new Money(100, "EUR"), VatRateBasisPoints = 2000, Explanation = [], ChargedAt = Noon,
    };
}
