using Fablab.Contracts;
using Fablab.Web.Data;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Messaging;

public class A_hello(StorageProvider provider) : LabTest(provider)
{
    private BridgeSide bridge = null!;

    [SetUp]
    public void A_bridge_with_a_new_spool()
    {
        bridge = new BridgeSide(Lab);
        Lab.Clock.Advance(TimeSpan.FromHours(2));
    }

    [Test]
    public async Task That_thinks_a_machine_less_dangerous_than_we_do_gets_it_no_lease_until_it_agrees()
    {
        await bridge.SayHelloAsync(printerClass: HazardClass.L);
        var disputed = await bridge.AskLeaseAsync(Guid.NewGuid(), 1, "printer-1");
        await bridge.SayHelloAsync(printerClass: HazardClass.R);
        var agreed = await bridge.AskLeaseAsync(Guid.NewGuid(), 1, "printer-1");

        Assert.That((disputed.Refusal, agreed.Refusal), Is.EqualTo(("disputed", "no-session")));
    }

    [Test]
    public async Task From_a_second_boot_of_one_epoch_is_a_copied_spool_and_gets_no_answer_and_no_lease()
    {
        await bridge.SayHelloAsync();
        var greeting = await bridge.SayHelloAsync(bootId: Guid.NewGuid(), held: [new HeldRecords(1, 1, 10, 10)]);
        var lease = await bridge.AskLeaseAsync(Guid.NewGuid(), 1, "printer-1");
        await bridge.SayHelloAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(greeting.Acks.Count + greeting.Replays.Count, Is.Zero);
            Assert.That(lease.Refusal, Is.EqualTo("disputed"));
            Assert.That(await Lab.WithDbAsync(db => db.Quarantined.AnyAsync(row => row.Reason.Contains("the spool was copied"))), Is.True);
        }
    }

    [Test]
    public async Task Of_a_copied_spool_keeps_its_records_out_until_the_first_boot_says_hello_again()
    {
        var record = bridge.Write(bridge.At("printer-1"));
        await bridge.SayHelloAsync();
        await bridge.SayHelloAsync(bootId: Guid.NewGuid());

        var ofNobody = await bridge.SendAsync(record);
        await bridge.SayHelloAsync();
        var ofTheFirst = await bridge.SendAsync(record);

        Assert.That((ofNobody.Ack, ofTheFirst.Ack?.UpTo), Is.EqualTo(((JournalAck?)null, (long?)1)));
    }

    [Test]
    public async Task With_the_spool_of_another_bridge_does_not_become_the_spool_s_owner()
    {
        await bridge.SayHelloAsync();
        await bridge.SayHelloAsync(sender: BridgeSide.Campus);

        var answer = await bridge.SendAsync(bridge.Write(bridge.At("printer-1")));

        Assert.That(answer.Ack?.UpTo, Is.EqualTo(1));
    }

    [Test]
    public async Task With_the_spool_of_another_bridge_gets_no_answer_and_no_lease()
    {
        await bridge.SayHelloAsync();
        var greeting = await bridge.SayHelloAsync(held: [new HeldRecords(1, 1, 10, 10)], sender: BridgeSide.Campus);
        var lease = await bridge.AskLeaseAsync(Guid.NewGuid(), 1, "laser-1");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(greeting.Acks.Count + greeting.Replays.Count, Is.Zero);
            Assert.That(lease.Refusal, Is.EqualTo("disputed"));
        }
    }

    [Test]
    public async Task Of_a_spool_that_forgot_its_first_records_is_told_what_is_missing_and_goes_on_behind_it()
    {
        var greeting = await bridge.SayHelloAsync(held: [new HeldRecords(1, 5_000, 5_100, 4_999)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(greeting.Acks.Single().UpTo, Is.EqualTo(4_999));
            Assert.That(greeting.Replays, Is.Empty);
            Assert.That(await Lab.WithDbAsync(db => db.Quarantined.AnyAsync(row => row.Reason.Contains("records 1 to 4999"))), Is.True);
        }
    }

    [Test]
    public async Task That_was_acknowledged_beyond_what_we_have_is_asked_to_send_again()
    {
        var greeting = await bridge.SayHelloAsync(held: [new HeldRecords(1, 1, 40, 30)]);

        Assert.That(greeting.Replays.Single().FromSequence, Is.EqualTo(1));
    }
}
