using Fablab.Bridge.Drivers;
using Fablab.Bridge.Spool;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;

namespace Fablab.Bridge.Tests.Supervision;

public class A_machine_whose_idle_power_is_learned
{
    [Test]
    public void Is_metered_as_idle_until_its_work_is_known()
    {
        var bench = Bench.LearningLaser().Arm();

        Use(bench, cycles: 3);

        Assert.That(bench.Slices.Select(slice => slice.State), Is.All.EqualTo(MeterState.Idle));
    }

    [Test]
    public void Is_metered_as_active_at_work_once_it_is_known()
    {
        var bench = Bench.LearningLaser().Arm();
        Use(bench, cycles: 14);

        See(bench, 420, seconds: 5);
        var isActive = bench.State.Watts.IsActive;
        See(bench, 120, seconds: 20);
        var betweenTheLimits = bench.State.Watts.IsActive;
        See(bench, 60, seconds: 17);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(isActive);
            Assert.That(bench.State.LearnedLimits!.IdleUpTo, Is.InRange(120, 200));
            Assert.That(betweenTheLimits, Is.False, "below both limits it rests");
            Assert.That(bench.State.Watts.IsActive, Is.False);
        }
    }

    [Test]
    public void Stays_as_it_was_between_the_two_limits()
    {
        var bench = Bench.LearningLaser().Arm();
        Use(bench, cycles: 14);
        var between = (bench.State.LearnedLimits!.ActiveAbove + bench.State.LearnedLimits.IdleUpTo) / 2;

        See(bench, between, seconds: 10);
        var atRest = bench.State.Watts.IsActive;
        See(bench, 420, seconds: 5);
        See(bench, between, seconds: 18);

        Assert.That((atRest, bench.State.Watts.IsActive), Is.EqualTo((false, true)));
    }

    [Test]
    public void Is_known_after_a_restart_of_the_bridge()
    {
        var bench = Bench.LearningLaser().Arm();
        Use(bench, cycles: 14);
        var before = bench.State.LearnedLimits;

        bench.CrashAndBoot();

        Assert.That(bench.State.LearnedLimits, Is.EqualTo(before).And.Not.Null);
    }

    [Test]
    public void Is_written_to_disk_once_a_minute_and_comes_back_as_it_was()
    {
        var bench = Bench.LearningLaser().Arm();
        Use(bench, cycles: 14);
        var saved = bench.Ever.OfType<SupervisorEffect.Save>().Select(save => save.Memory?.Power).OfType<IdleLearning>().Distinct().ToList();

        var read = SpoolJson.ReadMemory(SpoolJson.Write(bench.State.Memory)).Power!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(saved, Has.Count.InRange(10, 16), "in fourteen minutes");
            Assert.That(read.Limits(), Is.EqualTo(bench.State.Memory.Power!.Limits()));
            Assert.That(read.IsSound);
        }
    }

    [Test]
    public void Learns_nothing_from_a_file_that_was_tampered_with()
    {
        var read = SpoolJson.ReadMemory("""{"closedGeneration":0,"power":{"milliseconds":[1,2],"rises":[-1],"last":99}}""").Power!;

        Assert.That(read.IsSound, Is.False);
    }

    [Test]
    public void Learns_nothing_behind_an_open_relay()
    {
        var bench = Bench.LearningLaser();

        bench.Wait(60, () => bench.SeeRelay(InterlockState.Locked, watts: 0));

        Assert.That(bench.State.Power.Milliseconds, Is.All.Zero);
    }

    /// <summary>Forty seconds of rest and twenty of work.</summary>
    private static void Use(Bench bench, int cycles)
    {
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            See(bench, 60, seconds: 40);
            See(bench, 420, seconds: 20);
        }

        See(bench, 60, seconds: 20);
    }

    private static void See(Bench bench, double watts, int seconds) => bench.Wait(seconds, () =>
    {
        bench.SeeRelay(InterlockState.Unlocked, watts);
        bench.AnswerInterlock(InterlockState.Unlocked, InterlockState.Unlocked);
        if (bench.Count<SupervisorEffect.AskLease>() > 0)
        {
            bench.Grant(withJob: false);
        }
    });
}
