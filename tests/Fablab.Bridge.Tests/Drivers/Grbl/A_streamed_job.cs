using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.Grbl;

namespace Fablab.Bridge.Tests.Drivers.Grbl;

public class A_streamed_job
{
    private const string Idle = "<Idle|MPos:0.000,0.000,0.000|Bf:15,128|FS:0,0>";
    private const string Run = "<Run|MPos:0.000,0.000,0.000|Bf:14,128|FS:100,800>";
    private const string Hold = "<Hold:0|MPos:0.000,0.000,0.000|Bf:14,128|FS:0,800>";
    private const string Greeting = "Grbl 1.1h ['$' for help]";

    private static readonly byte[] HoldThenReset = [GrblRealtime.FeedHold, GrblRealtime.SoftReset];

    [Test]
    public void Cannot_start_without_a_link()
    {
        var refusal = new GrblConversation().Start("G0 X1");

        Assert.That(refusal, Is.Not.Null.And.Property(nameof(GrblRefusal.IsUnreachable)).True);
    }

    [TestCase("<Alarm|FS:0,0>")]
    [TestCase("<Run|FS:0,0>")]
    [TestCase("<Door:1|FS:0,0>")]
    [TestCase("<Check|FS:0,0>")]
    [TestCase("<Sleep|FS:0,0>")]
    public void Starts_only_on_an_idle_machine(string status)
    {
        var conversation = new GrblConversation().Ready();
        conversation.Hear(status);

        var refusal = conversation.Start("G0 X1");

        Assert.That(refusal, Is.Not.Null.And.Property(nameof(GrblRefusal.IsUnreachable)).False);
        Assert.That(conversation.SentLines.Select(sent => sent.Line), Is.EqualTo(new[] { "$I" }));
    }

    [Test]
    public void Is_not_started_a_second_time_while_it_runs()
    {
        var conversation = new GrblConversation().Ready();
        conversation.Start("G0 X1", "M30");

        var refusal = conversation.Start("G0 X1", "M30");

        Assert.That(refusal?.Text, Does.Contain("running already"));
        Assert.That(conversation.SentLines.Count(sent => sent.Line == "M30"), Is.EqualTo(1));
    }

    [Test]
    public void Is_preparing_until_the_first_answer_then_running()
    {
        var conversation = new GrblConversation().Ready();
        conversation.Start("G0 X1", "M30");
        var before = conversation.Seen.State;

        conversation.Hear("ok", Idle);

        Assert.That((before, conversation.Seen.State), Is.EqualTo((ControllerState.Preparing, ControllerState.Running)));
    }

    [Test]
    public void Without_an_end_of_its_own_is_closed_by_a_short_dwell_and_done_when_that_is_answered()
    {
        var conversation = new GrblConversation().Ready();
        conversation.Start("G0 X1", "M5");
        conversation.Hear("ok", "ok", Idle);
        Assert.That(conversation.Ends, Is.Empty, "idle, and the dwell unanswered");

        conversation.Hear("ok", Idle);

        Assert.That(conversation.SentLines[^1].Line, Is.EqualTo("G4P0.01"));
        Assert.That(conversation.Ends.Single().End.Outcome, Is.EqualTo(RunOutcome.Completed));
    }

    [Test]
    public void Whose_end_is_not_told_is_asked_for_it_by_a_dwell()
    {
        const string withoutBuffers = "<Idle|MPos:0.000,0.000,0.000|FS:0,0>";
        var conversation = new GrblConversation().Ready(status: withoutBuffers);
        conversation.Start("G0 X1", "M30");
        conversation.Hear("ok", "ok", withoutBuffers);
        Assert.That(conversation.SentLines[^1].Line, Is.EqualTo("G4P0.01"));

        conversation.Hear("ok", withoutBuffers);

        Assert.That(conversation.Ends.Single().End.Outcome, Is.EqualTo(RunOutcome.Completed));
    }

    [Test]
    public void Ends_only_when_the_machine_stands_still()
    {
        var conversation = new GrblConversation().Ready();
        conversation.Start("G0 X1", "M30");

        conversation.Hear("ok", "[MSG:Pgm End]", "ok", Run);
        Assert.That((conversation.Ends.Count, conversation.Seen.State), Is.EqualTo((0, ControllerState.Finishing)));

        conversation.Hear(Idle);
        Assert.That(conversation.Ends, Has.Count.EqualTo(1));
    }

