using Fablab.Bridge.Drivers;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;

namespace Fablab.Bridge.Tests.Supervision;

public class A_report
{
    [Test]
    public void Leaves_at_once_when_the_machine_does_something_else()
    {
        var bench = Bench.Printer().See(ControllerState.Idle).See(ControllerState.Running, "other.gcode");

        Assert.That(bench.Effects.OfType<SupervisorEffect.Report>().Single().Twin.Activity, Is.EqualTo(ReportedActivity.Running));
    }

    [Test]
    public void Leaves_at_most_once_a_second_when_only_numbers_moved()
    {
        var bench = Bench.Printer().Run();
        bench.Pass(1_000);
        var before = bench.Count<SupervisorEffect.Report>();
        for (var i = 1; i <= 30; i++)
        {
            bench.Pass(100).See(ControllerState.Running, Bench.FileName, jobMilliseconds: i);
        }

        Assert.That(bench.Count<SupervisorEffect.Report>() - before, Is.InRange(2, 4));
    }

    [Test]
    public void Counts_its_versions_within_the_epoch()
    {
        var bench = Bench.Printer().See(ControllerState.Idle).CrashAndBoot();

        Assert.That((bench.Reported.Epoch, bench.Reported.Version), Is.EqualTo((2L, 1L)));
    }

    [Test]
    public void Shows_the_running_totals_with_the_open_slice()
    {
        var bench = Bench.Printer().Start();
        bench.Wait(20, () => bench.See(ControllerState.Running, Bench.FileName));

        Assert.That(bench.Reported.Session!.TotalMilliseconds, Is.EqualTo(20_000));
    }
}
