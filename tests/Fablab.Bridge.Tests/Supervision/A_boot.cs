using Fablab.Bridge.Drivers;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;

namespace Fablab.Bridge.Tests.Supervision;

public class A_boot
{
    [Test]
    public void Between_intent_and_start_leaves_the_job_failed_and_never_starts_it_again()
    {
        var bench = Bench.Printer().ReadyToStart().Grant().CrashAfterSaving(new SupervisorEvent.JobUploaded(Bench.JobId));
        bench.Wait(20, () => bench.See(ControllerState.Idle));

        Assert.That(bench.JobMoves.Last(), Has.Property("State").EqualTo(JobState.Failed).And.Property("Reason").EqualTo("not-started"));
        Assert.That(bench.Count<SupervisorEffect.StartJob>(), Is.Zero);
    }

    [Test]
    public void Of_a_hazard_between_intent_and_start_leaves_the_job_undecided()
    {
        var bench = Bench.Mill().Arm(JobWish.Run).Do(new SupervisorEvent.JobFetched(Bench.JobId, "/jobs/1"));
        bench.CrashAfterSaving(new SupervisorEvent.JobUploaded(Bench.JobId));
        bench.Wait(20, () => bench.See(ControllerState.Idle));

        Assert.That(bench.JobMoves.Last().State, Is.EqualTo(JobState.Unknown));
    }

