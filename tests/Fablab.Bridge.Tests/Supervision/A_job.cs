using Fablab.Bridge.Drivers;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;

namespace Fablab.Bridge.Tests.Supervision;

public class A_job
{
    [Test]
    public void Starts_when_its_file_is_there_and_a_live_lease_names_it()
    {
        var bench = Bench.Printer().ReadyToStart().Grant();
        Assert.That(bench.Ever.OfType<SupervisorEffect.UploadJob>().Single().File, Is.EqualTo(new JobFile(Bench.FileName, "/jobs/1", Bench.Digest)));

        bench.Do(new SupervisorEvent.JobUploaded(Bench.JobId));

        Assert.That(((SupervisorEffect.Save)bench.Effects[0]).Runs.Single().State, Is.EqualTo(JobState.Starting), "the intent is on disk first");
        Assert.That(bench.Effects[1], Is.EqualTo(new SupervisorEffect.StartJob(Bench.JobId, Bench.FileName)));
    }

    [Test]
    public void Does_not_start_without_a_lease_that_names_it_and_its_digest()
    {
        var bench = Bench.Printer().ReadyToStart().Grant(withJob: false).Do(new SupervisorEvent.JobUploaded(Bench.JobId));
        Assert.That(bench.Count<SupervisorEffect.StartJob>(), Is.Zero);

        bench.Wait(5);
        var other = bench.Answer() with { Job = new LeasedJob { Id = Bench.JobId, Sha256 = new string('b', 64), RunMilliseconds = 1 } };
        bench.Do(new SupervisorEvent.LeaseAnswered(other));

        Assert.That(bench.Count<SupervisorEffect.StartJob>(), Is.Zero);
    }

    [Test]
    public void Does_not_start_under_a_lease_that_has_run_out()
    {
        var bench = Bench.Printer().ReadyToStart().Grant();
        bench.Pass(16_000).Do(new SupervisorEvent.JobUploaded(Bench.JobId));

        Assert.That(bench.Count<SupervisorEffect.StartJob>(), Is.Zero);
    }

    [Test]
    public void Does_not_start_before_its_time_or_while_it_is_wished_to_pause()
    {
        var bench = Bench.Printer().See(ControllerState.Idle);
        var twin = bench.Twin(1, generation: 1, wish: JobWish.Run);
        bench.Desire(twin with { Job = twin.Job! with { NotBefore = bench.Wall.AddSeconds(10) } });
        bench.Do(new SupervisorEvent.JobFetched(Bench.JobId, "/jobs/1")).Grant().Do(new SupervisorEvent.JobUploaded(Bench.JobId));
        Assert.That(bench.Count<SupervisorEffect.StartJob>(), Is.Zero);

        bench.Desire(bench.Twin(2, generation: 1, wish: JobWish.Pause)).Wait(1);
        Assert.That(bench.Count<SupervisorEffect.StartJob>(), Is.Zero);

        bench.Desire(bench.Twin(3, generation: 1, wish: JobWish.Run));
        Assert.That(bench.Count<SupervisorEffect.StartJob>(), Is.EqualTo(1));
    }

    [Test]
    public void Does_not_start_while_the_controller_works_for_somebody_else_and_people_see_why()
    {
        var bench = Bench.Printer().ReadyToStart().See(ControllerState.Running, "other.gcode").Grant().Wait(5);

        Assert.That(bench.Count<SupervisorEffect.StartJob>(), Is.Zero);
        Assert.That(bench.Reported.Activity, Is.EqualTo(ReportedActivity.NeedsAttention));
        Assert.That(bench.Reported.Message, Is.EqualTo("busy"));
    }

    [Test]
    public void Runs_only_when_it_was_seen_running()
    {
        var bench = Bench.Printer().Start();
        Assert.That(bench.JobMoves.Last().State, Is.EqualTo(JobState.Starting));

        bench.See(ControllerState.Preparing, Bench.FileName);

        Assert.That(bench.JobMoves.Last().State, Is.EqualTo(JobState.Running));
    }

    [Test]
    public void That_is_not_seen_running_within_the_deadline_has_failed_and_is_cancelled_to_be_safe()
    {
        var bench = Bench.Printer().Start();
        bench.Wait(121, () => bench.See(ControllerState.Idle));

        Assert.That(bench.JobMoves.Last(), Has.Property("State").EqualTo(JobState.Failed).And.Property("Reason").EqualTo("start-timeout"));
        Assert.That(bench.Count<SupervisorEffect.CancelJob>(), Is.EqualTo(1));
    }

