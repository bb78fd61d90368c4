using System.Net.Sockets;
using Fablab.Mqtt;
using Fablab.Web.Messaging.Broker;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Fablab.Web.Tests.Messaging.Broker;

public class The_embedded_broker
{
    private string _folder;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("fablab-broker-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Carries_messages_between_web_and_bridge()
    {
        await using var broker = await TestBroker.StartAsync(_folder);
        using var web = await broker.ConnectAsync("web");
        using var bridge = await broker.ConnectAsync("bridge-a");
        var (up, down) = (web.Inbox(), bridge.Inbox());
        await web.HearAsync("fablab/v1/+/+/up/#");
        await bridge.HearAsync("fablab/v1/north/bridge-a/down/#");

        await bridge.SayAsync("fablab/v1/north/bridge-a/up/hello", "hello");
        await web.SayAsync("fablab/v1/north/bridge-a/down/desired/laser-1", "locked");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await up.NextAsync(), Is.EqualTo(new Letter("fablab/v1/north/bridge-a/up/hello", "hello", false)));
            Assert.That(await down.NextAsync(), Is.EqualTo(new Letter("fablab/v1/north/bridge-a/down/desired/laser-1", "locked", false)));
        }
    }

    [Test]
    public async Task Answers_not_authorized_and_delivers_nothing_when_a_bridge_reaches_beyond_its_topics()
    {
        await using var broker = await TestBroker.StartAsync(_folder);
        using var web = await broker.ConnectAsync("web");
        using var bridge = await broker.ConnectAsync("bridge-b");
        var up = web.Inbox();
        await web.HearAsync("fablab/v1/+/+/up/#");

        var forged = await bridge.SayAsync("fablab/v1/north/bridge-a/up/hello", "forged");
        var overheard = await bridge.HearAsync("fablab/v1/north/bridge-a/down/#");
        await bridge.SayAsync("fablab/v1/north/bridge-b/up/hello", "own");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(forged, Is.EqualTo(0x87));
            Assert.That(overheard, Is.EqualTo(0x87));
            Assert.That((await up.NextAsync()).Text, Is.EqualTo("own"));
            Assert.That(broker.Counters[BrokerEvent.PublishRefused], Is.EqualTo(1));
            Assert.That(broker.Counters[BrokerEvent.SubscribeRefused], Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Serves_a_relay_plug_that_speaks_mqtt_3_1_1()
    {
        await using var broker = await TestBroker.StartAsync(_folder);
        using var plug = await broker.ConnectAsync("plug-1", options => options.WithProtocolVersion(MqttProtocolVersion.V311));
        using var bridge = await broker.ConnectAsync("bridge-a");
        var (commands, answers) = (plug.Inbox(), bridge.Inbox());

        var own = await plug.HearAsync("cmnd/plug-1/#");
        var group = await plug.HearAsync("cmnd/tasmotas/#");
        await bridge.HearAsync("stat/plug-1/#");
        await bridge.SayAsync("cmnd/plug-1/POWER", "ON");
        await commands.NextAsync();
        await plug.SayAsync("stat/plug-1/POWER", "ON", qos: MqttQualityOfServiceLevel.AtMostOnce);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(own, Is.LessThan(0x80));
            Assert.That(group, Is.EqualTo(0x80), "the only refusal MQTT 3.1.1 has");
            Assert.That((await answers.NextAsync()).Text, Is.EqualTo("ON"));
        }
    }

    [Test]
    public async Task Refuses_a_wrong_password_an_unknown_user_a_foreign_client_id_and_no_keep_alive()
    {
        await using var broker = await TestBroker.StartAsync(_folder);

        async Task<byte> AnswerAsync(string user, Action<MqttClientOptionsBuilder> change)
        {
            var (client, answer) = await broker.TryConnectAsync(user, change);
            client.Dispose();
            return (byte)answer.ResultCode;
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await AnswerAsync("bridge-a", options => options.WithCredentials("bridge-a", "guess")), Is.EqualTo(0x86));
            Assert.That(await AnswerAsync("nobody", _ => { }), Is.EqualTo(0x86));
            Assert.That(await AnswerAsync("bridge-b", options => options.WithClientId("bridge-a")), Is.EqualTo(0x85));
            Assert.That(await AnswerAsync("bridge-a", options => options.WithNoKeepAlive()), Is.EqualTo(0x83));
            Assert.That(await AnswerAsync("bridge-a", options => options.WithSessionExpiryInterval(7_200)), Is.EqualTo(0x83));
            Assert.That(broker.Counters[BrokerEvent.ConnectRefused], Is.EqualTo(5));
        }
    }

    [Test]
    public async Task Lets_nobody_in_while_passwords_cannot_be_checked()
    {
        await using var broker = await TestBroker.StartAsync(_folder, credentials: new BrokenCredentials());

        var (client, answer) = await broker.TryConnectAsync("bridge-a");

        client.Dispose();
        Assert.That((byte)answer.ResultCode, Is.EqualTo(0x88));
    }

    [Test]
    public async Task Sends_a_last_will_only_where_its_owner_may_publish()
    {
        await using var broker = await TestBroker.StartAsync(_folder);
        using var web = await broker.ConnectAsync("web");
        var up = web.Inbox();
        await web.HearAsync("fablab/v1/+/+/up/#");

        await DieAsync("bridge-a", "fablab/v1/north/bridge-b/up/online", "forged");
        await DieAsync("bridge-b", "fablab/v1/north/bridge-b/up/online", "gone");

        Assert.That((await up.NextAsync()).Text, Is.EqualTo("gone"));
        Assert.That(broker.Counters[BrokerEvent.PublishRefused], Is.EqualTo(1));

        async Task DieAsync(string user, string topic, string will)
        {
            var before = broker.Counters[BrokerEvent.PublishRefused];
            var client = await broker.ConnectAsync(user, options => options.WithWillTopic(topic).WithWillPayload(will));
            client.Dispose();
            while (will == "forged" && broker.Counters[BrokerEvent.PublishRefused] == before)
            {
                await Task.Yield();
            }
        }
    }

    [Test]
    public async Task Reads_a_client_slower_that_sends_too_fast_and_loses_nothing_of_it()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var broker = await TestBroker.StartAsync(_folder, options => (options.PacketsPerSecond, options.PacketBurst) = (20, 5), clock);
        using var bridge = await broker.ConnectAsync("bridge-a");

        var answers = Enumerable.Range(0, 6).Select(i => bridge.SayAsync("fablab/v1/north/bridge-a/up/journal", $"{i}")).ToList();
        await Task.WhenAll(answers.Take(5));
        while (broker.Counters[BrokerEvent.Throttled] == 0)
        {
            await Task.Yield();
        }

        Assert.That(answers[5].IsCompleted, Is.False);
        while (!answers[5].IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        Assert.That(await answers[5], Is.EqualTo(0x10));
    }

    [Test]
    public async Task Gives_a_client_id_to_its_latest_connection_and_tells_the_former_one()
    {
        await using var broker = await TestBroker.StartAsync(_folder);
        using var first = await broker.ConnectAsync("bridge-a");
        var left = new TaskCompletionSource<MqttClientDisconnectReason>();
        first.DisconnectedAsync += disconnected =>
        {
            left.TrySetResult(disconnected.Reason);
            return Task.CompletedTask;
        };

        using var second = await broker.ConnectAsync("bridge-a");

        Assert.That(await left.Task.Soonest(), Is.EqualTo(MqttClientDisconnectReason.SessionTakenOver));
        Assert.That(await second.SayAsync("fablab/v1/north/bridge-a/up/hello"), Is.EqualTo(0x10), "the new one has all rights");
    }

    [Test]
    public async Task Makes_one_of_two_links_with_the_same_client_id_give_in()
    {
        await using var broker = await TestBroker.StartAsync(_folder);
        await using var one = new TestLink("bridge-a", broker.Port).Start();
        await using var other = new TestLink("bridge-a", broker.Port).Start();

        var first = await Task.WhenAny(one.Running, other.Running).Soonest();

        Assert.That(await first, Is.EqualTo(MqttLinkEnd.ClientIdContested));
    }

    [Test]
    public async Task Throws_out_a_user_whose_account_was_closed()
    {
        await using var broker = await TestBroker.StartAsync(_folder);
        using var bridge = await broker.ConnectAsync("bridge-a", options => options.WithSessionExpiryInterval(600));
        var left = new TaskCompletionSource<MqttClientDisconnectReason>();
        bridge.DisconnectedAsync += disconnected =>
        {
            left.TrySetResult(disconnected.Reason);
            return Task.CompletedTask;
        };

        await broker.Broker.DisconnectAsync("bridge-a");
        var reason = await left.Task.Soonest();
        var (again, answer) = await broker.TryConnectAsync("bridge-a", options => options.WithSessionExpiryInterval(600).WithCleanStart(false));

        // The library's client may see the closed socket before it reads our goodbye.
        Assert.That(reason, Is.EqualTo(MqttClientDisconnectReason.AdministrativeAction).Or.EqualTo(MqttClientDisconnectReason.NormalDisconnection));
        Assert.That(answer.IsSessionPresent, Is.False, "what was kept for the account is forgotten");
        again.Dispose();
    }

    [TestCase(new byte[] { 0x10, 0xFF, 0xFF, 0xFF, 0x7F, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T' }, "FrameTooLarge")]
    [TestCase(new byte[] { 0x30, 0x03, 1, 2, 3 }, "FirstPacketNotConnect")]
    [TestCase(new byte[] { (byte)'G', (byte)'E', (byte)'T', (byte)' ', (byte)'/' }, "FirstPacketNotConnect")]
    [TestCase(new byte[] { 0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, "FrameMalformed")]
    public async Task Hangs_up_on_a_stranger_who_does_not_speak_the_protocol(byte[] bytes, string counted)
    {
        await using var broker = await TestBroker.StartAsync(_folder);
        using var socket = await broker.OpenSocketAsync();

        await socket.GetStream().WriteAsync(bytes);

        Assert.That(await IsClosedAsync(socket).Soonest(), Is.True);
        Assert.That(broker.Counters[Enum.Parse<BrokerEvent>(counted)], Is.EqualTo(1));
    }

    [Test]
    public async Task Ends_a_connection_that_was_cut_off_in_the_middle_of_a_packet()
    {
        await using var broker = await TestBroker.StartAsync(_folder);
        for (var i = 0; i < 4; i++)
        {
            using var socket = await broker.OpenSocketAsync();
            await socket.GetStream().WriteAsync(new byte[] { 0x10, 0x20, 0, 4, (byte)'M', (byte)'Q' });
            socket.Client.Shutdown(SocketShutdown.Send);
            Assert.That(await IsClosedAsync(socket).Soonest(), Is.True);
        }

        while (broker.Counters.Connections > 0)
        {
            await Task.Yield();
        }

        Assert.That(broker.Counters[BrokerEvent.FrameCutOff], Is.EqualTo(4));
    }

    [Test]
    public async Task Holds_no_more_silent_sockets_than_its_limit_and_drops_them_at_the_deadline()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var broker = await TestBroker.StartAsync(_folder, options => (options.MaxConnections, options.MaxConnectionsPerAddress) = (100, 100), clock);
        var sockets = new List<TcpClient>();
        for (var i = 0; i < 500; i++)
        {
            try
            {
                sockets.Add(await broker.OpenSocketAsync());
            }
            catch (SocketException)
            {
                // Refused so quickly that the system calls it a failed connect.
            }
        }

        while (broker.Counters[BrokerEvent.ConnectionOverLimit] + broker.Counters.Connections < 500)
        {
            await Task.Yield();
        }

        Assert.That(broker.Counters.Connections, Is.EqualTo(100));

        clock.Advance(TimeSpan.FromSeconds(10));
        await Task.WhenAll(sockets.Select(IsClosedAsync)).Soonest();
        sockets.ForEach(socket => socket.Dispose());
        using var latecomer = await broker.ConnectAsync("bridge-a");
        Assert.That(latecomer.IsConnected, Is.True);
    }

    [Test]
    public async Task Hangs_up_on_a_signed_in_client_that_sends_a_packet_over_the_limit()
    {
        await using var broker = await TestBroker.StartAsync(_folder);
        using var bridge = await broker.ConnectAsync("bridge-a");
        var left = new TaskCompletionSource();
        bridge.DisconnectedAsync += _ =>
        {
            left.TrySetResult();
            return Task.CompletedTask;
        };

        var atLimit = await bridge.SayAsync("fablab/v1/north/bridge-a/up/journal", new string('x', 128 * 1024));
        var overPayload = await bridge.SayAsync("fablab/v1/north/bridge-a/up/journal", new string('x', (128 * 1024) + 1));
        _ = bridge.SayAsync("fablab/v1/north/bridge-a/up/journal", new string('x', 300 * 1024), qos: MqttQualityOfServiceLevel.AtMostOnce).ContinueWith(_ => { }, TaskScheduler.Default);
        await left.Task.Soonest();

        Assert.That((atLimit, overPayload), Is.EqualTo(((byte)0x10, (byte)0x97)));
        Assert.That(broker.Counters[BrokerEvent.FrameTooLarge], Is.EqualTo(1));
    }

    [Test]
    public async Task Is_hosted_by_the_web_only_when_the_settings_say_so([Values] bool isEmbedded)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Broker:Embedded"] = isEmbedded.ToString(),
            ["Broker:Port"] = "0",
        });
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<IBrokerCredentials, TestBroker.TestCredentials>().AddLogging();
        builder.AddEmbeddedBroker(_ => _folder);
        await using var services = builder.Services.BuildServiceProvider();

        var hosted = services.GetServices<IHostedService>().OfType<EmbeddedBroker>().SingleOrDefault();
        if (hosted is not null)
        {
            await hosted.StartAsync(CancellationToken.None);
            await hosted.StopAsync(CancellationToken.None);
        }

        Assert.That(hosted?.Port > 0, Is.EqualTo(isEmbedded));
    }

    /// <summary>The second one disposes of the broker next; a stop that was still under way never ended then.</summary>
    [Test]
    public async Task Is_stopped_for_whoever_asks_only_when_it_has_stopped()
    {
        var broker = await TestBroker.StartAsync(_folder);
        using var client = await broker.ConnectAsync("web");

        var first = broker.Broker.StopAsync(CancellationToken.None);
        await broker.Broker.StopAsync(CancellationToken.None).Soonest();

        Assert.That(first.IsCompletedSuccessfully, Is.True);
        await broker.DisposeAsync();
    }

    [Test]
    public async Task Bears_the_second_stop_of_a_host_that_was_stopped_from_outside()
    {
        var broker = await TestBroker.StartAsync(_folder);
        await broker.DisposeAsync();

        Assert.That(() => broker.Broker.StopAsync(CancellationToken.None), Throws.Nothing);
    }

    /// <summary>Reads until the other side hangs up, politely or not.</summary>
    private static async Task<bool> IsClosedAsync(TcpClient socket)
    {
        try
        {
            var buffer = new byte[256];
            while (await socket.Client.ReceiveAsync(buffer) > 0)
            {
            }

            return true;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private sealed class BrokenCredentials : IBrokerCredentials
    {
        public ValueTask<BrokerPrincipal?> FindAsync(string user, string password, CancellationToken ct) => throw new IOException("The database is away.");
    }
}
