using Fablab.Mqtt;

namespace Fablab.Web.Tests.Messaging;

[TestFixture("embedded")]
[TestFixture("mosquitto")]
public class The_link_to_the_broker(string kind)
{
    private const string Up = "fablab/v1/north/bridge-a/up/journal";
    private const string Down = "fablab/v1/north/bridge-a/down/journal-ack";
    private const string AllUp = "fablab/v1/+/+/up/#";
    private const string AllDown = "fablab/v1/north/bridge-a/down/#";

    private string _folder;
    private IRealBroker _broker;

    [SetUp]
    public async Task StartBrokerAsync()
    {
        _folder = Directory.CreateTempSubdirectory("fablab-link-").FullName;
        if (kind == "mosquitto" && MosquittoRealBroker.FindProgram() is null)
        {
            const string Missing = "Mosquitto is not installed; on Debian: apt-get install mosquitto.";
            Assert.That(Environment.GetEnvironmentVariable("CI"), Is.Not.EqualTo("true"), Missing);
            Assert.Ignore(Missing);
        }

        _broker = kind == "mosquitto" ? new MosquittoRealBroker(_folder) : new EmbeddedRealBroker(_folder);
        await _broker.StartAsync();
    }

    [TearDown]
    public async Task StopBrokerAsync()
    {
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Carries_messages_both_ways()
    {
        await using var web = await new TestLink("web", _broker.Port).StartConnectedAsync(AllUp);
        await using var bridge = await new TestLink("bridge-a", _broker.Port).StartConnectedAsync(AllDown);

        var outcome = await bridge.SayAsync(Up, "batch 1").Soonest();
        await web.SayAsync(Down, "up to 1");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(outcome.Status, Is.EqualTo(PublishStatus.Acknowledged));
            Assert.That(await web.Inbox.NextAsync(), Is.EqualTo(new Letter(Up, "batch 1", false)));
            Assert.That(await bridge.Inbox.NextAsync(), Is.EqualTo(new Letter(Down, "up to 1", false)));
        }
    }

    [Test]
    public async Task Keeps_the_order_of_many_messages_on_their_way_at_once()
    {
        await using var web = await new TestLink("web", _broker.Port).StartConnectedAsync(AllUp);
        await using var bridge = await new TestLink("bridge-a", _broker.Port, change: options => options.WindowLimit = 16).StartConnectedAsync();

        // Under the embedded broker's burst of 200 per bridge, so that it is not slowed down.
        var sent = Enumerable.Range(0, 150).Select(i => bridge.SayAsync(Up, $"{i}")).ToList();
        await Task.WhenAll(sent).Soonest();

        for (var i = 0; i < 150; i++)
        {
            Assert.That((await web.Inbox.NextAsync()).Text, Is.EqualTo($"{i}"));
        }
    }