    [Test]
    public void Adopts_the_job_that_still_runs_and_meters_what_the_controller_counted_meanwhile()
    {
        var bench = Bench.Printer().Run();
        bench.Wait(20, () => bench.See(ControllerState.Running, Bench.FileName, jobMilliseconds: bench.Mono - 1_000_000));
        bench.CrashAndBoot(secondsAway: 60).See(ControllerState.Running, Bench.FileName, jobMilliseconds: 81_000);

        var recovered = bench.Slices.Last();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(recovered.Source, Is.EqualTo(MeterSource.Recovered));
            Assert.That(recovered.DeltaMilliseconds, Is.InRange(59_000, 60_000), "never longer than we were away");
            Assert.That(bench.State.Memory.Session!.Id, Is.EqualTo(Bench.Session(1)));
            Assert.That(bench.State.Memory.Session.TotalMilliseconds, Is.EqualTo(bench.Slices.Sum(slice => slice.DeltaMilliseconds)));
            Assert.That(bench.Count<SupervisorEffect.StartJob>(), Is.EqualTo(1));
        }
    }

    [Test]
    public void After_the_wall_clock_was_set_back_meters_by_the_controllers_word_and_says_so()
    {
        var bench = Bench.Printer().Run();
        bench.Wait(20, () => bench.See(ControllerState.Running, Bench.FileName, jobMilliseconds: bench.Mono - 1_000_000));
        bench.CrashAndBoot(secondsAway: -3_600).See(ControllerState.Running, Bench.FileName, jobMilliseconds: 80_000);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(bench.Slices.Last(), Has.Property("Source").EqualTo(MeterSource.Recovered).And.Property("DeltaMilliseconds").InRange(60_000L, 61_000L));
            Assert.That(bench.Alarms.Single(), Has.Property("Event").EqualTo("meter-gap").And.Property("Detail").Contains("ran backwards"));
        }
    }

    [Test]
    public void After_the_wall_clock_was_set_back_meters_no_more_than_the_web_allowed_for_the_run()
    {
        var bench = Bench.Printer().ReadyToStart().Grant(run: 30_000).Do(new SupervisorEvent.JobUploaded(Bench.JobId)).Do(new SupervisorEvent.StartAnswered(Bench.JobId, WishAnswer.Accepted, null));
        bench.Wait(20, () => bench.See(ControllerState.Running, Bench.FileName, jobMilliseconds: bench.Mono - 1_000_000));
        bench.CrashAndBoot(secondsAway: -1).See(ControllerState.Running, Bench.FileName, jobMilliseconds: 900_000_000);

        Assert.That(bench.Slices.Last().DeltaMilliseconds, Is.EqualTo(30_000));
        Assert.That(bench.State.Memory.Session!.TotalMilliseconds, Is.EqualTo(bench.Slices.Sum(slice => slice.DeltaMilliseconds)));
    }

    [Test]
    public void Tells_of_the_time_that_the_controller_counted_and_the_wall_clock_did_not()
    {
        var bench = Bench.Printer().Run();
        bench.Wait(20, () => bench.See(ControllerState.Running, Bench.FileName, jobMilliseconds: bench.Mono - 1_000_000));
        bench.CrashAndBoot(secondsAway: 60).See(ControllerState.Running, Bench.FileName, jobMilliseconds: 7_220_000);

        Assert.That(bench.Slices.Last().DeltaMilliseconds, Is.InRange(59_000, 60_000));
        Assert.That(bench.Alarms.Single(), Has.Property("Event").EqualTo("meter-gap").And.Property("Detail").Contains("the difference is not metered"));
    }

    [Test]
    public void Tells_of_the_time_that_no_controller_counted()
    {
        var bench = Bench.Printer().Run();
        bench.Wait(20, () => bench.See(ControllerState.Running, Bench.FileName, jobMilliseconds: bench.Mono - 1_000_000));
        bench.CrashAndBoot(secondsAway: 60).Wait(10, () => bench.See(ControllerState.Idle));

        Assert.That(bench.JobMoves.Last().Reason, Is.EqualTo("lost-track"));
        Assert.That(bench.Alarms.Single(), Has.Property("Event").EqualTo("meter-gap").And.Property("Detail").Contains("does not tell"));
    }

    [Test]
    public void Waits_for_the_count_of_a_controller_that_tells_only_that_it_works()
    {
        var bench = Bench.Printer().Run();
        bench.Wait(20, () => bench.See(ControllerState.Running, Bench.FileName, jobMilliseconds: bench.Mono - 1_000_000));
        bench.CrashAndBoot(secondsAway: 60).See(ControllerState.Running, Bench.FileName).Wait(2).See(ControllerState.Running, Bench.FileName, jobMilliseconds: 81_000);

        var recovered = bench.Slices.Last();
        Assert.That(recovered.Source, Is.EqualTo(MeterSource.Recovered));
        Assert.That(recovered.DeltaMilliseconds, Is.InRange(60_000, 62_000), "the time away and the two seconds of waiting");
    }

    [Test]
    public void Meters_a_controller_without_a_count_from_when_it_was_found_at_work()
    {
        var bench = Bench.Printer().Run();
        bench.Wait(20, () => bench.See(ControllerState.Running, Bench.FileName, jobMilliseconds: bench.Mono - 1_000_000));
        var before = bench.CrashAndBoot(secondsAway: 60).Slices.Sum(slice => slice.DeltaMilliseconds);
        bench.See(ControllerState.Running, Bench.FileName).Wait(40, () => bench.See(ControllerState.Running, Bench.FileName));

        Assert.That(bench.Slices.Sum(slice => slice.DeltaMilliseconds) - before, Is.InRange(25_000, 40_000), "all of the forty seconds but the open slice");
        Assert.That(bench.Alarms.Single().Event, Is.EqualTo("meter-gap"), "the time away is told");
    }

    [Test]
    public void Takes_the_end_of_a_job_that_ended_meanwhile()
    {
        var bench = Bench.Printer().Run();
        bench.Wait(20, () => bench.See(ControllerState.Running, Bench.FileName, jobMilliseconds: bench.Mono - 1_000_000));
        bench.CrashAndBoot(secondsAway: 600).See(ControllerState.Idle, lastEnd: Bench.End(RunOutcome.Completed, milliseconds: 50_000));

        Assert.That(bench.JobMoves.Last().State, Is.EqualTo(JobState.Succeeded));
        Assert.That(bench.Slices.Last(slice => slice.Source is MeterSource.Recovered).TotalMilliseconds, Is.InRange(49_000, 51_000));
        Assert.That(bench.Turns.Select(turn => turn.Turn), Has.None.EqualTo(SessionTurn.Closed));
    }

    [Test]
    public void Does_not_meter_before_the_controller_was_heard()
    {
        var bench = Bench.Printer().Run().Wait(5).CrashAndBoot().Wait(30);

        Assert.That(bench.State.SliceBeganAt, Is.Null);
    }

    [Test]
    public void Counts_an_open_slice_up_to_its_last_checkpoint()
    {
        var bench = Bench.Laser().Arm();
        bench.Wait(7.5).CrashAndBoot();

        Assert.That(bench.Slices.Single().DeltaMilliseconds, Is.EqualTo(7_500));
    }

    [Test]
    public void Closes_the_session_of_an_interlocked_machine_once_the_relay_is_read_open()
    {
        var bench = Bench.Laser().Arm().Wait(7).CrashAndBoot().AnswerInterlock(InterlockState.Locked, InterlockState.Locked);

        Assert.That(bench.Turns.Last(), Has.Property("Reason").EqualTo("bridge-restarted").And.Property("TotalMilliseconds").EqualTo(7_000));
        Assert.That(bench.Wait(30).Wants<SupervisorEffect.AskLease>(), Is.False, "a closed session is final");
    }

    [Test]
    public void Closes_the_session_of_an_idle_printer()
    {
        var bench = Bench.Printer();
        bench.Desire(bench.Twin(1, generation: 1)).Grant().Wait(3).CrashAndBoot();

        Assert.That(bench.Turns.Last(), Has.Property("Reason").EqualTo("bridge-restarted").And.Property("TotalMilliseconds").EqualTo(3_000));
    }

    [Test]
    public void Before_the_start_of_a_job_goes_on_to_start_it_under_a_new_lease()
    {
        var bench = Bench.Printer().ReadyToStart().Grant().CrashAndBoot();
        bench.See(ControllerState.Idle).Grant().Do(new SupervisorEvent.JobFetched(Bench.JobId, "/jobs/1")).Do(new SupervisorEvent.JobUploaded(Bench.JobId));

        Assert.That(bench.Count<SupervisorEffect.StartJob>(), Is.EqualTo(1));
    }

    [Test]
    public void Writes_nothing_twice_when_it_crashes_again_at_once()
    {
        var bench = Bench.Laser().Arm().Wait(7).CrashAndBoot().CrashAndBoot().CrashAndBoot().AnswerInterlock(InterlockState.Locked, InterlockState.Locked);

        Assert.That(bench.Slices.Count(), Is.EqualTo(1));
        Assert.That(bench.Turns.Count(turn => turn.Turn is SessionTurn.Closed), Is.EqualTo(1));
    }

    [Test]
    public void Closes_a_session_that_asked_for_a_lease_and_is_no_longer_desired()
    {
        var bench = Bench.Laser();
        bench.Desire(bench.Twin(1, generation: 1)).CrashAndBoot().Desire(bench.Twin(2));

        Assert.That(bench.Turns.Single(), Has.Property("Turn").EqualTo(SessionTurn.Closed).And.Property("TotalMilliseconds").Zero);
    }
}
