using System.Security.Cryptography;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.Moonraker;
using Fablab.MachineSimulator;
using Fablab.MachineSimulator.Moonraker;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fablab.Bridge.Tests.Drivers.Moonraker;

/// <summary>The driver against a pretend Klipper printer, over real sockets.</summary>
public class The_Moonraker_driver
{
    private const string Key = "key-of-the-test";

    /// <summary>No heating, and longer than any test.</summary>
    private const string LongPrint = "G28\nG1 Z0.2\nG1 X60 Y60 E123.7\nG1 X0 Y0 E124\n; estimated printing time (normal mode) = 2h\n";

    /// <summary>Only ends a test that hangs.</summary>
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(30);

    private SimulatedMoonraker _printer = null!;
    private MoonrakerDriver _driver = null!;
    private ListedLog<MoonrakerDriver> _log = null!;
    private CancellationTokenSource _limit = null!;
    private IAsyncEnumerator<ControllerObservation> _seen = null!;

    [SetUp]
    public async Task Begin()
    {
        (_log, _limit) = (new ListedLog<MoonrakerDriver>(), new CancellationTokenSource(HangLimit));
        _printer = new SimulatedMoonraker(
            new SimulatedMachineOptions { Code = "printer-1", Kind = SimulatedMachineKind.Moonraker, ApiKey = Key, Speed = 100 },
            TimeProvider.System,
            NullLogger<SimulatedMoonraker>.Instance);
        await _printer.StartAsync(_limit.Token);
        _driver = Make(Key);
        _seen = _driver.ObserveAsync(_limit.Token).GetAsyncEnumerator(_limit.Token);
    }

    [TearDown]
    public async Task End()
    {
        await _seen.DisposeAsync();
        await _driver.DisposeAsync();
        await _printer.DisposeAsync();
        _limit.Dispose();
    }