    [Test]
    public void That_starts_after_it_was_given_up_is_cancelled()
    {
        var bench = Bench.Printer().Start();
        bench.Wait(121, () => bench.See(ControllerState.Idle)).Wait(10);

        Assert.That(bench.See(ControllerState.Running, Bench.FileName).Wants<SupervisorEffect.CancelJob>(), Is.True);
        Assert.That(bench.State.Runs[Bench.JobId].State, Is.EqualTo(JobState.Failed), "an end is final");
    }

    [Test]
    public void That_the_controller_refuses_has_failed_and_never_starts_again()
    {
        var bench = Bench.Printer().ReadyToStart().Grant().Do(new SupervisorEvent.JobUploaded(Bench.JobId));
        bench.Do(new SupervisorEvent.StartAnswered(Bench.JobId, WishAnswer.Refused, "409"));
        bench.Desire(bench.Twin(2, generation: 1, wish: JobWish.Run)).Wait(60);

        Assert.That(bench.JobMoves.Last().Reason, Is.EqualTo("start-refused: 409"));
        Assert.That(bench.Count<SupervisorEffect.StartJob>(), Is.EqualTo(1));
    }

    [Test]
    public void Given_up_while_the_controller_works_for_somebody_else_cancels_nothing()
    {
        var bench = Bench.Printer().Start();
        bench.Wait(121, () => bench.See(ControllerState.Running, "other.gcode"));

        Assert.That(bench.JobMoves.Last().Reason, Is.EqualTo("start-timeout"));
        Assert.That(bench.Count<SupervisorEffect.CancelJob>(), Is.Zero);
    }

    [TestCase(RunOutcome.Completed, JobState.Succeeded)]
    [TestCase(RunOutcome.CancelledAtMachine, JobState.Cancelled)]
    [TestCase(RunOutcome.FailedMachine, JobState.Failed)]
    [TestCase(RunOutcome.FailedLink, JobState.Failed)]
    public void Ends_as_the_controller_says(RunOutcome outcome, JobState expected)
    {
        var bench = Bench.Printer().Run().See(ControllerState.Idle, lastEnd: Bench.End(outcome));

        Assert.That(bench.JobMoves.Last().State, Is.EqualTo(expected));
        Assert.That(bench.Effects.OfType<SupervisorEffect.RemoveFile>().Single().FileName, Is.EqualTo(Bench.FileName));
    }

    [Test]
    public void Does_not_end_with_the_run_of_another_file()
    {
        var bench = Bench.Printer().Start();
        bench.See(ControllerState.Idle, lastEnd: new RunEnd("other.gcode", RunOutcome.Completed, 5, null));

        Assert.That(bench.JobMoves.Last().State, Is.EqualTo(JobState.Starting));
    }

    [Test]
    public void Pauses_only_when_it_was_seen_running_and_resumes_only_when_we_paused_it()
    {
        var bench = Bench.Printer().Start();
        bench.Desire(bench.Twin(2, generation: 1, wish: JobWish.Pause));
        Assert.That(bench.Count<SupervisorEffect.PauseJob>(), Is.Zero);

        bench.See(ControllerState.Running, Bench.FileName).See(ControllerState.Paused, Bench.FileName);
        Assert.That(bench.Count<SupervisorEffect.PauseJob>(), Is.EqualTo(1));
        Assert.That(bench.JobMoves.Last().State, Is.EqualTo(JobState.Paused));

        bench.Desire(bench.Twin(3, generation: 1, wish: JobWish.Run));
        Assert.That(bench.Wants<SupervisorEffect.ResumeJob>(), Is.True);
    }

    [Test]
    public void Paused_at_the_machine_is_left_to_the_person_there()
    {
        var bench = Bench.Printer().Run().See(ControllerState.Paused, Bench.FileName).Wait(30);

        Assert.That(bench.Count<SupervisorEffect.ResumeJob>(), Is.Zero);
    }

    [Test]
    public void Is_cancelled_again_and_again_until_it_ended_whatever_is_wished_later()
    {
        var bench = Bench.Printer().Run();
        bench.Desire(bench.Twin(2, generation: 1, wish: JobWish.Cancel));
        Assert.That(bench.Wants<SupervisorEffect.CancelJob>(), Is.True);

        bench.Desire(bench.Twin(3, generation: 1, wish: JobWish.Run)).Wait(20);
        Assert.That(bench.Effects.OfType<SupervisorEffect.CancelJob>().Count(), Is.EqualTo(2));

        bench.See(ControllerState.Idle, lastEnd: Bench.End(RunOutcome.CancelledByUs));
        Assert.That(bench.JobMoves.Last(), Has.Property("State").EqualTo(JobState.Cancelled).And.Property("Reason").EqualTo("by-wish"));
    }

