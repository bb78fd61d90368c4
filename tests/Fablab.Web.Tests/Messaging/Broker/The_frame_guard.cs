using System.Buffers;
using System.IO.Pipelines;
using Fablab.Web.Messaging.Broker;
using Microsoft.Extensions.Time.Testing;

namespace Fablab.Web.Tests.Messaging.Broker;

/// <summary>The pipes run inline, so that every byte is dealt with before the next line of a test.</summary>
public class The_frame_guard
{
    private static readonly byte[] Connect = [0x10, 0x02, 0xAA, 0xBB];
    private static readonly byte[] Publish = [0x30, 0x03, 1, 2, 3];
    private static readonly PipeOptions Inline = new(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false);

    private readonly FakeTimeProvider _clock = new();
    private Pipe _socket;
    private Pipe _library;
    private FramePump _pump;
    private Task<BrokerEvent?> _running;

    [SetUp]
    public void Open()
    {
        (_socket, _library) = (new Pipe(Inline), new Pipe(Inline));
        var options = new BrokerOptions { ConnectDeadline = TimeSpan.FromSeconds(10), FrameDeadline = TimeSpan.FromSeconds(5) };
        _pump = new FramePump(_socket.Reader, _library.Writer, options, _clock);
        _running = _pump.RunAsync();
    }

    [TearDown]
    public async Task CloseAsync()
    {
        _pump.Stop();
        await _running;
        _running.Dispose();
        await _pump.DisposeAsync();
        _running.Dispose();
    }

    [Test]
    public async Task Passes_whole_packets_on_unchanged_however_they_are_cut()
    {
        foreach (var one in Connect.Concat(Publish).Concat(Publish))
        {
            await ReceiveAsync(one);
        }

        Assert.That(Passed(), Is.EqualTo(Connect.Concat(Publish).Concat(Publish)));
    }

    [Test]
    public async Task Passes_nothing_of_a_packet_that_is_not_whole()
    {
        await ReceiveAsync([.. Connect, .. Publish[..4]]);

        Assert.That(Passed(), Is.EqualTo(Connect));
    }

    [Test]
    public async Task Closes_when_the_first_packet_is_not_a_connect([Values(0x30, 0xC0, 0x82, 0x16)] int first)
    {
        await ReceiveAsync((byte)first);

        Assert.That(await Fault(), Is.EqualTo(BrokerEvent.FirstPacketNotConnect));
    }

    [Test]
    public async Task Closes_at_eleven_bytes_that_announce_256_mebibytes_and_passes_none_of_them()
    {
        await ReceiveAsync([0x10, 0xFF, 0xFF, 0xFF, 0x7F, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T']);

        Assert.That(await Fault(), Is.EqualTo(BrokerEvent.FrameTooLarge));
        Assert.That(Passed(), Is.Empty);
    }

    [Test]
    public async Task Closes_at_a_connect_over_8_KiB_but_not_at_a_later_packet_of_that_size()
    {
        byte[] announcesNineKibibytes = [0x80, 0x48];

        await ReceiveAsync([.. Connect, 0x30, .. announcesNineKibibytes, .. new byte[9 * 1024]]);
        Assert.That(_running.IsCompleted, Is.False);

        await CloseAsync();
        Open();
        await ReceiveAsync([0x10, .. announcesNineKibibytes]);
        Assert.That(await Fault(), Is.EqualTo(BrokerEvent.FrameTooLarge));
    }

    [Test]
    public async Task Closes_at_a_later_packet_over_256_KiB()
    {
        await ReceiveAsync([.. Connect, 0x30, 0x80, 0x80, 0x20]);

        Assert.That(await Fault(), Is.EqualTo(BrokerEvent.FrameTooLarge));
    }

    [Test]
    public async Task Closes_at_a_length_of_more_than_four_bytes()
    {
        await ReceiveAsync([.. Connect, 0x30, 0xFF, 0xFF, 0xFF, 0xFF]);

        Assert.That(await Fault(), Is.EqualTo(BrokerEvent.FrameMalformed));
    }

    [Test]
    public async Task Ends_when_the_sender_hangs_up_in_the_middle_of_a_packet_and_the_library_sees_an_orderly_end()
    {
        await ReceiveAsync([.. Connect, .. Publish[..3]]);

        await _socket.Writer.CompleteAsync();

        var rest = await _library.Reader.ReadAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Fault(), Is.EqualTo(BrokerEvent.FrameCutOff));
            Assert.That(rest.Buffer.ToArray(), Is.EqualTo(Connect));
            Assert.That(rest.IsCompleted, Is.True);
        }
    }

    [Test]
    public async Task Ends_without_a_complaint_when_the_sender_hangs_up_between_packets()
    {
        await ReceiveAsync([.. Connect, .. Publish]);

        await _socket.Writer.CompleteAsync();

        Assert.That(await Fault(), Is.Null);
    }

    [Test]
    public async Task Gives_a_stranger_ten_seconds_to_say_connect()
    {
        await ReceiveAsync(0x10);
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.That(_running.IsCompleted, Is.False);

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.That(await Fault(), Is.EqualTo(BrokerEvent.FrameTooSlow));
    }

    [Test]
    public async Task Gives_a_packet_five_seconds_however_its_bytes_trickle_in()
    {
        await ReceiveAsync([.. Connect, 0x30]);
        _clock.Advance(TimeSpan.FromSeconds(4));
        await ReceiveAsync(0x03);

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.That(await Fault(), Is.EqualTo(BrokerEvent.FrameTooSlow));
    }

    [Test]
    public async Task Leaves_a_silent_client_to_the_keep_alive_once_it_is_between_packets()
    {
        await ReceiveAsync([.. Connect, 0x30, 0x03]);
        await ReceiveAsync([1, 2, 3]);

        _clock.Advance(TimeSpan.FromMinutes(10));

        Assert.That(_running.IsCompleted, Is.False);
    }

    [Test]
    public async Task Ends_when_the_library_lets_go()
    {
        await ReceiveAsync(Connect);

        await _library.Reader.CompleteAsync();
        _pump.Stop();

        Assert.That(await Fault(), Is.Null);
    }

    private async Task ReceiveAsync(params byte[] bytes) => await _socket.Writer.WriteAsync(bytes);

    private Task<BrokerEvent?> Fault() => _running.WaitAsync(Soon.Limit);

    private byte[] Passed()
    {
        if (!_library.Reader.TryRead(out var read))
        {
            return [];
        }

        var bytes = read.Buffer.ToArray();
        _library.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        return bytes;
    }
}
