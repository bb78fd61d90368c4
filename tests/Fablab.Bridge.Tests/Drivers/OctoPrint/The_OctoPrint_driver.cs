using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.OctoPrint;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fablab.Bridge.Tests.Drivers.OctoPrint;

public class The_OctoPrint_driver
{
    /// <summary>Longest wait for something that will come; a test that reaches it has failed.</summary>
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(30);

    private static readonly List<Exchange> Finish = [.. Recording.Exchanges(Recorded("http-07-print-finish"))];

    private FakeOctoPrint _octoPrint = null!;
    private OctoPrintDriver _driver = null!;
    private Watcher _watcher = null!;
    private string _folder = null!;

    [SetUp]
    public async Task ConnectAsync()
    {
        _folder = Directory.CreateTempSubdirectory("octoprint-driver-").FullName;
        _octoPrint = await FakeOctoPrint.StartAsync();
        ShowIdle();
        _driver = new OctoPrintDriver(Options(), TimeProvider.System, NullLogger<OctoPrintDriver>.Instance);
        _watcher = new Watcher(_driver);
    }

    [TearDown]
    public async Task DisconnectAsync()
    {
        await _watcher.DisposeAsync();
        await _driver.DisposeAsync();
        await _octoPrint.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Goes_on_after_failures_of_its_own()
    {
        var clock = new StumblingClock();
        await using var driver = new OctoPrintDriver(Options(), clock, NullLogger<OctoPrintDriver>.Instance);
        await using var watcher = new Watcher(driver);
        await watcher.WaitForAsync(seen => seen.State is ControllerState.Idle);

        for (var i = 0; i < 10; i++)
        {
            clock.Stumble();
            await watcher.WaitForAsync(seen => clock.HasStumbled && seen.State is ControllerState.Idle);
        }

        _octoPrint.Show(Answer("print-job-5"), Answer("print-printer-5"));
        Assert.That(await watcher.WaitForAsync(seen => seen.Progress > 0), Is.Not.Null);
    }

    [Test]
    public async Task Follows_a_recorded_print_to_its_end()
    {
        var pushed = Recording.Pushed(Recorded("push-07-print-finish-raw-throttled-filtered")).Select(push => push.Message).ToList();
        var finishing = pushed.FindIndex(message => message.Child("event").Child("payload").Text("state_id") == "FINISHING");
        _octoPrint.Stored["finish.gcode"] = [1];
        await _watcher.WaitForAsync(seen => seen.State is ControllerState.Idle);
        await ListeningAsync();

        _octoPrint.Show(Answer("print-job-5"), Answer("print-printer-5"));
        await PushAsync(pushed.Take(finishing));
        var running = await _watcher.WaitForAsync(seen => seen.State is ControllerState.Running && seen.Progress > 0);
        _octoPrint.Show(Answer("print-job-15"), Answer("print-printer-15"));
        await PushAsync(pushed.Skip(finishing));
        var done = await _watcher.WaitForAsync(seen => seen.State is ControllerState.Idle && seen.LastEnd is not null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(running.FileName, Is.EqualTo("finish.gcode"));
            Assert.That(running.FilamentMillimetres, Is.GreaterThan(0));
            Assert.That(done.LastEnd, Is.EqualTo(new RunEnd("finish.gcode", RunOutcome.Completed, 14249, null)));
            Assert.That(done.Progress, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Says_what_to_push_before_it_says_who_it_is_and_keeps_the_key_out_of_every_address()
    {
        await ListeningAsync();

        var frames = _octoPrint.SocketFrames.ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(frames[0], Does.Contain("subscribe").And.Contain("\"logs\":false"));
            Assert.That(frames[1], Is.EqualTo("""{"throttle":2}"""));
            Assert.That(frames[2], Is.EqualTo("""{"auth":"bridge:session-of-the-test"}"""));
            Assert.That(_octoPrint.Requests, Has.None.Contains("secret-key"));
        }
    }

    [Test]
    public async Task Says_again_who_it_is_when_OctoPrint_asks()
    {
        await ListeningAsync();

        await _octoPrint.PushAsync(Json("""{"reauthRequired":{"reason":"stale"}}"""));

        await EventuallyAsync(() => _octoPrint.SocketFrames.Count(frame => frame.Contains("auth", StringComparison.Ordinal)) == 2);
    }

    [Test]
    public async Task Comes_back_to_a_socket_that_broke()
    {
        await ListeningAsync();

        _octoPrint.DropSockets();

        await EventuallyAsync(() => _octoPrint.SocketFrames.Count(frame => frame.Contains("auth", StringComparison.Ordinal)) == 2);
    }

    [Test]
    public async Task Learns_the_end_of_a_print_that_ended_while_OctoPrint_could_not_be_reached()
    {
        _octoPrint.Stored["finish.gcode"] = [1];
        _octoPrint.Show(Answer("print-job-5"), Answer("print-printer-5"));
        await _watcher.WaitForAsync(seen => seen is { Link: LinkState.Up, State: ControllerState.Running });
        await EventuallyAsync(() => _octoPrint.Requests.Contains("GET /api/files/local/finish.gcode"));

        _octoPrint.IsDown = true;
        _octoPrint.DropSockets();
        var away = await _watcher.WaitForAsync(seen => seen.Link is LinkState.Down);
        _octoPrint.LastPrints["finish.gcode"] = new { date = 1795460345.4, printTime = 14.25, success = true };
        _octoPrint.Show(Answer("print-job-15"), Answer("print-printer-15"));
        _octoPrint.IsDown = false;
        var back = await _watcher.WaitForAsync(seen => seen.LastEnd is not null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(away.State, Is.EqualTo(ControllerState.Unknown));
            Assert.That(away.Message, Is.Not.Empty);
            Assert.That(back.LastEnd, Is.EqualTo(new RunEnd("finish.gcode", RunOutcome.Completed, 14250, null)));
        }
    }

    [Test]
    public async Task Learns_the_end_of_a_print_that_ended_before_it_was_started_itself()
    {
        _octoPrint.Stored["finish.gcode"] = [1];
        _octoPrint.LastPrints["finish.gcode"] = new { date = 1795460345.4, printTime = 14.25, success = true };
        _octoPrint.Show(Answer("print-job-15"), Answer("print-printer-15"));

        var first = await _watcher.WaitForAsync(seen => seen.LastEnd is not null);

        Assert.That(first.LastEnd, Is.EqualTo(new RunEnd("finish.gcode", RunOutcome.Completed, 14250, null)));
    }

    [Test]
    public async Task Tells_people_when_an_accepted_start_starts_nothing()
    {
        _octoPrint.Stored["finish.gcode"] = [1];

        await _driver.StartAsync("finish.gcode", CancellationToken.None);

        var waiting = await _watcher.WaitForAsync(seen => seen.Message is not null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(waiting.State, Is.EqualTo(ControllerState.Idle));
            Assert.That(waiting.Message, Does.Contain("nothing runs after 1 s"));
        }
    }

    [Test]
    public void Refuses_to_start_a_file_that_is_not_there()
    {
        Assert.That(
            async () => await _driver.StartAsync("missing.gcode", CancellationToken.None),
            Throws.TypeOf<ControllerRefusedException>().With.Property(nameof(ControllerRefusedException.Kind)).EqualTo(RefusalKind.NotFound));
    }

    [Test]
    public async Task Uploads_a_file_once_however_often_it_is_asked()
    {
        var file = MakeFile("job-0a1b2c3d.gcode", "G28\n");

        await _driver.UploadAsync(file, CancellationToken.None);
        await _driver.UploadAsync(file, CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_octoPrint.Stored[file.Name], Is.EqualTo("G28\n"u8.ToArray()));
            Assert.That(_octoPrint.Requests.Count(request => request == "POST /api/files/local"), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Uses_the_path_that_OctoPrint_chose()
    {
        _octoPrint.Rename = name => $"übrig/{name.Replace('-', '_')}";
        var file = MakeFile("job-0a1b2c3d.gcode", "G28\n");

        await _driver.UploadAsync(file, CancellationToken.None);
        await _driver.StartAsync(file.Name, CancellationToken.None);
        await _driver.RemoveAsync(file.Name, CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_octoPrint.Requests, Has.Member("POST /api/files/local/übrig/job_0a1b2c3d.gcode"));
            Assert.That(_octoPrint.Stored, Is.Empty);
        }
    }

    [Test]
    public void Refuses_a_copy_that_arrived_broken_and_takes_it_off_again()
    {
        _octoPrint.BreaksUploads = true;
        var file = MakeFile("job-0a1b2c3d.gcode", "G28\n");

        Assert.That(async () => await _driver.UploadAsync(file, CancellationToken.None), Throws.TypeOf<ControllerRefusedException>());

        Assert.That(_octoPrint.Stored, Is.Empty);
    }

    [Test]
    public void Refuses_to_send_bytes_that_are_not_the_approved_ones()
    {
        var file = MakeFile("job-0a1b2c3d.gcode", "G28\n") with { Sha256 = new string('0', 64) };

        Assert.That(async () => await _driver.UploadAsync(file, CancellationToken.None), Throws.TypeOf<ControllerRefusedException>());

        Assert.That(_octoPrint.Stored, Is.Empty);
    }

    [Test]
    public async Task Takes_a_no_to_a_second_cancel_for_a_yes_to_the_first()
    {
        await _driver.CancelAsync(CancellationToken.None);
        _octoPrint.CancelStatus = 409;

        Assert.That(async () => await _driver.CancelAsync(CancellationToken.None), Throws.Nothing);
    }

    [Test]
    public void Passes_on_a_no_to_a_first_cancel()
    {
        _octoPrint.CancelStatus = 409;

        Assert.That(
            async () => await _driver.CancelAsync(CancellationToken.None),
            Throws.TypeOf<ControllerRefusedException>().With.Property(nameof(ControllerRefusedException.Kind)).EqualTo(RefusalKind.WrongState));
    }

    [Test]
    public void Finds_nothing_wrong_with_removing_a_file_that_is_gone()
    {
        Assert.That(async () => await _driver.RemoveAsync("gone.gcode", CancellationToken.None), Throws.Nothing);
    }

    private static string Recorded(string name) => Path.Combine(Repository.OctoPrintRecordings, $"{name}.jsonl");

    private static JsonElement Answer(string step) => Finish.First(exchange => exchange.Step == step).Answer;

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private static async Task EventuallyAsync(Func<bool> isTrue)
    {
        using var limit = new CancellationTokenSource(WaitLimit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!isTrue())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    private OctoPrintOptions Options() => new()
    {
        Address = _octoPrint.Address,
        ApiKey = "secret-key-of-the-test",
        PollInterval = TimeSpan.FromMilliseconds(50),
        RetryDelay = TimeSpan.FromMilliseconds(1),
        StartDeadline = TimeSpan.FromSeconds(1),
        SocketRetryDelay = TimeSpan.FromMilliseconds(10),
        SocketRetryLimit = TimeSpan.FromMilliseconds(100),
    };

    private void ShowIdle()
    {
        var idle = Recording.Exchanges(Recorded("http-05-connect")).ToList();
        _octoPrint.Bodies["/api/connection"] = idle.First(exchange => exchange.Step == "connection-after-reconnect").Answer;
        _octoPrint.Show(
            idle.First(exchange => exchange.Step == "job-operational-nothing-selected").Answer,
            idle.First(exchange => exchange.Step == "printer-ready").Answer);
    }

    private async Task ListeningAsync()
    {
        // The driver begins to look and listen when someone observes.
        await _watcher.WaitForAsync(_ => true);
        await EventuallyAsync(() => _octoPrint.SocketFrames.Any(frame => frame.Contains("auth", StringComparison.Ordinal)));
    }

    private async Task PushAsync(IEnumerable<JsonElement> messages)
    {
        foreach (var message in messages)
        {
            await _octoPrint.PushAsync(message);
        }
    }

    private JobFile MakeFile(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return new JobFile(name, path, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }

    /// <summary>Reads the observations as the supervisor would, and lets a test wait for the one it means.</summary>
    private sealed class Watcher : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly IAsyncEnumerator<ControllerObservation> _seen;

        public Watcher(OctoPrintDriver driver) => _seen = driver.ObserveAsync(_stop.Token).GetAsyncEnumerator(CancellationToken.None);

        public async Task<ControllerObservation> WaitForAsync(Func<ControllerObservation, bool> isMeant)
        {
            using var limit = new CancellationTokenSource(WaitLimit);
            await using var giveUp = limit.Token.Register(_stop.Cancel);
            while (await _seen.MoveNextAsync())
            {
                if (isMeant(_seen.Current))
                {
                    return _seen.Current;
                }
            }

            throw new InvalidOperationException("The driver stopped observing");
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _seen.DisposeAsync();
            _stop.Dispose();
        }
    }
}