    [Test]
    public void Is_resumed_only_once_it_stands_still_because_a_slowing_machine_ignores_it()
    {
        var conversation = Running();

        conversation.Do(new GrblPause());
        conversation.Do(new GrblResume());
        conversation.Hear(Run, "<Hold:1|FS:50,800>");
        Assert.That(RealtimeSent(conversation), Is.EqualTo(new[] { GrblRealtime.FeedHold }));

        conversation.Hear(Hold);
        Assert.That(RealtimeSent(conversation), Is.EqualTo(new[] { GrblRealtime.FeedHold, GrblRealtime.CycleStart }));
    }

    [Test]
    public void Held_by_somebody_at_the_machine_later_is_not_resumed_by_an_old_wish()
    {
        var conversation = Running();
        conversation.Do(new GrblPause());
        conversation.Do(new GrblResume());
        conversation.Pass(6);

        conversation.Hear(Hold);

        Assert.That(RealtimeSent(conversation), Is.EqualTo(new[] { GrblRealtime.FeedHold }));
    }

    [Test]
    public void Is_not_resumed_with_an_open_door()
    {
        var conversation = Running();
        conversation.Hear("<Door:1|FS:0,0>");

        Assert.That(conversation.Do(new GrblResume())?.Text, Does.Contain("door"));
    }

    [Test]
    public void Is_cancelled_by_hold_standstill_reset_and_a_look_at_the_spindle()
    {
        var conversation = Running();

        conversation.Do(new GrblCancel());
        conversation.Do(new GrblCancel());
        conversation.Hear(Run, "<Hold:1|FS:50,800>");
        Assert.That(RealtimeSent(conversation), Is.EqualTo(new[] { GrblRealtime.FeedHold }), "a repeated wish changes nothing");

        conversation.Hear(Hold, "ok", Greeting, "<Idle|MPos:0.000,0.000,0.000|Bf:15,128|FS:0,0>");

        Assert.That(RealtimeSent(conversation), Is.EqualTo(HoldThenReset));
        Assert.That(conversation.Ends.Single().End.Outcome, Is.EqualTo(RunOutcome.CancelledByUs));
    }

    [Test]
    public void Is_reset_anyway_when_the_hold_is_not_confirmed_in_time()
    {
        var conversation = Running();

        conversation.Do(new GrblCancel());
        conversation.Pass(4.9);
        Assert.That(RealtimeSent(conversation), Is.EqualTo(new[] { GrblRealtime.FeedHold }));

        conversation.Pass(0.2);
        conversation.Hear("ALARM:3", Greeting, "[MSG:'$H'|'$X' to unlock]", "<Alarm|FS:0,0>");

        Assert.That(RealtimeSent(conversation), Is.EqualTo(HoldThenReset));
        Assert.That(conversation.Ends.Single().End.Outcome, Is.EqualTo(RunOutcome.CancelledByUs));
        Assert.That(conversation.Seen.State, Is.EqualTo(ControllerState.Error), "the position is lost, and that is told");
    }

    [Test]
    public void That_does_not_stop_calls_for_people_after_three_resets()
    {
        var conversation = Running();

        conversation.Do(new GrblCancel());
        for (var second = 0; second < 40; second++)
        {
            conversation.Pass(1);
            conversation.Hear(Run);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(RealtimeSent(conversation).Count(sent => sent == GrblRealtime.SoftReset), Is.EqualTo(3));
            Assert.That(conversation.Ends.Single().End.Outcome, Is.EqualTo(RunOutcome.FailedMachine));
            Assert.That(conversation.Seen.State, Is.EqualTo(ControllerState.NeedsAttention));
            Assert.That(conversation.Seen.Message, Does.Contain("by hand"));
        }
    }

    [Test]
    public void That_met_an_error_ends_as_failed_even_when_it_is_cancelled_meanwhile()
    {
        var conversation = Running();

        conversation.Hear("error:20");
        conversation.Do(new GrblCancel());
        conversation.Hear(Hold, Greeting, Idle);

        Assert.That(conversation.Ends.Single().End, Has.Property(nameof(RunEnd.Outcome)).EqualTo(RunOutcome.FailedMachine)
            .And.Property(nameof(RunEnd.Reason)).Contains("unsupported"));
    }

