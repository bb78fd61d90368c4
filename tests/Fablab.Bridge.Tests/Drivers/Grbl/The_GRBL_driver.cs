using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.Grbl;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fablab.Bridge.Tests.Drivers.Grbl;

public class The_GRBL_driver
{
    /// <summary>A test that waits longer than this for something to be seen has failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly GrblRecording _recording = GrblRecording.Load("grbl/02-stream-job-to-completion");
    private string _path = string.Empty;

    [SetUp]
    public void MakeFile()
    {
        _path = Path.GetTempFileName();
        File.WriteAllLines(_path, _recording.Program.Select(line => $"  {line.Text} ; as recorded"));
    }

    [TearDown]
    public void RemoveFile() => File.Delete(_path);

    [TestCase("tcp")]
    [TestCase("ws")]
    [TestCase("serial", IncludePlatform = "Linux")]
    public async Task Runs_a_file_from_upload_to_completion_over(string scheme)
    {
        await using var peer = new GrblPeer(Shortened(_recording));
        await using var line = await GrblLineKinds.OpenAsync(scheme, peer);
        await using var driver = Driver(line.Address);
        using var patience = new CancellationTokenSource(Patience);
        await using var seen = driver.ObserveAsync(patience.Token).GetAsyncEnumerator(patience.Token);

        var ready = await NextAsync(seen, one => one.State is ControllerState.Idle);
        await driver.UploadAsync(JobFile(), patience.Token);
        await driver.StartAsync(JobFile().Name, patience.Token);
        var running = await NextAsync(seen, one => one.State is ControllerState.Running);
        var ended = await NextAsync(seen, one => one.LastEnd is not null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(ready.Link, Is.EqualTo(LinkState.Up));
            Assert.That(running.FileName, Is.EqualTo(JobFile().Name));
            Assert.That(ended.LastEnd, Has.Property(nameof(RunEnd.Outcome)).EqualTo(RunOutcome.Completed).And.Property(nameof(RunEnd.FileName)).EqualTo(JobFile().Name));
            Assert.That(ended.State, Is.EqualTo(ControllerState.Idle));
            Assert.That(peer.Lines, Is.EqualTo(_recording.Program.Select(line => line.Text)));
            Assert.That(peer.Realtime, Is.All.EqualTo((byte)'?'));
        }
    }

    [TestCase("ws")]
    [TestCase("serial", IncludePlatform = "Linux")]
    public async Task Sees_that_its_line_is_gone_and_goes_on_looking_for_it(string scheme)
    {
        await using var peer = new GrblPeer(Shortened(_recording));
        var line = await GrblLineKinds.OpenAsync(scheme, peer);
        await using var driver = Driver(line.Address);
        using var patience = new CancellationTokenSource(Patience);
        await using var seen = driver.ObserveAsync(patience.Token).GetAsyncEnumerator(patience.Token);
        await NextAsync(seen, one => one.State is ControllerState.Idle);

        await line.DisposeAsync();
        var gone = await NextAsync(seen, one => one.Link is LinkState.Down);
        var still = await NextAsync(seen, _ => true);

        Assert.That((gone.State, still.Link), Is.EqualTo((ControllerState.Unknown, LinkState.Down)));
    }