    [Test]
    public async Task Uploads_starts_pauses_resumes_cancels_and_cleans_up()
    {
        await StartPrintAsync();
        await _driver.PauseAsync(_limit.Token);
        await SeeAsync(seen => seen.State is ControllerState.Paused);
        await _driver.ResumeAsync(_limit.Token);
        await SeeAsync(seen => seen.State is ControllerState.Running);
        await _driver.CancelAsync(_limit.Token);
        var ended = await SeeAsync(seen => seen.LastEnd is not null);
        await _driver.RemoveAsync("job.gcode", _limit.Token);
        await _driver.RemoveAsync("job.gcode", _limit.Token);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((ended.LastEnd!.FileName, ended.LastEnd.Outcome), Is.EqualTo(("job.gcode", RunOutcome.CancelledByUs)));
            Assert.That(_printer.FileNames, Is.Empty);
            Assert.That(_log.Lines, Has.None.Contains(Key));
        }
    }

    [Test]
    public async Task Clears_a_latched_pause_before_it_starts()
    {
        _printer.Inject("pause");
        await StartPrintAsync();

        await _driver.PauseAsync(_limit.Token);
        await SeeAsync(seen => seen.State is ControllerState.Paused);

        // Looks go on in between.
        var wishes = _printer.Calls.Where(call => call is "printer.gcode.script" || call.StartsWith("printer.print.", StringComparison.Ordinal));
        Assert.That(wishes, Is.EqualTo(new[] { "printer.gcode.script", "printer.print.start", "printer.print.pause" }));
    }

    [Test]
    public async Task Clears_no_pause_where_none_is_latched()
    {
        await StartPrintAsync();

        Assert.That(_printer.Calls, Has.None.EqualTo("printer.gcode.script"));
    }

    [Test]
    public async Task Clears_a_latched_pause_once_however_often_a_start_that_waits_behind_it_is_asked_for()
    {
        await using var hasty = Make(Key, options => options.HeardTimeout = TimeSpan.FromMilliseconds(200));
        await IdleAsync();
        _printer.Inject("pause");
        _printer.Inject("slow-macros");
        await using var seen = hasty.ObserveAsync(_limit.Token).GetAsyncEnumerator(_limit.Token);
        do
        {
            Assert.That(await seen.MoveNextAsync());
        }
        while (seen.Current is not { Link: LinkState.Up, State: ControllerState.Idle });

        for (var asked = 0; asked < 3; asked++)
        {
            await Assert.ThatAsync(() => hasty.StartAsync("job.gcode", _limit.Token), Throws.TypeOf<MachineUnreachableException>());
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_printer.Calls.Count(call => call is "printer.gcode.script"), Is.EqualTo(1));
            Assert.That(_printer.Calls, Has.None.EqualTo("printer.print.start"));
        }
    }

    [Test]
    public async Task Does_not_start_behind_a_pause_that_was_cleared_by_word_only()
    {
        await IdleAsync();
        _printer.Inject("pause");
        _printer.Inject("stuck-pause");

        await Assert.ThatAsync(() => _driver.StartAsync("job.gcode", _limit.Token), Throws.TypeOf<ControllerRefusedException>().With.Message.Contains("did not clear it"));

        Assert.That(_printer.Calls, Has.None.EqualTo("printer.print.start"));
    }

    [Test]
    public async Task Does_not_pause_or_cancel_what_is_not_printed()
    {
        await IdleAsync();

        Assert.That(() => _driver.PauseAsync(_limit.Token), Throws.TypeOf<ControllerRefusedException>().With.Property("Kind").EqualTo(RefusalKind.WrongState));
        await _driver.CancelAsync(_limit.Token);

        Assert.That(_printer.Calls, Has.None.StartsWith("printer.print."));
    }

    [Test]
    public async Task Does_not_start_on_a_printer_at_work_or_shut_down()
    {
        await StartPrintAsync();
        Assert.That(() => _driver.StartAsync("job.gcode", _limit.Token), Throws.TypeOf<ControllerRefusedException>().With.Property("Kind").EqualTo(RefusalKind.WrongState));
        _printer.Inject("shutdown");
        var failed = await SeeAsync(seen => seen.LastEnd is not null && seen.State is ControllerState.Error);
        Assert.That(() => _driver.StartAsync("job.gcode", _limit.Token), Throws.TypeOf<ControllerRefusedException>().With.Property("Kind").EqualTo(RefusalKind.WrongState));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(failed.LastEnd!.Outcome, Is.EqualTo(RunOutcome.FailedMachine));
            Assert.That(failed.Message, Does.StartWith("MCU 'mcu' shutdown"));
            Assert.That(_printer.Calls.Count(call => call is "printer.print.start"), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Shows_growing_numbers_once_a_second_though_they_are_told_four_times()
    {
        await using var calm = Make(Key, options => options.PollInterval = TimeSpan.FromMinutes(1));
        await StartPrintAsync();
        await using var seen = calm.ObserveAsync(_limit.Token).GetAsyncEnumerator(_limit.Token);
        do
        {
            Assert.That(await seen.MoveNextAsync());
        }
        while (seen.Current.JobMilliseconds is null);
        var from = seen.Current.JobMilliseconds!.Value;
        for (var shown = 0; shown < 3; shown++)
        {
            Assert.That(await seen.MoveNextAsync());
        }

        Assert.That(seen.Current.JobMilliseconds - from, Is.GreaterThanOrEqualTo(2_000));
    }

    [Test]
    public async Task Refuses_to_start_a_file_that_is_not_there()
    {
        await IdleAsync();

        await Assert.ThatAsync(() => _driver.StartAsync("nothing.gcode", _limit.Token), Throws.TypeOf<ControllerRefusedException>());
    }

    [Test]
    public async Task Is_ready_again_after_a_firmware_restart()
    {
        await StartPrintAsync();
        _printer.Inject("shutdown");
        await SeeAsync(seen => seen.State is ControllerState.Error);
        _printer.Inject("firmware-restart");
        await SeeAsync(seen => seen.State is ControllerState.Off);

        var ready = await SeeAsync(seen => seen is { Link: LinkState.Up, State: ControllerState.Idle });

        Assert.That(ready.LastEnd?.Outcome, Is.EqualTo(RunOutcome.FailedMachine), "the end stays until the next start");
    }

    [Test]
    public async Task Finds_the_end_of_a_print_that_ended_while_the_line_was_cut()
    {
        await StartPrintAsync();
        _printer.Inject("http-down");
        await SeeAsync(seen => seen.Link is LinkState.Down);
        _printer.Inject("cancel");
        _printer.Inject("http-up");

        var ended = await SeeAsync(seen => seen.LastEnd is not null);

        Assert.That((ended.LastEnd!.FileName, ended.LastEnd.Outcome), Is.EqualTo(("job.gcode", RunOutcome.CancelledAtMachine)));
    }

    [Test]
    public async Task Goes_on_with_a_print_when_Moonraker_alone_begins_anew()
    {
        await StartPrintAsync();
        _printer.Inject("moonraker-restart");
        await SeeAsync(seen => seen.Link is LinkState.Down);
        var back = await SeeAsync(seen => seen.Link is LinkState.Up);
        await _driver.CancelAsync(_limit.Token);
        var ended = await SeeAsync(seen => seen.LastEnd is not null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((back.State, back.FileName, back.LastEnd), Is.EqualTo((ControllerState.Running, "job.gcode", (RunEnd?)null)));
            Assert.That(ended.LastEnd!.Outcome, Is.EqualTo(RunOutcome.CancelledByUs));
        }
    }

    [Test]
    public async Task Does_not_send_a_wish_again_whose_macro_still_runs()
    {
        await StartPrintAsync();
        _printer.Inject("slow-macros");
        await using var hasty = Make(Key, options => options.HeardTimeout = TimeSpan.FromMilliseconds(200));
        await using var seen = hasty.ObserveAsync(_limit.Token).GetAsyncEnumerator(_limit.Token);
        do
        {
            Assert.That(await seen.MoveNextAsync());
        }
        while (seen.Current.State is not ControllerState.Running);

        for (var asked = 0; asked < 3; asked++)
        {
            await Assert.ThatAsync(() => hasty.CancelAsync(_limit.Token), Throws.TypeOf<MachineUnreachableException>().With.Message.Contains("may still"));
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_printer.Calls.Count(call => call is "printer.print.cancel"), Is.EqualTo(1));
            Assert.That(_printer.JobState, Is.EqualTo("printing"), "its macro is not through");
        }
    }

    [Test]
    public async Task Tells_people_when_its_key_is_not_known()
    {
        await using var stranger = Make("another-key");
        await using var seen = stranger.ObserveAsync(_limit.Token).GetAsyncEnumerator(_limit.Token);
        do
        {
            Assert.That(await seen.MoveNextAsync());
        }
        while (seen.Current.Link is not LinkState.Down);

        Assert.That(seen.Current.Message, Does.Contain("401"));
        await Assert.ThatAsync(() => stranger.RemoveAsync("job.gcode", _limit.Token), Throws.TypeOf<ControllerRefusedException>().With.Property("Kind").EqualTo(RefusalKind.NotAllowed));
    }

    [Test]
    public async Task Does_not_upload_a_file_that_is_not_the_approved_one()
    {
        var file = await FileAsync();

        await Assert.ThatAsync(() => _driver.UploadAsync(file with { Sha256 = new string('0', 64) }, _limit.Token), Throws.TypeOf<ControllerRefusedException>());

        Assert.That(_printer.FileNames, Is.Empty);
    }

    [Test]
    public async Task Neither_overwrites_nor_removes_a_file_that_is_being_printed()
    {
        await StartPrintAsync();

        using (Assert.EnterMultipleScope())
        {
            await Assert.ThatAsync(() => _driver.RemoveAsync("job.gcode", _limit.Token), Throws.TypeOf<ControllerRefusedException>().With.Property("Kind").EqualTo(RefusalKind.WrongState));
            await Assert.ThatAsync(async () => await _driver.UploadAsync(await FileAsync(), _limit.Token), Throws.TypeOf<ControllerRefusedException>().With.Property("Kind").EqualTo(RefusalKind.WrongState));
        }
    }

    [Test]
    public async Task Judges_an_end_by_Klippers_word_where_no_history_is_kept()
    {
        _printer.Inject("no-history");
        await StartPrintAsync();
        _printer.Inject("gcode-error");

        var ended = await SeeAsync(seen => seen.LastEnd is not null);

        Assert.That((ended.LastEnd!.Outcome, ended.State), Is.EqualTo((RunOutcome.FailedMachine, ControllerState.Idle)));
    }

    private MoonrakerDriver Make(string key, Action<MoonrakerOptions>? change = null)
    {
        var options = new MoonrakerOptions
        {
            Address = new Uri(_printer.Address),
            ApiKey = key,
            PollInterval = TimeSpan.FromMilliseconds(100),
            ReconnectDelay = TimeSpan.FromMilliseconds(20),
            ReconnectLimit = TimeSpan.FromMilliseconds(100),
        };
        change?.Invoke(options);
        return new MoonrakerDriver(options, TimeProvider.System, _log);
    }

    private static async Task<JobFile> FileAsync()
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.gcode");
        await File.WriteAllTextAsync(path, LongPrint);
        return new JobFile("job.gcode", path, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path))));
    }

    private Task<ControllerObservation> IdleAsync() => SeeAsync(seen => seen is { Link: LinkState.Up, State: ControllerState.Idle });

    private async Task StartPrintAsync()
    {
        await IdleAsync();
        await _driver.UploadAsync(await FileAsync(), _limit.Token);
        await _driver.StartAsync("job.gcode", _limit.Token);
        await SeeAsync(seen => seen.State is ControllerState.Running);
    }

    private async Task<ControllerObservation> SeeAsync(Func<ControllerObservation, bool> fits)
    {
        while (await _seen.MoveNextAsync())
        {
            if (fits(_seen.Current))
            {
                return _seen.Current;
            }
        }

        throw new AssertionException("The driver stopped observing.");
    }
}