    [Test]
    public void Fails_by_an_alarm_and_nothing_more_is_sent()
    {
        var conversation = Running();
        var sent = conversation.SentLines.Count;

        conversation.Hear("ALARM:1", "ok", "ok", "<Alarm|FS:0,0>");
        conversation.Pass(5);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(conversation.Ends.Single().End.Outcome, Is.EqualTo(RunOutcome.FailedMachine));
            Assert.That(conversation.SentLines, Has.Count.EqualTo(sent));
            Assert.That(RealtimeSent(conversation), Is.Empty);
            Assert.That(conversation.Seen.State, Is.EqualTo(ControllerState.Error));
        }
    }

    [Test]
    public void Fails_when_the_board_starts_anew_in_full_motion()
    {
        var conversation = Running();

        conversation.Hear(Greeting, "ok", "ok", Idle);

        Assert.That(conversation.Ends.Single().End.Outcome, Is.EqualTo(RunOutcome.FailedMachine));
        Assert.That(conversation.SentLines[^1].Line, Is.EqualTo("$I"), "no program line follows a greeting");
    }

    [Test]
    public void Cut_off_by_a_lost_link_has_failed_and_what_moves_afterwards_is_nobodys()
    {
        var conversation = Running();

        conversation.Do(new GrblLinkDown("cable"));
        Assert.That((conversation.Seen.Link, conversation.Seen.State), Is.EqualTo((LinkState.Down, ControllerState.Unknown)));
        Assert.That(conversation.Seen.LastEnd?.Outcome, Is.EqualTo(RunOutcome.FailedLink));

        conversation.Do(new GrblLinkUp());
        conversation.Hear(Run, "ok");

        Assert.That((conversation.Seen.State, conversation.Seen.FileName), Is.EqualTo((ControllerState.Running, default(string))));
        Assert.That(conversation.SentLines.Count(sent => sent.Line == "M30"), Is.EqualTo(1), "only what was sent before");
    }

    [Test]
    public void Whose_link_falls_silent_has_failed()
    {
        var conversation = Running(GrblConversation.Options with { SilenceLimit = TimeSpan.FromSeconds(10) });

        conversation.Pass(11);

        Assert.That(conversation.Ends.Single().End.Outcome, Is.EqualTo(RunOutcome.FailedLink));
    }

    [Test]
    public void With_a_lost_answer_is_stopped_after_the_limit_and_its_own_dwell()
    {
        var conversation = new GrblConversation().Ready();
        conversation.Start("G4 P30", "M30");

        PassIdle(conversation, seconds: 89);
        Assert.That(RealtimeSent(conversation), Is.Empty);

        PassIdle(conversation, seconds: 2);
        Assert.That(RealtimeSent(conversation), Is.EqualTo(HoldThenReset), "it stays idle, so it stands still");
        Assert.That(conversation.Seen.Message, Does.Contain("answer was lost"));
    }

    [Test]
    public void Whose_file_cannot_be_read_on_is_stopped_properly()
    {
        var conversation = Running();

        conversation.Do(new GrblReadFailed(1, "The disk is gone."));
        conversation.Hear(Hold, Greeting, Idle);

        Assert.That(RealtimeSent(conversation), Is.EqualTo(HoldThenReset));
        Assert.That(conversation.Ends.Single().End.Reason, Is.EqualTo("The disk is gone."));
    }

    private static GrblConversation Running(GrblOptions? options = null)
    {
        var conversation = new GrblConversation(options).Ready();
        conversation.Start("M3 S800", "G1 X100 F100", "M0", "G1 X0", "M30");
        conversation.Hear("ok", "ok", Run);
        return conversation;
    }

    private static void PassIdle(GrblConversation conversation, int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            conversation.Pass(1);
            conversation.Hear(Idle);
        }
    }

    private static IEnumerable<byte> RealtimeSent(GrblConversation conversation) =>
        conversation.SentRealtime.Select(sent => sent.Value).Where(sent => sent != GrblRealtime.Status);
}