    [Test]
    public async Task Reports_a_cut_line_as_the_jobs_end_and_then_what_it_finds_when_it_is_back()
    {
        await using var peer = new GrblPeer(Shortened(_recording).Where(line => !line.Contains("Pgm End", StringComparison.Ordinal)).Take(15));
        await using var driver = Driver(peer.Address);
        using var patience = new CancellationTokenSource(Patience);
        await using var seen = driver.ObserveAsync(patience.Token).GetAsyncEnumerator(patience.Token);
        await NextAsync(seen, one => one.State is ControllerState.Idle);
        await driver.UploadAsync(JobFile(), patience.Token);
        await driver.StartAsync(JobFile().Name, patience.Token);
        await NextAsync(seen, one => one.State is ControllerState.Running);

        peer.SayOnly("<Run|MPos:0.372,4.000,-1.000|Bf:12,107|FS:272,800>");
        peer.CutLine();
        var cut = await NextAsync(seen, one => one.Link is LinkState.Down);
        var back = await NextAsync(seen, one => one.Link is LinkState.Up);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((cut.State, cut.LastEnd?.Outcome), Is.EqualTo((ControllerState.Unknown, RunOutcome.FailedLink)));
            Assert.That((back.State, back.FileName), Is.EqualTo((ControllerState.Running, default(string))));
            Assert.That(back.LastEnd?.Outcome, Is.EqualTo(RunOutcome.FailedLink), "it stays until the next job starts");
        }
    }

    [Test]
    public async Task Says_that_it_cannot_reach_a_machine_that_is_not_there_and_goes_on_trying()
    {
        var address = UnusedAddress();
        await using var driver = Driver(address);
        using var patience = new CancellationTokenSource(Patience);
        await using var seen = driver.ObserveAsync(patience.Token).GetAsyncEnumerator(patience.Token);
        var first = await NextAsync(seen, _ => true);
        await driver.UploadAsync(JobFile(), patience.Token);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((first.Link, first.State), Is.EqualTo((LinkState.Down, ControllerState.Unknown)));
            await Assert.ThatAsync(() => driver.StartAsync(JobFile().Name, patience.Token), Throws.TypeOf<MachineUnreachableException>());
            await Assert.ThatAsync(() => driver.CancelAsync(patience.Token), Throws.TypeOf<MachineUnreachableException>());
        }

        var second = await NextAsync(seen, _ => true);
        Assert.That(second.Link, Is.EqualTo(LinkState.Down), "a lost link is a picture, too");
    }

    [Test]
    public async Task Goes_on_after_a_failure_of_its_own()
    {
        var clock = new StumblingClock();
        var address = UnusedAddress();
        await using var driver = Driver(address, clock);
        using var patience = new CancellationTokenSource(Patience);
        await using var seen = driver.ObserveAsync(patience.Token).GetAsyncEnumerator(patience.Token);
        await NextAsync(seen, _ => true);

        // Without a link only the ticks ask for the time.
        clock.Stumble();
        await NextAsync(seen, _ => clock.HasStumbled);
        var next = await NextAsync(seen, _ => true);

        Assert.That(next.Link, Is.EqualTo(LinkState.Down));
    }

    [Test]
    public async Task Opens_its_link_anew_after_a_failure_in_the_middle_of_a_job()
    {
        var clock = new StumblingClock();
        await using var peer = new GrblPeer(Shortened(_recording));
        await using var driver = Driver(peer.Address, clock);
        using var patience = new CancellationTokenSource(Patience);
        await using var seen = driver.ObserveAsync(patience.Token).GetAsyncEnumerator(patience.Token);
        await NextAsync(seen, one => one.State is ControllerState.Idle);
        await driver.UploadAsync(JobFile(), patience.Token);
        await driver.StartAsync(JobFile().Name, patience.Token);
        await NextAsync(seen, one => one.State is ControllerState.Running);

        peer.SayOnly("<Run|MPos:0.372,4.000,-1.000|Bf:12,107|FS:272,800>");
        clock.Stumble();
        var lost = await NextAsync(seen, one => one.LastEnd is not null);
        var back = await NextAsync(seen, one => one.Link is LinkState.Up);

        Assert.That(lost.LastEnd!.Outcome, Is.EqualTo(RunOutcome.FailedLink));
        Assert.That(back.FileName, Is.Null);
    }

    [Test]
    public async Task Refuses_what_was_never_uploaded_or_was_removed_again()
    {
        await using var driver = Driver("tcp://127.0.0.1:1");
        await driver.UploadAsync(JobFile(), CancellationToken.None);
        await driver.RemoveAsync(JobFile().Name, CancellationToken.None);
        await driver.RemoveAsync(JobFile().Name, CancellationToken.None);

        await Assert.ThatAsync(
            () => driver.StartAsync(JobFile().Name, CancellationToken.None),
            Throws.TypeOf<ControllerRefusedException>().With.Property(nameof(ControllerRefusedException.Kind)).EqualTo(RefusalKind.NotFound));
    }

    [Test]
    public async Task Refuses_a_file_that_is_gone()
    {
        await using var driver = Driver("tcp://127.0.0.1:1");
        File.Delete(_path);

        await Assert.ThatAsync(
            () => driver.UploadAsync(new JobFile("gone.gcode", _path, new string('0', 64)), CancellationToken.None),
            Throws.TypeOf<ControllerRefusedException>().With.Message.Contains("gone.gcode"));
    }

    [TestCase("/dev/ttyUSB0", "tcp://host:port, ws://host:port/path or serial:///dev/ttyUSB0")]
    [TestCase("http://machine:80", "tcp://host:port, ws://host:port/path or serial:///dev/ttyUSB0")]
    [TestCase("tcp://machine", "tcp://host:port")]
    [TestCase("ws://user:secret@machine/", "ws://host:port/path")]
    [TestCase("serial://ttyUSB0", "serial:///dev/ttyUSB0?baud=115200")]
    [TestCase("serial:///dev/../etc/passwd", "serial:///dev/ttyUSB0?baud=115200")]
    [TestCase("serial:///dev/ttyUSB0?baud=fast", "serial:///dev/ttyUSB0?baud=115200")]
    [TestCase("serial:///dev/ttyUSB0?baud=300", "baud 300 is not between 1200 and 4000000")]
    public void Wants_an_address_it_can_open(string address, string words) =>
        Assert.That(() => Driver(address), Throws.ArgumentException.With.Message.Contains(words));

    [Test]
    public async Task Says_why_a_board_does_not_speak_over_a_WebSocket()
    {
        await using var peer = new GrblPeer(Shortened(_recording));
        await using var line = await GrblLineKinds.OpenAsync("ws", peer);
        var log = new ListedLog<GrblDriver>();
        var options = Options(line.Address) with { WebSocketProtocol = "" };
        await using var driver = new GrblDriver(options, TimeProvider.System, log, GrblLinks.To(options, TimeProvider.System), () => 0.1);
        using var patience = new CancellationTokenSource(Patience);
        await using var seen = driver.ObserveAsync(patience.Token).GetAsyncEnumerator(patience.Token);

        do
        {
            Assert.That((await NextAsync(seen, _ => true)).Link, Is.EqualTo(LinkState.Down));
        }
        while (log.Lines.Count == 0);

        Assert.That(log.Lines, Has.Some.Contains("400"));
    }

    [Test]
    public void Wants_options_within_their_limits()
    {
        var options = Options("tcp://machine:23") with { BusyPoll = TimeSpan.FromMilliseconds(1) };

        Assert.That(
            () => new GrblDriver(options, TimeProvider.System, NullLogger<GrblDriver>.Instance),
            Throws.TypeOf<System.ComponentModel.DataAnnotations.ValidationException>().With.Message.Contains(nameof(GrblOptions.BusyPoll)));
    }

    private static GrblDriver Driver(string address, TimeProvider? clock = null) => new(Options(address), clock ?? TimeProvider.System, NullLogger<GrblDriver>.Instance, GrblLinks.To(Options(address), TimeProvider.System), () => 0.1);

    private static GrblOptions Options(string address) => new()
    {
        Address = address,
        BusyPoll = TimeSpan.FromMilliseconds(100),
        IdlePoll = TimeSpan.FromMilliseconds(100),
        Heartbeat = TimeSpan.FromMilliseconds(500),
        FirstReconnectWait = TimeSpan.FromMilliseconds(100),
    };

    private JobFile JobFile() => new(GrblConversation.JobName, _path, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_path))));

    // Most of the recorded reports only show a little more way; a few of them tell the same story in less time.
    private static IEnumerable<string> Shortened(GrblRecording recording) =>
        recording.Received.Where((line, at) => !line.Text.StartsWith("<Run", StringComparison.Ordinal) || at % 6 == 0).Select(line => line.Text).SkipWhile(line => !line.StartsWith("ok", StringComparison.Ordinal));

    private static async Task<ControllerObservation> NextAsync(IAsyncEnumerator<ControllerObservation> seen, Predicate<ControllerObservation> isWanted)
    {
        while (await seen.MoveNextAsync())
        {
            if (isWanted(seen.Current))
            {
                return seen.Current;
            }
        }

        throw new InvalidOperationException("The driver stopped observing.");
    }

    private static string UnusedAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"tcp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}
