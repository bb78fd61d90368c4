using System.Net;
using System.Net.Sockets;
using Fablab.Mqtt;
using Microsoft.Extensions.Time.Testing;

namespace Fablab.Web.Tests.Messaging;

/// <summary>A broker that says hello and then nothing more, as one that hangs does.</summary>
public class With_a_silent_broker_the_link
{
    private static readonly byte[] Welcome = [0x20, 0x03, 0x00, 0x00, 0x00];

    private readonly FakeTimeProvider _clock = new();
    private TcpListener _listener;

    [SetUp]
    public void Listen()
    {
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
    }

    [TearDown]
    public void Stop() => _listener.Dispose();

    [Test]
    public async Task Notices_within_the_keep_alive_and_connects_again()
    {
        await using var bridge = new TestLink("bridge-a", Port, _clock).Start();
        using var first = await WelcomeAsync();
        await bridge.ConnectedAsync();

        var left = bridge.DisconnectedAsync();
        var waited = await AdvanceUntilAsync(left);
        Assert.That((await left).Reason, Does.Contain("no sign of life"));
        Assert.That(waited, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(25)));

        var second = WelcomeAsync();
        await AdvanceUntilAsync(second);
        (await second).Dispose();
    }

    [Test]
    public async Task Sends_a_message_again_that_was_never_acknowledged()
    {
        await using var bridge = new TestLink("bridge-a", Port, _clock, change: options => options.AckTimeout = TimeSpan.FromSeconds(5)).Start();
        using var first = await WelcomeAsync();
        await bridge.ConnectedAsync();
        var outcome = bridge.SayAsync("fablab/v1/north/bridge-a/up/journal", "batch 1");
        var packet = await ReadPacketAsync(first);

        var reconnecting = WelcomeAsync();
        await AdvanceUntilAsync(reconnecting);
        using var second = await reconnecting;
        var again = await ReadPacketAsync(second);

        // PUBLISH: kind and flags, one byte of length, topic with its length, packet id. Answer for that id.
        var topicLength = (again[2] << 8) + again[3];
        await second.GetStream().WriteAsync(new byte[] { 0x40, 0x02, again[4 + topicLength], again[5 + topicLength] });

        Assert.That(packet[0] >> 4, Is.EqualTo(3));
        Assert.That((await outcome.Soonest()).Status, Is.EqualTo(PublishStatus.Acknowledged));
    }

    [Test]
    public async Task Takes_a_message_back_that_is_worthless_later()
    {
        await using var bridge = new TestLink("bridge-a", Port, _clock);

        var outcome = bridge.Link.PublishAsync(TestLink.Message("fablab/v1/north/bridge-a/up/lease-req/laser-1"), TimeSpan.FromSeconds(15), CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(15));

        Assert.That((await outcome.Soonest()).Status, Is.EqualTo(PublishStatus.Expired));
        Assert.That(bridge.Link.QueueLength, Is.Zero);
    }

    [Test]
    public async Task Refuses_a_message_when_the_queue_is_full()
    {
        await using var bridge = new TestLink("bridge-a", Port, _clock, change: options => options.QueueLimit = 2);
        _ = bridge.SayAsync("a");
        _ = bridge.SayAsync("b");

        Assert.That((await bridge.SayAsync("c").Soonest()).Status, Is.EqualTo(PublishStatus.QueueFull));
    }

    [Test]
    public void Refuses_settings_that_are_out_of_bounds() =>
        Assert.That(
            () => new TestLink("bridge-a", Port, change: options => options.KeepAlive = TimeSpan.Zero),
            Throws.InstanceOf<Microsoft.Extensions.Options.OptionsValidationException>().With.Message.Contains("KeepAlive"));

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    private async Task<TcpClient> WelcomeAsync()
    {
        var socket = await _listener.AcceptTcpClientAsync();
        await ReadPacketAsync(socket);
        await socket.GetStream().WriteAsync(Welcome);
        return socket;
    }

    /// <summary>Packets of these tests are shorter than 128 bytes, so that their length is one byte.</summary>
    private static async Task<byte[]> ReadPacketAsync(TcpClient socket)
    {
        var head = new byte[2];
        await socket.GetStream().ReadExactlyAsync(head).AsTask().Soonest();
        var body = new byte[head[1]];
        await socket.GetStream().ReadExactlyAsync(body).AsTask().Soonest();
        return [.. head, .. body];
    }

    /// <summary>Moves the clock in small steps, because what waits on it is set up on other threads in between.</summary>
    private async Task<TimeSpan> AdvanceUntilAsync(Task done)
    {
        var advanced = TimeSpan.Zero;
        using var limit = new CancellationTokenSource(Soon.Limit, TimeProvider.System);
        while (!done.IsCompleted)
        {
            limit.Token.ThrowIfCancellationRequested();
            _clock.Advance(TimeSpan.FromMilliseconds(500));
            advanced += TimeSpan.FromMilliseconds(500);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        return advanced;
    }
}