    [Test]
    public void Cancelled_before_its_start_never_touches_the_controller()
    {
        var bench = Bench.Printer().ReadyToStart();
        bench.Desire(bench.Twin(2, generation: 1, wish: JobWish.Cancel)).Wait(30);

        Assert.That(bench.JobMoves.Last().State, Is.EqualTo(JobState.Cancelled));
        Assert.That(bench.Count<SupervisorEffect.StartJob>() + bench.Count<SupervisorEffect.CancelJob>(), Is.Zero);
    }

    [Test]
    public void Whose_file_cannot_be_had_is_rejected_and_one_that_is_late_is_fetched_again()
    {
        var bench = Bench.Printer().See(ControllerState.Idle);
        bench.Desire(bench.Twin(1, generation: 1, wish: JobWish.Run));
        bench.Do(new SupervisorEvent.JobFetchFailed(Bench.JobId, "file-unreachable", IsWorthAnotherTry: true));
        Assert.That(bench.Wait(5).Wants<SupervisorEffect.FetchJob>(), Is.True);

        bench.Do(new SupervisorEvent.JobFetchFailed(Bench.JobId, "file-digest", IsWorthAnotherTry: false));
        Assert.That(bench.JobMoves.Last(), Has.Property("State").EqualTo(JobState.Rejected).And.Property("Reason").EqualTo("file-digest"));
    }

    [Test]
    public void On_a_machine_without_job_control_is_rejected()
    {
        var bench = Bench.Laser().Arm(JobWish.Run);

        Assert.That(bench.JobMoves.Last().State, Is.EqualTo(JobState.Rejected));
    }

