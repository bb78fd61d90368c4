using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.Grbl;

namespace Fablab.Bridge.Tests.Drivers.Grbl;

public class A_recorded_job
{
    [TestCase("grbl/02-stream-job-to-completion")]
    [TestCase("grblhal/02-stream-job-to-completion")]
    [TestCase("grblhal/09-laser-mode-job")]
    public void Is_done_after_its_last_line_and_not_in_the_idle_of_a_dwell(string name)
    {
        var replay = GrblReplay.Of(name).AsOurJob();

        var conversation = replay.Run();

        var programEnd = replay.Recording.Received.First(line => line.Text == "[MSG:Pgm End]").At;
        var (at, end) = conversation.Ends.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(end.Outcome, Is.EqualTo(RunOutcome.Completed));
            Assert.That(end.FileName, Is.EqualTo(GrblConversation.JobName));
            Assert.That(at, Is.InRange(programEnd, programEnd + TimeSpan.FromSeconds(0.5)));
            Assert.That(
                conversation.StatesBetween(replay.Recording.Program.First().At + TimeSpan.FromSeconds(0.01), programEnd),
                Is.All.AnyOf(ControllerState.Preparing, ControllerState.Running));
            Assert.That(conversation.Seen.State, Is.EqualTo(ControllerState.Idle));
            Assert.That(conversation.Seen.LastEnd, Is.EqualTo(end));
        }
    }

    [Test]
    public void Was_seen_idle_during_its_dwell_so_that_idle_alone_must_not_end_it()
    {
        var recording = GrblRecording.Load("grbl/02-stream-job-to-completion");
        var programEnd = recording.Received.First(line => line.Text == "[MSG:Pgm End]").At;

        var early = recording.Received.Where(line => line.At < programEnd && line.At > TimeSpan.FromSeconds(5) && line.Text.StartsWith("<Idle", StringComparison.Ordinal));

        Assert.That(early, Is.Not.Empty);
    }

    [TestCase("grbl/02-stream-job-to-completion")]
    [TestCase("grblhal/02-stream-job-to-completion")]
    public void Shows_progress_that_only_grows_and_counts_its_time(string name)
    {
        var replay = GrblReplay.Of(name).AsOurJob();

        var conversation = replay.Run();

        var progress = conversation.Observations.Select(one => one.Seen.Progress).OfType<double>().ToList();
        var took = conversation.Ends.Single().At - replay.Recording.Program.First().At;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(progress, Is.Ordered);
            Assert.That(progress[^1], Is.GreaterThan(0.8));
            Assert.That(conversation.Ends.Single().End.JobMilliseconds, Is.EqualTo(took.TotalMilliseconds).Within(1));
        }
    }

    [Test]
    public void Sends_every_line_once_and_in_order()
    {
        var replay = GrblReplay.Of("grblhal/02-stream-job-to-completion").AsOurJob();

        var conversation = replay.Run();

        Assert.That(
            conversation.SentLines.Select(line => line.Line).Where(line => line != "$I"),
            Is.EqualTo(replay.Recording.Program.Select(line => line.Text)));
    }

    [Test]
    public void Is_paused_by_a_feed_hold_whose_time_does_not_count()
    {
        var replay = GrblReplay.Of("grbl/03-feed-hold-resume-and-overrides").AsOurJob()
            .With(GrblRealtime.FeedHold, new GrblPause())
            .With(GrblRealtime.CycleStart, new GrblResume());

        var conversation = replay.Run();

        var held = replay.Recording.FirstSent(GrblRealtime.FeedHold) + TimeSpan.FromSeconds(0.1);
        var resumed = replay.Recording.FirstSent(GrblRealtime.CycleStart);
        var (at, end) = conversation.Ends.Single();
        var whole = at - replay.Recording.Program.First().At;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(conversation.StatesBetween(held, resumed), Is.Not.Empty.And.All.EqualTo(ControllerState.Paused));
            Assert.That(end.Outcome, Is.EqualTo(RunOutcome.Completed));
            Assert.That(end.JobMilliseconds, Is.EqualTo((whole - (resumed - held)).TotalMilliseconds).Within(300));
            Assert.That(conversation.SentRealtime.Count(sent => sent.Value == GrblRealtime.FeedHold), Is.EqualTo(1));
            Assert.That(conversation.SentRealtime.Count(sent => sent.Value == GrblRealtime.CycleStart), Is.EqualTo(1));
        }
    }

    [Test]
    public void Goes_through_hold_overrides_and_an_open_door_to_its_end()
    {
        var replay = GrblReplay.Of("grblhal/03-feed-hold-resume-overrides").AsOurJob()
            .With(GrblRealtime.FeedHold, new GrblPause())
            .With(GrblRealtime.CycleStart, new GrblResume());

        var conversation = replay.Run();

        var door = replay.Recording.FirstSent(0x84);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                conversation.StatesBetween(door + TimeSpan.FromSeconds(0.1), door + TimeSpan.FromSeconds(3)).Distinct(),
                Is.EqualTo(new[] { ControllerState.NeedsAttention, ControllerState.Paused }), "opening, then closed and waiting");
            Assert.That(conversation.Ends.Single().End.Outcome, Is.EqualTo(RunOutcome.Completed));
        }
    }

    [TestCase("grbl/08-program-pause-m0")]
    [TestCase("grblhal/08-program-pause-m0")]
    public void Waits_for_a_person_at_its_program_pause(string name)
    {
        var replay = GrblReplay.Of(name).AsOurJob().With(GrblRealtime.CycleStart, new GrblResume());

        var conversation = replay.Run();

        var held = replay.Recording.Received.First(line => line.Text.StartsWith("<Hold", StringComparison.Ordinal)).At;
        var resumed = replay.Recording.FirstSent(GrblRealtime.CycleStart);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(conversation.StatesBetween(held, resumed), Is.Not.Empty.And.All.EqualTo(ControllerState.NeedsAttention));
            Assert.That(conversation.Ends.Single().End.Outcome, Is.EqualTo(RunOutcome.Completed));
        }
    }

    [TestCase("grbl/04-soft-reset-while-moving-alarm")]
    [TestCase("grblhal/04-soft-reset-while-moving-alarm")]
    public void Ends_when_somebody_resets_the_moving_machine_and_the_alarm_is_left_to_people(string name)
    {
        var replay = GrblReplay.Of(name).AsOurJob();

        var conversation = replay.Run();

        var alarm = replay.Recording.Received.First(line => line.Text == "ALARM:3").At;
        var unlocked = replay.Recording.Lines.First(line => line.Text == "$X").At;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(conversation.Ends.Single().End.Outcome, Is.EqualTo(RunOutcome.CancelledAtMachine));
            Assert.That(conversation.Ends.Single().End.Reason, Does.Contain("ALARM:3"));
            Assert.That(conversation.StatesBetween(alarm, unlocked), Is.Not.Empty.And.All.EqualTo(ControllerState.Error));
            Assert.That(conversation.SentLines.Where(line => line.At >= alarm).Select(line => line.Line), Is.All.EqualTo("$I"), "no unlocking, no further line");
        }
    }

    [Test]
    public void Is_cancelled_cleanly_by_hold_then_reset()
    {
        var replay = GrblReplay.Of("grbl/05-hold-then-soft-reset").AsOurJob()
            .With(GrblRealtime.FeedHold, new GrblPause())
            .With(GrblRealtime.SoftReset, new GrblCancel());

        var conversation = replay.Run();

        var reset = replay.Recording.FirstSent(GrblRealtime.SoftReset);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(conversation.Ends.Single().End.Outcome, Is.EqualTo(RunOutcome.CancelledByUs));
            Assert.That(conversation.SentRealtime.Where(sent => sent.Value == GrblRealtime.SoftReset).Select(sent => sent.At), Is.EqualTo(new[] { reset }));
            Assert.That(conversation.Observations.Select(one => one.Seen.State), Has.None.EqualTo(ControllerState.Error));
            Assert.That(conversation.Seen.State, Is.EqualTo(ControllerState.Idle));
        }
    }

    [Test]
    public void Is_cancelled_at_the_machine_when_the_reset_was_not_ours()
    {
        var conversation = GrblReplay.Of("grbl/05-hold-then-soft-reset").AsOurJob()
            .With(GrblRealtime.FeedHold, new GrblPause())
            .Run();

        Assert.That(conversation.Ends.Single().End.Outcome, Is.EqualTo(RunOutcome.CancelledAtMachine));
    }

    [Test]
    public void Stops_where_the_recorded_sender_kept_streaming()
    {
        var replay = GrblReplay.Of("grblhal/05-hold-then-soft-reset-client-keeps-streaming").AsOurJob()
            .With(GrblRealtime.FeedHold, new GrblCancel());

        var conversation = replay.Run();

        var cancelled = replay.Recording.FirstSent(GrblRealtime.FeedHold);
        var greeted = replay.Recording.Received.Last(line => line.Text.StartsWith("GrblHAL", StringComparison.Ordinal)).At;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(replay.Recording.Program.Count(line => line.At > greeted), Is.GreaterThan(5), "the recorded sender went on");
            Assert.That(conversation.SentLines.Where(line => line.At >= cancelled).Select(line => line.Line), Is.All.EqualTo("$I"));
            Assert.That(conversation.Ends.Single().End.Outcome, Is.EqualTo(RunOutcome.CancelledByUs));
            Assert.That(
                conversation.Observations.Where(one => one.At > greeted && one.Seen.State == ControllerState.Running).Select(one => (one.Seen.FileName, one.Seen.Message)),
                Is.Not.Empty.And.All.EqualTo((default(string), "Someone else drives the machine.")));
        }
    }

    [TestCase(127)]
    [TestCase(1023)]
    public void Never_streams_past_a_bad_line(int window)
    {
        var replay = GrblReplay.Of("grblhal/11-stream-job-with-bad-line").AsOurJob();
        replay.Conversation.Do(new GrblLinkUp());
        replay.Conversation.Hear($"[OPT:V,100,{window + 1}]");

        var conversation = replay.Run();

        var failed = replay.Recording.Received.First(line => line.Text == "error:36").At;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(conversation.SentLines.Where(line => line.At >= failed), Is.Empty);
            Assert.That(conversation.SentRealtime.First(sent => sent.Value != GrblRealtime.Status), Is.EqualTo((failed, GrblRealtime.FeedHold)));
            Assert.That(conversation.Seen.State, Is.EqualTo(ControllerState.Finishing));
        }

        // The recorded machine was never held: it ran dry with its spindle on, and that is what people must be told.
        conversation.Hear("GrblHAL 1.1f ['$' or '$HELP' for help]", "<Idle|MPos:0.000,12.000,-1.000|Bf:100,1023|FS:0,800>");
        conversation.Pass(11);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(conversation.Ends.Single().End.Outcome, Is.EqualTo(RunOutcome.FailedMachine));
            Assert.That(conversation.Ends.Single().End.Reason, Does.Contain("error:36").And.Contain("line 11").And.Contain("G1 X5 Q7 F100"));
            Assert.That(conversation.Seen.State, Is.EqualTo(ControllerState.NeedsAttention));
        }
    }

    [TestCase("grbl/06-error-lines")]
    [TestCase("grblhal/06-error-lines")]
    public void Fails_at_its_first_error_and_the_later_ones_belong_to_nobody(string name)
    {
        var replay = GrblReplay.Of(name).AsOurJob();

        var conversation = replay.Run();

        var first = replay.Recording.Received.First(line => line.Text.StartsWith("error:", StringComparison.Ordinal)).At;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(conversation.SentLines.Where(line => line.At >= first).Select(line => line.Line), Is.All.EqualTo("$I"));
            Assert.That(conversation.SentRealtime.First(sent => sent.Value != GrblRealtime.Status), Is.EqualTo((first, GrblRealtime.FeedHold)));
        }
    }

    [TestCase("grbl/07-check-mode")]
    [TestCase("grblhal/07-check-mode")]
    public void Is_refused_in_check_mode_which_counts_as_preparing(string name)
    {
        var replay = GrblReplay.Of(name);

        var conversation = replay.Run();

        Assert.That(conversation.Observations.Select(one => one.Seen.State), Has.Some.EqualTo(ControllerState.Preparing));
        conversation.Hear("<Check|MPos:0.000,0.000,0.000|Bf:15,128|FS:0,0>");
        Assert.That(conversation.Start("G0 X1")?.Text, Does.Contain("Check"));
    }
}
