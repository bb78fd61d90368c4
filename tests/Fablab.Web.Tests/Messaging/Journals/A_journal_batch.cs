using Fablab.Contracts;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Data;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Messaging.Journals;

public class A_journal_batch(StorageProvider provider) : LabTest(provider)
{
    private BridgeSide bridge = null!;

    [SetUp]
    public void A_bridge_with_a_new_spool()
    {
        bridge = new BridgeSide(Lab);

        // Each test has its own stretch of the machine's time, the clean-up behind the use before included.
        Lab.Clock.Advance(TimeSpan.FromHours(2));
    }

    [Test]
    public async Task Is_stored_with_its_effect_and_acknowledged_up_to_its_last_record()
    {
        var (_, session) = await bridge.BeginUseAsync(Maker);

        var answer = await bridge.SendAsync(bridge.Meter(session, 15_000, 15_000), bridge.Meter(session, 5_000, 20_000));

        var metered = await SessionAsync(session);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Ack?.UpTo, Is.EqualTo(2));
            Assert.That(answer.Replay, Is.Null);
            Assert.That(metered.Total.TotalSeconds, Is.EqualTo(20));
            Assert.That(metered.ReviewReason, Is.Null);
        }

        await EndAsync(session, 20_000);
    }

    [Test]
    public async Task Sent_again_is_acknowledged_and_changes_nothing()
    {
        var (_, session) = await bridge.BeginUseAsync(Maker);
        var record = bridge.Meter(session, 15_000, 15_000);
        await bridge.SendAsync(record);

        var answer = await bridge.SendAsync(record);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Ack?.UpTo, Is.EqualTo(1));
            Assert.That((await SessionAsync(session)).Total.TotalSeconds, Is.EqualTo(15));
        }

        await EndAsync(session, 15_000);
    }

    [Test]
    public async Task With_a_gap_is_taken_up_to_the_gap_and_the_rest_is_asked_for_again()
    {
        var (_, session) = await bridge.BeginUseAsync(Maker);
        var first = bridge.Meter(session, 1_000, 1_000);
        var lost = bridge.Meter(session, 2_000, 3_000);
        var last = bridge.Meter(session, 3_000, 6_000);

        var withGap = await bridge.SendAsync(first, last);
        var whole = await bridge.SendAsync(lost, last);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(withGap.Ack?.UpTo, Is.EqualTo(1));
            Assert.That(withGap.Replay?.FromSequence, Is.EqualTo(2));
            Assert.That(whole.Ack?.UpTo, Is.EqualTo(3));
            Assert.That((await SessionAsync(session)).Total.TotalSeconds, Is.EqualTo(6));
        }

        await EndAsync(session, 6_000);
    }

    [Test]
    public async Task With_other_content_at_a_known_place_is_quarantined_and_not_applied()
    {
        var (_, session) = await bridge.BeginUseAsync(Maker);
        var record = bridge.Meter(session, 1_000, 1_000);
        await bridge.SendAsync(record);
        var before = await QuarantinedAsync();

        var answer = await bridge.SendAsync(bridge.Forge(record, bridge.At("printer-1") with
        {
            Meter = new MeterReported
            {
                Session = session, Generation = 1, State = MeterState.Active, Source = MeterSource.Controller,
                DeltaMilliseconds = 9_000, TotalMilliseconds = 9_000, ActiveMilliseconds = 9_000,
            },
        }));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Ack, Is.Null, "what the spool holds instead must not count as taken");
            Assert.That(await QuarantinedAsync(), Is.EqualTo(before + 1));
            Assert.That((await SessionAsync(session)).Total.TotalSeconds, Is.EqualTo(1));
        }

        await EndAsync(session, 1_000);
    }

    [Test]
    public async Task That_closes_a_session_charges_it_exactly_once_and_frees_the_slot()
    {
        var (reservation, session) = await bridge.BeginUseAsync(Maker);
        var meter = bridge.Meter(session, 600_000, 600_000);
        var close = bridge.Close(session, 600_000);

        await bridge.SendAsync(meter, close);
        await bridge.SendAsync(meter, close);

        var charges = await Lab.WithDbAsync(db => db.Charges.AsNoTracking().Where(c => c.Session == new UsageSessionId(session)).ToListAsync());
        var kept = await Lab.WithDbAsync(db => db.Reservations.AsNoTracking().SingleAsync(r => r.Id == new ReservationId(reservation)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(charges.Select(charge => charge.Net.Minor), Is.EqualTo(new[] { 50L }), "ten minutes of an hour at 3 EUR");
            Assert.That(kept.State, Is.EqualTo(ReservationState.Completed));
            Assert.That(kept.Slot.End, Is.LessThan(kept.BookedSlot.End), "the rest of the slot is free again");
        }
    }

    [Test]
    public async Task That_comes_after_the_session_closed_is_quarantined()
    {
        var (_, session) = await bridge.BeginUseAsync(Maker);
        await EndAsync(session, 0);
        var before = await QuarantinedAsync();

        var answer = await bridge.SendAsync(bridge.Meter(session, 1_000, 1_000));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Ack?.UpTo, Is.EqualTo(2), "it is stored, so the bridge need not keep it");
            Assert.That(await QuarantinedAsync(), Is.EqualTo(before + 1));
        }
    }

    [Test]
    public async Task From_a_bridge_whose_wall_clock_is_a_day_off_is_dated_by_its_monotonic_clock()
    {
        var (_, session) = await bridge.BeginUseAsync(Maker);
        await bridge.SayHelloAsync(monotonicMilliseconds: 50_000);
        var hello = Lab.Clock.GetUtcNow();
        Lab.Clock.Advance(TimeSpan.FromMinutes(30));

        await bridge.SendAsync(bridge.Write(new JournalContent
        {
            Machine = "printer-1",
            At = hello.AddDays(-1),
            MonotonicMilliseconds = 650_000,
            Session = new SessionReported { Session = session, Generation = 1, Turn = SessionTurn.Closed, Reason = "job-ended", TotalMilliseconds = 0 },
        }));

        Assert.That((await SessionAsync(session)).EndedAt?.ToDateTimeOffset(), Is.EqualTo(hello.AddMinutes(10)));
    }

    [Test]
    public async Task That_travelled_faster_than_the_hello_before_it_is_dated_by_its_own_clock()
    {
        var (_, session) = await bridge.BeginUseAsync(Maker);
        Lab.Clock.Advance(TimeSpan.FromMinutes(10));
        await bridge.SayHelloAsync(monotonicMilliseconds: 50_000);   // It lay in the broker for ten minutes.
        var now = Lab.Clock.GetUtcNow();

        await bridge.SendAsync(
            bridge.Write(bridge.At("printer-1") with
            {
                MonotonicMilliseconds = 590_000,
                Session = new SessionReported { Session = session, Generation = 1, Turn = SessionTurn.Closed, Reason = "job-ended", TotalMilliseconds = 0 },
            }),
            bridge.Write(bridge.At("printer-1") with { MonotonicMilliseconds = 650_000 }));

        Assert.That((await SessionAsync(session)).EndedAt?.ToDateTimeOffset(), Is.EqualTo(now.AddMinutes(-1)));
    }

    [Test]
    public async Task With_something_about_safety_is_written_to_the_audit_once()
    {
        var record = bridge.Write(bridge.At("printer-1") with { Safety = new SafetyReported { Event = "relay-stuck" } });

        await bridge.SendAsync(record);
        await bridge.SendAsync(record);

        Assert.That(await Lab.WithDbAsync(db => db.Audit.CountAsync(row => row.Action == "safety-event")), Is.EqualTo(1));
    }

    [Test]
    public async Task About_a_machine_of_another_bridge_has_no_effect()
    {
        var before = await QuarantinedAsync();

        await bridge.SendAsync(bridge.Meter(Guid.NewGuid(), 1_000, 1_000, machine: "laser-1"));

        Assert.That(await QuarantinedAsync(), Is.EqualTo(before + 1));
    }

    [Test]
    public async Task With_numbers_that_no_machine_has_is_stored_without_effect_and_the_others_are_taken()
    {
        var (_, session) = await bridge.BeginUseAsync(Maker);
        var before = await QuarantinedAsync();

        var answer = await bridge.SendAsync(bridge.Meter(session, 1_000, 1_000), bridge.Meter(session, 1, long.MaxValue), bridge.Meter(session, 1_000, 2_000));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Ack?.UpTo, Is.EqualTo(3));
            Assert.That(await QuarantinedAsync(), Is.EqualTo(before + 1));
            Assert.That((await SessionAsync(session)).Total.TotalSeconds, Is.EqualTo(2));
        }

        await EndAsync(session, 2_000);
    }

    [TestCase("stopped\0 by hand", "stopped by hand")]
    [TestCase("two\r\nlines", "twolines")]
    public async Task Whose_words_no_database_takes_is_taken_with_what_can_be_kept_of_them(string reason, string kept)
    {
        var (_, session) = await bridge.BeginUseAsync(Maker);

        var answer = await bridge.SendAsync(bridge.Write(bridge.At("printer-1") with
        {
            Session = new SessionReported { Session = session, Generation = 1, Turn = SessionTurn.Closed, Reason = reason, TotalMilliseconds = 0 },
        }));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Ack?.UpTo, Is.EqualTo(1));
            Assert.That((await SessionAsync(session)).EndReason, Is.EqualTo(kept));
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task That_is_no_text_at_all_is_stored_and_quarantined(bool isEscaped)
    {
        var before = await QuarantinedAsync();
        var escaped = ContractsJson.WriteText(bridge.At("printer-1")).Replace("printer-1", """\ud83d""");

        var answer = await bridge.SendAsync(bridge.WriteText(isEscaped ? escaped : "\0\uDC00 no record"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Ack?.UpTo, Is.EqualTo(1));
            Assert.That(await QuarantinedAsync(), Is.EqualTo(before + 1));
        }
    }

    [Test]
    public async Task With_a_record_that_the_database_refuses_keeps_it_for_a_person_and_takes_the_others()
    {
        await ExecuteAsync(Provider is StorageProvider.Sqlite
            ? "CREATE TRIGGER refuse BEFORE UPDATE ON UsageSessions WHEN NEW.EndReason = 'unheard-of' BEGIN SELECT RAISE(ABORT, 'refused'); END"
            : """ALTER TABLE "UsageSessions" ADD CONSTRAINT refuse CHECK ("EndReason" <> 'unheard-of') NOT VALID""");
        var (_, session) = await bridge.BeginUseAsync(Maker);
        var before = await QuarantinedAsync();

        var answer = await bridge.SendAsync(bridge.Meter(session, 1_000, 1_000), bridge.Close(session, 1_000, "unheard-of"), bridge.Meter(session, 1_000, 2_000));

        await ExecuteAsync(Provider is StorageProvider.Sqlite ? "DROP TRIGGER refuse" : """ALTER TABLE "UsageSessions" DROP CONSTRAINT refuse""");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Ack?.UpTo, Is.EqualTo(3));
            Assert.That(await QuarantinedAsync(), Is.EqualTo(before + 1));
            Assert.That((await SessionAsync(session)).Total.TotalSeconds, Is.EqualTo(2));
        }

        await EndAsync(session, 2_000);
    }

    [Test]
    public async Task Of_another_bridge_s_spool_is_not_taken()
    {
        var (_, session) = await bridge.BeginUseAsync(Maker);
        await bridge.SendAsync(bridge.Meter(session, 1_000, 1_000));
        var before = await QuarantinedAsync();
        var foreign = bridge.Meter(session, 1_000, 2_000);

        var answer = await bridge.SendAsAsync(BridgeSide.Campus, foreign);
        await bridge.SendAsAsync(BridgeSide.Campus, foreign);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((answer.Ack, answer.Replay), Is.EqualTo(((JournalAck?)null, (ReplayRequest?)null)));
            Assert.That(await QuarantinedAsync(), Is.EqualTo(before + 1), "once, however often it is sent");
        }

        await bridge.SendAsync(foreign);
        await EndAsync(session, 2_000);
    }

    private async Task EndAsync(Guid session, long total) => await bridge.SendAsync(bridge.Close(session, total));

    private Task<int> ExecuteAsync(string sql) => Lab.WithDbAsync(db => db.Database.ExecuteSqlRawAsync(sql));

    private Task<UsageSession> SessionAsync(Guid id) =>
        Lab.WithDbAsync(db => db.UsageSessions.AsNoTracking().SingleAsync(session => session.Id == new UsageSessionId(id)));

    private Task<int> QuarantinedAsync() => Lab.WithDbAsync(db => db.Quarantined.CountAsync());
}