    [Test]
    public void That_may_finish_alone_goes_on_without_leases_and_says_when_its_run_lease_is_over()
    {
        var bench = Bench.Printer().Start();
        bench.Wait(3_700, () => bench.See(ControllerState.Running, Bench.FileName));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(bench.Phase, Is.EqualTo(SupervisorPhase.RunningAlone));
            Assert.That(bench.Count<SupervisorEffect.PauseJob>() + bench.Count<SupervisorEffect.CancelJob>(), Is.Zero);
            Assert.That(bench.Alarms.Select(alarm => alarm.Event), Is.EqualTo(new[] { "lease-expired" }));
        }
    }

    [Test]
    public void Is_paused_at_the_end_of_its_run_lease_where_the_policy_says_so()
    {
        var bench = Bench.Printer(RunLeaseEnd.Pause).Start();
        bench.Wait(3_700, () => bench.See(ControllerState.Running, Bench.FileName));

        Assert.That(bench.Count<SupervisorEffect.PauseJob>(), Is.EqualTo(1));
    }

    [Test]
    public void Is_finished_when_its_session_is_no_longer_desired_and_then_the_session_closes()
    {
        var bench = Bench.Printer().Run();
        bench.Desire(bench.Twin(2)).Wait(60);
        Assert.That(bench.Turns.Select(turn => turn.Turn), Has.None.EqualTo(SessionTurn.Closed));

        bench.See(ControllerState.Idle, lastEnd: Bench.End(RunOutcome.Completed)).Wait(1);

        Assert.That(bench.Turns.Last(), Has.Property("Turn").EqualTo(SessionTurn.Closed).And.Property("Reason").EqualTo("ended"));
        Assert.That(bench.Turns.Last().TotalMilliseconds, Is.EqualTo(60_000));
    }

    [Test]
    public void Waits_for_room_on_the_bridges_disk_and_goes_on_when_there_is_some()
    {
        var bench = Bench.Printer().See(ControllerState.Idle);
        bench.Desire(bench.Twin(1, generation: 1, wish: JobWish.Run));

        bench.Wait(3_000, () => WithoutRoom(bench));
        Assert.That(bench.Reported.Job, Has.Property("State").EqualTo(JobState.Accepted).And.Property("Reason").EqualTo("storage-full"));
        Assert.That(bench.Count<SupervisorEffect.FetchJob>(), Is.InRange(90, 101), "it looks every 30 s");

        bench.Do(new SupervisorEvent.JobFetched(Bench.JobId, "/jobs/1"));
        Assert.That(bench.Reported.Job!.Reason, Is.Null);
    }

    [Test]
    public void Without_room_for_an_hour_is_rejected()
    {
        var bench = Bench.Printer().See(ControllerState.Idle);
        bench.Desire(bench.Twin(1, generation: 1, wish: JobWish.Run)).Wait(3_700, () => WithoutRoom(bench));

        Assert.That(bench.JobMoves.Last(), Has.Property("State").EqualTo(JobState.Rejected).And.Property("Reason").EqualTo("storage-full"));
    }

    [Test]
    public void Whose_controller_refuses_the_bridges_key_for_an_hour_is_rejected()
    {
        var bench = Bench.Printer().ReadyToStart();

        bench.Wait(3_500, () => WithoutRight(bench));
        Assert.That(bench.Reported.Job, Has.Property("State").EqualTo(JobState.Accepted).And.Property("Reason").EqualTo("key-refused"));

        bench.Wait(200, () => WithoutRight(bench));
        Assert.That(bench.JobMoves.Last(), Has.Property("State").EqualTo(JobState.Rejected).And.Property("Reason").EqualTo("key-refused"));
    }

    [Test]
    public void Is_not_rejected_for_uploads_that_the_full_disk_withheld()
    {
        var bench = Bench.Printer().ReadyToStart();

        bench.Wait(600, () =>
        {
            if (bench.State.Delivery is { IsBusy: true })
            {
                bench.Do(new SupervisorEvent.JobUploadFailed(Bench.JobId, "storage-full", IsWorthAnotherTry: true));
            }

            bench.See(ControllerState.Idle);
        });

        Assert.That(bench.JobMoves.Last().State, Is.EqualTo(JobState.Accepted));
    }

    [Test]
    public void Cancelled_while_its_file_is_on_its_way_has_the_file_dropped()
    {
        var bench = Bench.Printer();
        bench.Desire(bench.Twin(1, generation: 1, wish: JobWish.Run)).Desire(bench.Twin(2, generation: 1, wish: JobWish.Cancel));

        Assert.That(bench.Effects, Does.Contain(new SupervisorEffect.DropFile(Bench.JobId)));
    }

    [Test]
    public void Followed_by_another_before_its_start_has_its_file_dropped()
    {
        var bench = Bench.Printer();
        bench.Desire(bench.Twin(1, generation: 1, wish: JobWish.Run));
        bench.Desire(bench.Twin(2, generation: 1, wish: JobWish.Run, job: new Guid("0190a000-0000-7000-8000-000000000002")));

        Assert.That(bench.Effects, Does.Contain(new SupervisorEffect.DropFile(Bench.JobId)));
    }

    [Test]
    public void Not_started_when_its_session_closes_has_its_file_dropped()
    {
        var bench = Bench.Printer();
        bench.Desire(bench.Twin(1, generation: 1, wish: JobWish.Run)).Desire(bench.Twin(2));

        Assert.That(bench.Effects, Does.Contain(new SupervisorEffect.DropFile(Bench.JobId)));
    }

    private static void WithoutRight(Bench bench)
    {
        if (bench.State.Delivery is { IsBusy: true })
        {
            bench.Do(new SupervisorEvent.JobUploadFailed(Bench.JobId, "key-refused", IsWorthAnotherTry: true));
        }

        bench.See(ControllerState.Idle);
    }

    private static void WithoutRoom(Bench bench)
    {
        if (bench.State.Delivery is { IsBusy: true })
        {
            bench.Do(new SupervisorEvent.JobFetchFailed(Bench.JobId, "storage-full", IsWorthAnotherTry: true));
        }
    }

    [Test]
    public void Of_a_hazard_is_held_and_cancelled_when_its_controller_falls_silent()
    {
        var bench = Bench.Mill().Arm(JobWish.Run);
        bench.Do(new SupervisorEvent.JobFetched(Bench.JobId, "/jobs/1")).Do(new SupervisorEvent.JobUploaded(Bench.JobId));
        bench.See(ControllerState.Running, Bench.FileName).See(ControllerState.Unknown, link: LinkState.Down).Wait(3);

        Assert.That(bench.WantsRelay(InterlockState.Locked), Is.True);
        Assert.That(bench.State.Memory.Session!.ClosingReason, Is.EqualTo("fault"));

        bench.AnswerInterlock(InterlockState.Locked, InterlockState.Locked).Wait(70, () => bench.SeeRelay(InterlockState.Locked));
        Assert.That(bench.JobMoves.Last().State, Is.EqualTo(JobState.Unknown));
        Assert.That(bench.Turns.Last().Turn, Is.EqualTo(SessionTurn.Closed));
    }
}
