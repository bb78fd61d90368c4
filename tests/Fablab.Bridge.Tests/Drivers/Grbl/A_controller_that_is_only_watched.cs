using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.Grbl;

namespace Fablab.Bridge.Tests.Drivers.Grbl;

public class A_controller_that_is_only_watched
{
    [TestCaseSource(typeof(GrblRecording), nameof(GrblRecording.Names))]
    public void Is_sent_nothing_but_questions(string name)
    {
        var conversation = GrblReplay.Of(name).Run();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(conversation.SentLines.Select(line => line.Line), Is.All.EqualTo("$I"));
            Assert.That(conversation.SentRealtime.Select(sent => sent.Value), Is.All.EqualTo(GrblRealtime.Status));
            Assert.That(conversation.Ends, Is.Empty);
        }
    }

    [Test]
    public void Is_preparing_while_it_is_jogged_by_hand()
    {
        var conversation = GrblReplay.Of("grblhal/10-jog-and-cancel").Run();

        Assert.That(
            conversation.Observations.Select(one => one.Seen.State).Distinct(),
            Is.EqualTo(new[] { ControllerState.Unknown, ControllerState.Preparing, ControllerState.Idle }));
    }

    [Test]
    public void Starts_with_unknown_until_its_first_status()
    {
        var conversation = new GrblConversation();

        conversation.Do(new GrblLinkUp());
        Assert.That((conversation.Seen.Link, conversation.Seen.State), Is.EqualTo((LinkState.Connecting, ControllerState.Unknown)));

        conversation.Hear("error:7", "$0=10", "", "Grbl 1.1h ['$' for help]");
        Assert.That((conversation.Seen.Link, conversation.Seen.State), Is.EqualTo((LinkState.Up, ControllerState.Unknown)));

        conversation.Hear("<Idle|MPos:0.000,0.000,0.000|Bf:15,128|FS:0,0>");
        Assert.That((conversation.Seen.Link, conversation.Seen.State), Is.EqualTo((LinkState.Up, ControllerState.Idle)));
    }

    [Test]
    public void Is_asked_once_a_second_when_idle_and_five_times_when_it_moves()
    {
        var conversation = new GrblConversation().Ready();
        var idle = PollsIn(conversation, "<Idle|FS:0,0>");

        conversation.Hear("<Run|FS:100,0>");
        var moving = PollsIn(conversation, "<Run|FS:100,0>");

        Assert.That((idle, moving), Is.EqualTo((10, 50)));
    }

    [Test]
    public void Turns_stale_after_three_unanswered_polls_and_is_given_up_at_the_silence_limit()
    {
        var conversation = new GrblConversation(GrblConversation.Options with { SilenceLimit = TimeSpan.FromSeconds(10) }).Ready();

        conversation.Pass(2.9);
        Assert.That(conversation.Seen.Link, Is.EqualTo(LinkState.Up));

        conversation.Pass(0.2);
        Assert.That((conversation.Seen.Link, conversation.Seen.State), Is.EqualTo((LinkState.Stale, ControllerState.Idle)));

        conversation.Pass(7);
        Assert.That((conversation.Seen.Link, conversation.Seen.State), Is.EqualTo((LinkState.Down, ControllerState.Unknown)));
        Assert.That(conversation.OtherEffects, Has.Exactly(1).InstanceOf<GrblDropLink>());
    }

    [Test]
    public void Is_healthy_again_with_the_next_status()
    {
        var conversation = new GrblConversation().Ready();
        conversation.Pass(4);

        conversation.Hear("<Idle|FS:0,0>");

        Assert.That(conversation.Seen.Link, Is.EqualTo(LinkState.Up));
    }

    [Test]
    public void Is_given_up_when_it_reports_but_answers_no_line()
    {
        var conversation = new GrblConversation(GrblConversation.Options with { SilenceLimit = TimeSpan.FromSeconds(10) }, buildAnswer: null).Ready();

        for (var second = 0; second < 11; second++)
        {
            conversation.Pass(1);
            conversation.Hear("<Idle|FS:0,0>");
        }

        Assert.That(conversation.OtherEffects.OfType<GrblDropLink>(), Has.Exactly(1).Items);
    }

    [Test]
    public void Makes_an_observation_at_least_every_heartbeat()
    {
        var conversation = new GrblConversation().Ready();
        var before = conversation.Observations.Count;

        for (var second = 0; second < 10; second++)
        {
            conversation.Pass(1);
            conversation.Hear("<Idle|FS:0,0>");
        }

        Assert.That(conversation.Observations.Count - before, Is.GreaterThanOrEqualTo(4));
    }

    [TestCase("<Door:1|FS:0,0>", ControllerState.NeedsAttention)]
    [TestCase("<Door:0|FS:0,0>", ControllerState.Paused)]
    [TestCase("<Hold:1|FS:0,0>", ControllerState.Paused)]
    [TestCase("<Home|FS:0,0>", ControllerState.Preparing)]
    [TestCase("<Tool|FS:0,0>", ControllerState.NeedsAttention)]
    [TestCase("<Sleep|FS:0,0>", ControllerState.NeedsAttention)]
    [TestCase("<Alarm|FS:0,0>", ControllerState.Error)]
    [TestCase("<Idle|FS:0,0|Ov:100,100,100|A:S>", ControllerState.NeedsAttention)]
    [TestCase("<Idle|FS:0,300>", ControllerState.NeedsAttention)]
    [TestCase("<Dance|FS:0,0>", ControllerState.Unknown)]
    public void Is_reported_in_our_words(string status, ControllerState expected)
    {
        var conversation = new GrblConversation().Ready();

        conversation.Hear(status);

        Assert.That(conversation.Seen.State, Is.EqualTo(expected));
    }

    [Test]
    public void Can_be_stopped_although_someone_else_drives_it()
    {
        var conversation = new GrblConversation().Ready(status: "<Run|MPos:1,1,1|FS:100,800>");

        conversation.Do(new GrblCancel());
        conversation.Hear("<Hold:0|MPos:1,1,1|FS:0,800>", "Grbl 1.1h ['$' for help]", "<Idle|MPos:1,1,1|Bf:15,128|FS:0,0>");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(conversation.SentRealtime.Select(sent => sent.Value).Where(sent => sent != GrblRealtime.Status), Is.EqualTo(new[] { GrblRealtime.FeedHold, GrblRealtime.SoftReset }));
            Assert.That(conversation.Seen.LastEnd, Is.EqualTo(new RunEnd(null, RunOutcome.CancelledByUs, null, "Cancelled.")));
            Assert.That(conversation.Seen.State, Is.EqualTo(ControllerState.Idle));
        }
    }

    private static int PollsIn(GrblConversation conversation, string status)
    {
        conversation.PassTo(conversation.State.NextPoll);
        var before = conversation.SentRealtime.Count;
        for (var tenth = 0; tenth < 100; tenth++)
        {
            conversation.Pass(0.1);
            conversation.Hear(status);
        }

        return conversation.SentRealtime.Count - before;
    }
}
