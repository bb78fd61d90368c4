using Fablab.Bridge.Drivers;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;

namespace Fablab.Bridge.Tests.Supervision;

public class A_desired_twin
{
    [Test]
    public void Is_applied_and_saved_when_its_version_is_above_the_highest()
    {
        var bench = Bench.Printer().Desire(Bench.Printer().Twin(7));

        Assert.That(bench.State.Memory.Desired!.Version, Is.EqualTo(7));
        Assert.That(bench.Effects[0], Is.InstanceOf<SupervisorEffect.Save>());
        Assert.That(bench.Reported.DesiredVersion, Is.EqualTo(7));
    }

    [Test]
    public void Is_ignored_when_it_is_older_even_after_a_crash()
    {
        var bench = Bench.Printer();
        bench.Desire(bench.Twin(7)).CrashAndBoot().Desire(bench.Twin(6, generation: 1));

        Assert.That(bench.State.Memory.Desired!.Mode, Is.EqualTo(MachineMode.Available));
        Assert.That(bench.Count<SupervisorEffect.AskLease>(), Is.Zero);
    }

    [Test]
    public void Changes_nothing_when_it_comes_again()
    {
        var bench = Bench.Printer();
        bench.Desire(bench.Twin(7)).Desire(bench.Twin(7));

        Assert.That(bench.Effects, Is.Empty);
    }

    [Test]
    public void Of_the_same_version_with_other_content_is_a_conflict_that_is_recorded_once()
    {
        var bench = Bench.Printer();
        bench.Desire(bench.Twin(7)).Desire(bench.Twin(7, generation: 1)).Desire(bench.Twin(7, generation: 1));

        Assert.That(bench.Alarms.Select(alarm => alarm.Event), Is.EqualTo(new[] { "desired-conflict" }));
        Assert.That(bench.State.Memory.Session, Is.Null);
    }

    [Test]
    public void For_another_machine_is_ignored()
    {
        var bench = Bench.Printer();
        bench.Desire(bench.Twin(7) with { Machine = "printer-2" });

        Assert.That(bench.State.Memory.Desired, Is.Null);
    }

    [TestCase(MachineMode.Locked)]
    [TestCase(MachineMode.Available)]
    [TestCase(MachineMode.InSession)]
    [TestCase(MachineMode.Maintenance)]
    [TestCase(MachineMode.OutOfOrder)]
    public void Alone_never_energises(MachineMode mode)
    {
        var bench = Bench.Laser();
        bench.Desire(mode is MachineMode.InSession ? bench.Twin(1, generation: 1) : bench.Twin(1, mode)).Wait(60);

        Assert.That(bench.Ever.OfType<SupervisorEffect.SetInterlock>().Select(set => set.Wanted), Has.None.EqualTo(InterlockState.Unlocked));
    }
}
