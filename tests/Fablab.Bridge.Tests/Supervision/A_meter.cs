using Fablab.Bridge.Drivers;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;

namespace Fablab.Bridge.Tests.Supervision;

public class A_meter
{
    [Test]
    public void Closes_a_slice_every_fifteen_seconds_and_each_total_is_the_one_before_plus_the_slice()
    {
        var bench = Bench.Printer().Start();
        bench.Wait(50, () => bench.See(ControllerState.Running, Bench.FileName));

        var total = 0L;
        foreach (var slice in bench.Slices)
        {
            total += slice.DeltaMilliseconds;
            Assert.That(slice.TotalMilliseconds, Is.EqualTo(total));
            Assert.That(slice.DeltaMilliseconds, Is.LessThanOrEqualTo(15_000));
        }

        Assert.That(total, Is.GreaterThanOrEqualTo(45_000));
    }

    [Test]
    public void Closes_a_slice_when_work_begins_and_when_it_ends()
    {
        var bench = Bench.Printer().Start();
        bench.Wait(4);
        bench.See(ControllerState.Running, Bench.FileName).Wait(6).See(ControllerState.Paused, Bench.FileName).Wait(5).See(ControllerState.Idle, lastEnd: Bench.End(RunOutcome.Completed));
        bench.Desire(bench.Twin(2)).Wait(1);

        Assert.That(
            bench.Slices.Select(slice => (slice.State, slice.DeltaMilliseconds)),
            Is.EqualTo(new[] { (MeterState.Idle, 4_000L), (MeterState.Active, 6_000L), (MeterState.Idle, 5_000L) }));
        Assert.That(bench.Turns.Last().TotalMilliseconds, Is.EqualTo(15_000));
    }

    [Test]
    public void Checkpoints_the_open_slice_every_second()
    {
        var bench = Bench.Laser().Arm();
        bench.Wait(3);

        Assert.That(bench.State.Memory.Session!.Slice!.Milliseconds, Is.EqualTo(3_000));
        Assert.That(bench.Effects.OfType<SupervisorEffect.Save>().Count(), Is.GreaterThanOrEqualTo(3));
    }

    [Test]
    public void Calls_a_machine_active_after_three_seconds_above_its_idle_power_and_idle_after_fifteen_below()
    {
        var bench = Bench.Laser().Arm();
        bench.Wait(2, () => bench.SeeRelay(InterlockState.Unlocked, watts: 400));
        Assert.That(bench.State.Watts.IsActive, Is.False);

        bench.Wait(2, () => bench.SeeRelay(InterlockState.Unlocked, watts: 400));
        Assert.That(bench.State.Watts.IsActive, Is.True);

        bench.Wait(10, () => bench.SeeRelay(InterlockState.Unlocked, watts: 60));
        Assert.That(bench.State.Watts.IsActive, Is.True, "lasers rest between vectors");

        bench.Wait(6, () => bench.SeeRelay(InterlockState.Unlocked, watts: 60));
        Assert.That(bench.State.Watts.IsActive, Is.False);
    }

    [Test]
    public void Counts_energy_by_differences_and_takes_a_reset_for_nothing()
    {
        var bench = Bench.Laser().SeeRelay(InterlockState.Locked, wattHours: 1_000);
        bench.Arm();
        bench.SeeRelay(InterlockState.Unlocked, wattHours: 1_001).Wait(1).SeeRelay(InterlockState.Unlocked, wattHours: 0).Wait(1).SeeRelay(InterlockState.Unlocked, wattHours: 2).Wait(1);
        bench.Desire(bench.Twin(2)).AnswerInterlock(InterlockState.Locked, InterlockState.Locked);

        Assert.That(bench.Slices.Last().WattSeconds, Is.EqualTo(3 * 3_600));
    }

    [Test]
    public void Counts_filament_over_the_jobs_of_a_session()
    {
        var bench = Bench.Printer().See(ControllerState.Idle, filament: 500).Run();
        bench.See(ControllerState.Running, Bench.FileName, filament: 2).Wait(1).See(ControllerState.Running, Bench.FileName, filament: 30).Wait(1);
        bench.See(ControllerState.Idle, lastEnd: Bench.End(RunOutcome.Completed), filament: 31);

        Assert.That(bench.State.Memory.Session!.FilamentMillimetres, Is.EqualTo(31).Within(0.001));
    }

