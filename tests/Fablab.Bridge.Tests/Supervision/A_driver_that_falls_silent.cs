using Fablab.Bridge.Drivers;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;

namespace Fablab.Bridge.Tests.Supervision;

public class A_driver_that_falls_silent
{
    [Test]
    public void Is_out_of_hearing_from_its_last_word_on()
    {
        var bench = Bench.Printer().See(ControllerState.Idle);
        bench.Wait(59);
        Assert.That(bench.Reported.Link, Is.EqualTo(ReportedLink.Up));

        bench.Wait(1);

        Assert.That((bench.Reported.Link, bench.Reported.Activity), Is.EqualTo((ReportedLink.Down, ReportedActivity.Unknown)));
        Assert.That(bench.State.Controller.LostSince, Is.EqualTo(bench.Mono - 60_000));
    }

    [Test]
    public void Is_heard_again_with_its_next_word()
    {
        var bench = Bench.Printer().See(ControllerState.Idle).Wait(100);

        bench.See(ControllerState.Idle);

        Assert.That(bench.Reported.Link, Is.EqualTo(ReportedLink.Up));
        Assert.That(bench.State.Controller.LostSince, Is.Null);
    }

    [Test]
    public void Is_not_blamed_for_a_stall_of_the_bridge_itself()
    {
        var bench = Bench.Mill().Arm().See(ControllerState.Idle).SeeRelay(InterlockState.Unlocked);

        bench.Pass(100_000).Do(new SupervisorEvent.Tick()).Wait(5);
        Assert.That((bench.Reported.Link, bench.Reported.Relay), Is.EqualTo((ReportedLink.Up, RelayState.Closed)));

        bench.Wait(60);
        Assert.That((bench.Reported.Link, bench.Reported.Relay), Is.EqualTo((ReportedLink.Down, RelayState.Unknown)));
    }

    [Test]
    public void At_a_hazards_controller_stops_its_job_and_locks()
    {
        var bench = Bench.Mill().Arm(JobWish.Run);
        bench.Do(new SupervisorEvent.JobFetched(Bench.JobId, "/jobs/1")).Do(new SupervisorEvent.JobUploaded(Bench.JobId));
        bench.See(ControllerState.Running, Bench.FileName);

        // The plug speaks and leases go on; the controller's driver is the one that died.
        bench.Wait(62, () => Live(bench));

        Assert.That(bench.State.Memory.Session?.ClosingReason, Is.EqualTo("fault"));
        Assert.That(bench.State.Relay.Asked, Is.EqualTo(InterlockState.Locked));
    }

    [Test]
    public void At_a_hazards_relay_ends_the_session()
    {
        var bench = Bench.Laser().Arm();
        bench.Wait(16, () =>
        {
            if (bench.State.Leasing.Asked is not null)
            {
                bench.Grant();
            }
        });

        Assert.That(bench.State.Memory.Session!.ClosingReason, Is.EqualTo("fault"));
        Assert.That(bench.Alarms, Has.One.With.Property("Event").EqualTo("readback-mismatch").And.Property("Detail").EqualTo("the relay cannot be read"));
        Assert.That(bench.Reported.Relay, Is.EqualTo(RelayState.Unknown));
    }

    [Test]
    public void At_a_printer_leaves_its_job_undecided_and_never_cancels_it()
    {
        var bench = Bench.Printer().Run();

        bench.Wait(1_799);
        Assert.That(bench.State.RunUnderWay, Is.Not.Null);
        bench.Wait(1);

        Assert.That(bench.JobMoves.Last(), Has.Property("State").EqualTo(JobState.Unknown).And.Property("Reason").EqualTo("controller-lost"));
        Assert.That(bench.Count<SupervisorEffect.CancelJob>() + bench.Count<SupervisorEffect.PauseJob>(), Is.Zero);
    }

    [Test]
    public void After_a_start_leaves_the_job_to_be_found_again_and_does_not_cancel_it()
    {
        var bench = Bench.Printer().Start();
        bench.Wait(300);

        bench.See(ControllerState.Running, Bench.FileName);

        Assert.That(bench.JobMoves.Last().State, Is.EqualTo(JobState.Running));
        Assert.That(bench.Count<SupervisorEffect.CancelJob>(), Is.Zero);
    }

    [Test]
    public void Of_a_meter_counts_nobody_as_working()
    {
        var bench = Bench.SolderingStation().Arm();
        bench.Wait(5, () => bench.SeeRelay(InterlockState.Unlocked, watts: 50));
        Assert.That(bench.State.Watts.IsActive, Is.True);

        bench.Wait(15, () => bench.AnswerInterlock(InterlockState.Unlocked, InterlockState.Unlocked));

        Assert.That(bench.State.Watts.IsActive, Is.False);
        Assert.That(bench.State.Relay.State, Is.EqualTo(InterlockState.Unlocked), "the answers to the renewals tell it");
    }

    private static void Live(Bench bench)
    {
        bench.SeeRelay(InterlockState.Unlocked);
        if (bench.State.Leasing.Asked is not null)
        {
            bench.Grant();
        }
    }
}