    [Test]
    public async Task Comes_back_after_the_broker_was_restarted_and_subscribes_again()
    {
        await using var web = await new TestLink("web", _broker.Port).StartConnectedAsync(AllUp);
        await using var bridge = await new TestLink("bridge-a", _broker.Port).StartConnectedAsync(AllDown);

        await _broker.StopAsync();
        await Task.WhenAll(web.DisconnectedAsync(), bridge.DisconnectedAsync());
        var meanwhile = bridge.SayAsync(Up, "said while the broker was away");
        await _broker.StartAsync();
        await Task.WhenAll(web.ConnectedAsync(), bridge.ConnectedAsync());
        await bridge.SayAsync(Up, "said afterwards").Soonest();
        await web.SayAsync(Down, "answer").Soonest();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await meanwhile.Soonest()).Status, Is.EqualTo(PublishStatus.Acknowledged));
            Assert.That((await bridge.Inbox.NextAsync()).Text, Is.EqualTo("answer"));
            var heard = await web.Inbox.NextAsync();

            // The bridge may have been back before the web had subscribed again; then only the second one was heard.
            Assert.That(heard.Text, Does.StartWith("said "));
        }
    }

    [Test]
    public async Task Waits_for_a_broker_that_is_not_there_yet()
    {
        await _broker.StopAsync();
        await using var bridge = new TestLink("bridge-a", _broker.Port).Start();
        var waiting = bridge.SayAsync(Up, "early");

        await _broker.StartAsync();

        Assert.That((await waiting.Soonest()).Status, Is.EqualTo(PublishStatus.Acknowledged));
    }

    [Test]
    public async Task Sets_a_message_aside_that_its_handler_cannot_bear_and_goes_on()
    {
        await using var web = await new TestLink("web", _broker.Port, onMessage: (message, _) => message.Payload.Span[0] == (byte)'!'
            ? throw new FormatException("No JSON.")
            : ValueTask.CompletedTask).StartConnectedAsync(AllUp);
        await using var bridge = await new TestLink("bridge-a", _broker.Port).StartConnectedAsync();

        await bridge.SayAsync(Up, "! not json");
        await bridge.SayAsync(Up, "fine");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await web.Quarantine.NextAsync()).Text, Is.EqualTo("! not json"));
            Assert.That((await web.Inbox.NextAsync()).Text, Is.EqualTo("fine"));
        }
    }

    [Test]
    public async Task Acknowledges_a_message_only_after_its_handler_came_back()
    {
        var begun = new TaskCompletionSource();
        var web = await new TestLink("web", _broker.Port, onMessage: async (_, ct) =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
        }).StartConnectedAsync(AllUp);
        await using var bridge = await new TestLink("bridge-a", _broker.Port).StartConnectedAsync();

        await bridge.SayAsync(Up, "batch 1");
        await begun.Task.Soonest();
        await web.DisposeAsync();
        await using (var webAgain = await new TestLink("web", _broker.Port).StartConnectedAsync(AllUp))
        {
            Assert.That((await webAgain.Inbox.NextAsync()).Text, Is.EqualTo("batch 1"), "it was not acknowledged, so it comes again");
            await bridge.SayAsync(Up, "batch 2");
            await webAgain.Inbox.NextAsync();
        }

        await using var webOnceMore = await new TestLink("web", _broker.Port).StartConnectedAsync(AllUp);
        await bridge.SayAsync(Up, "batch 3");
        var next = await webOnceMore.Inbox.NextAsync();
        while (next.Text == "batch 2")
        {
            // Its acknowledgement may not have left before the link was stopped.
            next = await webOnceMore.Inbox.NextAsync();
        }

        Assert.That(next.Text, Is.EqualTo("batch 3"), "what was acknowledged does not come again");
    }

    [Test]
    public async Task Tells_a_refused_publish_and_the_reason_and_does_not_repeat_it()
    {
        await using var bridge = await new TestLink("bridge-a", _broker.Port).StartConnectedAsync();

        var outcome = await bridge.SayAsync("fablab/v1/north/bridge-b/up/journal").Soonest();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((outcome.Status, outcome.ReasonCode), Is.EqualTo((PublishStatus.Refused, (byte)0x87)));
            Assert.That(outcome.IsConfigurationError, Is.True);
            Assert.That((await bridge.ConfigurationErrorAsync()).About, Is.EqualTo("fablab/v1/north/bridge-b/up/journal"));
            Assert.That(bridge.Link.QueueLength, Is.Zero);
        }
    }

    [Test]
    public async Task Reports_a_wrong_password_as_an_error_of_the_settings()
    {
        await using var bridge = new TestLink("bridge-a", _broker.Port, change: options => options.Password = "guess").Start();

        var error = await bridge.ConfigurationErrorAsync();

        Assert.That((error.About, error.ReasonCode), Is.EqualTo(("connect", kind == "mosquitto" ? (byte)0x87 : (byte)0x86)));
        Assert.That(bridge.Link.IsConnected, Is.False);
    }

    [Test]
    public async Task Never_takes_the_session_of_another_by_calling_itself_like_it()
    {
        await using var web = await new TestLink("web", _broker.Port).StartConnectedAsync(AllUp);

        // Mosquitto lets it in under its own name, the embedded broker does not let it in.
        await using var intruder = new TestLink("bridge-a", _broker.Port, change: options => options.ClientId = "web").Start();
        await (kind == "mosquitto" ? intruder.ConnectedAsync() : (Task)intruder.ConfigurationErrorAsync());
        await web.SayAsync(Down);

        Assert.That((web.Link.IsConnected, web.WasDisconnected), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task Leaves_its_last_will_also_at_an_orderly_goodbye()
    {
        const string Online = "fablab/v1/north/bridge-a/up/online";
        await using var web = await new TestLink("web", _broker.Port).StartConnectedAsync(AllUp);
        var bridge = new TestLink("bridge-a", _broker.Port);
        bridge.Link.Will = TestLink.Message(Online, "gone", retain: true);
        await bridge.StartConnectedAsync();
        await bridge.SayAsync(Online, "here", retain: true);

        await bridge.DisposeAsync();

        Assert.That((await web.Inbox.NextAsync()).Text, Is.EqualTo("here"));
        Assert.That((await web.Inbox.NextAsync()).Text, Is.EqualTo("gone"));
    }

    [Test]
    public async Task Gets_retained_state_again_with_every_subscription()
    {
        await using var web = await new TestLink("web", _broker.Port).StartConnectedAsync();
        await web.SayAsync("fablab/v1/north/bridge-a/down/desired/laser-1", "locked", retain: true);

        await using var bridge = await new TestLink("bridge-a", _broker.Port).StartConnectedAsync(AllDown);

        Assert.That(await bridge.Inbox.NextAsync(), Is.EqualTo(new Letter("fablab/v1/north/bridge-a/down/desired/laser-1", "locked", true)));
    }

    [Test]
    public async Task Tells_every_waiting_sender_when_it_is_stopped()
    {
        await _broker.StopAsync();
        var bridge = new TestLink("bridge-a", _broker.Port).Start();
        var waiting = bridge.SayAsync(Up);

        await bridge.StopAsync();

        Assert.That((await waiting.Soonest()).Status, Is.EqualTo(PublishStatus.Stopped));
        Assert.That((await bridge.SayAsync(Up).Soonest()).Status, Is.EqualTo(PublishStatus.Stopped));
        await bridge.DisposeAsync();
    }
}
