using Fablab.Domain.Bridges;
using Fablab.Domain.Journals;
using Fablab.Domain.Machines;

namespace Fablab.Domain.Tests.Bridges;

public class A_hello
{
    private static readonly Instant Now = Instant.FromUtc(2026, 3, 29, 0, 30);
    private static readonly Guid Spool = Guid.Parse("5b0f2a52-8f0e-4a53-9d5c-2f6a0f1f7a11");
    private static readonly Guid Bridge = Guid.Parse("00000000-0000-0000-0000-0000000000b1");
    private static readonly Guid OtherBridge = Guid.Parse("00000000-0000-0000-0000-0000000000b2");
    private static readonly Guid Boot = Guid.Parse("00000000-0000-0000-0000-000000000001");
    private static readonly Guid OtherBoot = Guid.Parse("00000000-0000-0000-0000-000000000002");

    private static readonly BridgeHello Hello = new()
    {
        Bridge = Bridge, SpeaksOurProtocol = true, SpoolId = Spool, Epoch = 3, BootId = Boot, MonotonicMilliseconds = 50_000, Held = [], Machines = [],
    };

    [Test]
    public void Of_a_new_boot_begins_its_epoch_and_reads_its_clock()
    {
        var decision = HelloRules.Decide(Hello, [], Now);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(decision.Dispute, Is.Null);
            Assert.That(decision.Changed, Is.EqualTo(new[] { new SpoolEpoch(Mark(3, 0), Bridge, Boot, new BridgeClock(50_000, Now)) }));
        }
    }

    [Test]
    public void Said_again_by_the_same_boot_is_believed_and_moves_no_mark()
    {
        var known = Known(3, 17) with { BootId = Boot };

        var decision = HelloRules.Decide(Hello, [known], Now);

        Assert.That((decision.Dispute, decision.Changed.Single().Mark), Is.EqualTo(((HelloDispute?)null, known.Mark)));
    }

    [Test]
    public void Of_an_epoch_that_another_boot_began_is_a_copied_spool_and_changes_nothing()
    {
        var decision = HelloRules.Decide(Hello with { BootId = OtherBoot, Held = [new HeldSpan(3, 1, 9)] }, [Known(3, 5) with { BootId = Boot }], Now);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(decision.Dispute, Is.EqualTo(HelloDispute.CopiedSpool));
            Assert.That(decision.SpoolIsCopied, Is.True, "its records wait");
            Assert.That(decision.PutAside, Has.Count.EqualTo(1));
            Assert.That(decision.Changed.Count + decision.Acknowledged.Count + decision.AskedAgain.Count, Is.Zero);
        }
    }

    [Test]
    public void With_another_bridge_s_spool_changes_nothing_so_that_the_owner_keeps_it()
    {
        var decision = HelloRules.Decide(Hello with { Bridge = OtherBridge, Epoch = 4 }, [Known(3, 5)], Now);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((decision.Dispute, decision.Changed.Count), Is.EqualTo(((HelloDispute?)HelloDispute.OtherBridgesSpool, 0)));
            Assert.That(decision.SpoolIsCopied, Is.Null, "the owner's records do not wait for it");
        }
    }

    [Test]
    public void In_another_protocol_is_not_looked_at()
    {
        var decision = HelloRules.Decide(Hello with { SpeaksOurProtocol = false }, [], Now);

        Assert.That((decision.Dispute, decision.Changed.Count, decision.PutAside.Count), Is.EqualTo(((HelloDispute?)HelloDispute.OtherProtocol, 0, 0)));
    }

    [Test]
    public void Is_told_again_what_is_committed_of_every_epoch_it_holds()
    {
        var decision = HelloRules.Decide(Hello with { Held = [new HeldSpan(2, 1, 8), new HeldSpan(3, 1, 0)] }, [Known(2, 8), Known(3, 4)], Now);

        Assert.That(decision.Acknowledged, Is.EqualTo(new[] { Mark(2, 8), Mark(3, 4) }));
    }

    [Test]
    public void That_was_told_more_than_is_known_here_is_asked_for_the_rest_again()
    {
        var decision = HelloRules.Decide(Hello with { Held = [new HeldSpan(2, 1, 30), new HeldSpan(3, 1, 4)] }, [Known(3, 4)], Now);

        Assert.That(decision.AskedAgain, Is.EqualTo(new[] { Mark(2, 0) }));
    }

    [Test]
    public void That_lost_its_first_records_goes_on_behind_them_and_a_person_is_told()
    {
        var decision = HelloRules.Decide(Hello with { Held = [new HeldSpan(2, 6, 5)] }, [Known(2, 3) with { Mark = Mark(2, 3) with { LastHash = "hash-3" } }], Now);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(decision.Changed.Single(epoch => epoch.Mark.Epoch == 2).Mark, Is.EqualTo(Mark(2, 5)));
            Assert.That(decision.PutAside.Single(), Does.Contain("records 4 to 5 of epoch 2"));
            Assert.That(decision.AskedAgain, Is.Empty);
        }
    }

    [TestCase(HazardClass.H, false)]
    [TestCase(HazardClass.L, true)]
    public void Keeps_leases_from_a_machine_whose_class_it_sees_otherwise(HazardClass said, bool isDisputed)
    {
        var ours = new KnownMachine(new MachineId(Spool), "laser-1", HazardClass.H);

        var verdict = HelloRules.Compare(Hello with { Machines = [new SaidMachine("laser-1", said)] }, null, [ours]).Single();

        Assert.That(verdict.Reason is not null, Is.EqualTo(isDisputed));
    }

    [TestCase(HelloDispute.CopiedSpool)]
    [TestCase(HelloDispute.OtherBridgesSpool)]
    [TestCase(HelloDispute.OtherProtocol)]
    public void That_is_not_believed_keeps_leases_from_every_machine_of_the_bridge(HelloDispute dispute)
    {
        var ours = new KnownMachine(new MachineId(Spool), "laser-1", HazardClass.H);

        Assert.That(HelloRules.Compare(Hello, dispute, [ours]).Single().Reason, Is.Not.Null);
    }

    private static SpoolMark Mark(long epoch, long upTo) => new(Spool, epoch, upTo, null);

    private static SpoolEpoch Known(long epoch, long upTo) => new(Mark(epoch, upTo), Bridge, null, null);
}