    [Test]
    public void Goes_on_until_the_relay_is_read_open()
    {
        var bench = Bench.Laser().Arm();
        bench.Wait(5);
        bench.Desire(bench.Twin(2)).Wait(2).AnswerInterlock(InterlockState.Locked, InterlockState.Locked);

        Assert.That(bench.Turns.Last().TotalMilliseconds, Is.EqualTo(7_000));
    }

    [Test]
    public void Goes_on_as_before_while_the_relay_is_not_read_for_a_few_seconds()
    {
        var bench = Bench.Laser().Arm();
        bench.Wait(5, () => bench.SeeRelay(InterlockState.Unlocked, watts: 400));
        bench.SeeRelay(InterlockState.Unknown, link: LinkState.Connecting).Wait(6).SeeRelay(InterlockState.Unlocked, watts: 400).Wait(2);
        bench.Desire(bench.Twin(2)).AnswerInterlock(InterlockState.Locked, InterlockState.Locked);

        Assert.That(bench.Turns.Last().TotalMilliseconds, Is.EqualTo(13_000));
        Assert.That(bench.Slices.Last().ActiveMilliseconds, Is.EqualTo(9_000), "it worked on for all that is known");
        Assert.That(bench.Alarms, Is.Empty);
    }

    [Test]
    public void Believes_in_a_closed_relay_that_is_not_read_any_more_for_twelve_seconds_from_its_last_answered_renewal_and_then_says_so()
    {
        var bench = Bench.Laser().Arm();

        // A renewal every three seconds: the last one that is answered was asked for after the third.
        bench.Wait(5, () => bench.AnswerInterlock(InterlockState.Unlocked, InterlockState.Unlocked));
        bench.SeeRelay(InterlockState.Unknown, link: LinkState.Down).Wait(60);
        bench.AnswerInterlock(InterlockState.Locked, InterlockState.Locked);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(bench.Turns.Last(), Has.Property("Turn").EqualTo(SessionTurn.Closed).And.Property("TotalMilliseconds").EqualTo(15_000));
            Assert.That(bench.Slices.Sum(slice => slice.DeltaMilliseconds), Is.EqualTo(15_000));
            Assert.That(bench.Alarms.Count(alarm => alarm.Event == "meter-gap"), Is.EqualTo(1));
        }
    }

    [Test]
    public void Counts_no_second_more_for_a_silence_that_was_noticed_late()
    {
        var bench = Bench.Laser().Arm();
        bench.Wait(5, () => bench.AnswerInterlock(InterlockState.Unlocked, InterlockState.Unlocked));
        bench.Wait(4).SeeRelay(InterlockState.Unknown, link: LinkState.Down).Wait(60);

        Assert.That(bench.Slices.Sum(slice => slice.DeltaMilliseconds), Is.EqualTo(15_000));
    }

    [Test]
    public void Counts_no_second_of_an_unread_relay_beyond_its_limit_when_the_bridge_itself_stalls()
    {
        var bench = Bench.Laser().Arm();
        bench.SeeRelay(InterlockState.Unknown, link: LinkState.Down).Pass(40_000).Do(new SupervisorEvent.Tick());

        Assert.That(bench.Slices.Sum(slice => slice.DeltaMilliseconds), Is.EqualTo(12_000));
    }

    [Test]
    public void Stands_still_without_a_session_whatever_the_machine_does()
    {
        var bench = Bench.Printer();
        bench.Wait(60, () => bench.See(ControllerState.Running, "other.gcode"));

        Assert.That(bench.Slices, Is.Empty);
    }

    [Test]
    public void Goes_on_saving_while_space_is_only_short()
    {
        var bench = Bench.Printer().Start().Do(new SupervisorEvent.SpoolLow());

        bench.Wait(60, () => bench.See(ControllerState.Running, Bench.FileName));

        Assert.That(bench.Count<SupervisorEffect.Save>(), Is.GreaterThan(50), "the open slice is on disk every second");
    }

    [Test]
    public void Lets_its_slice_grow_while_the_spool_is_full()
    {
        var bench = Bench.Printer().Start().Do(new SupervisorEvent.SpoolFull());
        var before = bench.Count<SupervisorEffect.Save>();
        bench.Wait(60, () => bench.See(ControllerState.Running, Bench.FileName));
        var saves = bench.Count<SupervisorEffect.Save>() - before;
        bench.Do(new SupervisorEvent.SpoolOk());

        Assert.That(saves, Is.LessThanOrEqualTo(3));
        Assert.That(bench.State.Memory.Session!.TotalMilliseconds, Is.EqualTo(bench.Slices.Sum(slice => slice.DeltaMilliseconds)));
    }
}
