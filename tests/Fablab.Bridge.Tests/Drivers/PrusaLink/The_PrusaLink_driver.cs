using System.Security.Cryptography;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.PrusaLink;
using Fablab.MachineSimulator;
using Fablab.MachineSimulator.PrusaLink;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fablab.Bridge.Tests.Drivers.PrusaLink;

/// <summary>The driver against a pretend Prusa printer, over real sockets.</summary>
[TestFixture(true)]
[TestFixture(false)]
public class The_PrusaLink_driver(bool usesDigest)
{
    private const string Secret = "secret-of-the-test";

    /// <summary>No heating, and longer than any test.</summary>
    private const string LongPrint = "G28\nG1 Z0.2\nG1 X60 Y60 E123.7\nG1 X0 Y0 E124\n; estimated printing time (normal mode) = 2h\n";

    /// <summary>Only ends a test that hangs.</summary>
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(30);

    private SimulatedPrusaLink _printer = null!;
    private PrusaLinkDriver _driver = null!;
    private ListedLog<PrusaLinkDriver> _log = null!;
    private CancellationTokenSource _limit = null!;
    private IAsyncEnumerator<ControllerObservation> _seen = null!;

    [SetUp]
    public async Task Begin()
    {
        (_log, _limit) = (new ListedLog<PrusaLinkDriver>(), new CancellationTokenSource(HangLimit));
        var options = new SimulatedMachineOptions { Code = "mk4-1", Kind = SimulatedMachineKind.PrusaLink, User = "maker", Speed = 100 };
        (options.ApiKey, options.Password) = usesDigest ? ("", Secret) : (Secret, "");
        _printer = new SimulatedPrusaLink(options, TimeProvider.System, NullLogger<SimulatedPrusaLink>.Instance);
        await _printer.StartAsync(_limit.Token);
        _driver = Make(Secret);
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
        await _driver.CancelAsync(_limit.Token);
        await _driver.RemoveAsync("job.gcode", _limit.Token);
        await _driver.RemoveAsync("job.gcode", _limit.Token);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((ended.LastEnd!.FileName, ended.LastEnd.Outcome), Is.EqualTo(("job.gcode", RunOutcome.CancelledByUs)));
            Assert.That(_printer.FileNames, Is.Empty);
            Assert.That(_log.Lines, Has.None.Contains(Secret));
        }
    }

    [Test]
    public async Task Sees_a_stop_at_the_printer_though_it_is_confirmed_there()
    {
        await StartPrintAsync();
        _printer.Inject("stop");
        var ended = await SeeAsync(seen => seen.LastEnd is not null);
        _printer.Inject("confirm");
        var asked = _printer.Requests.Count;
        var later = await SeeAsync(_ => _printer.Requests.Count > asked + 5);

        Assert.That((ended.LastEnd!.Outcome, later.LastEnd), Is.EqualTo((RunOutcome.CancelledAtMachine, ended.LastEnd)), "it stays until the next start");
    }

    [Test]
    public async Task Finds_the_end_of_a_print_that_ended_while_the_printer_was_out_of_hearing()
    {
        await StartPrintAsync();
        _printer.Inject("http-down");
        await SeeAsync(seen => seen.Link is LinkState.Down);
        _printer.Inject("stop");
        _printer.Inject("http-up");

        var ended = await SeeAsync(seen => seen.LastEnd is not null);

        Assert.That((ended.LastEnd!.FileName, ended.LastEnd.Outcome), Is.EqualTo(("job.gcode", RunOutcome.CancelledAtMachine)));
    }

    [Test]
    public async Task Is_told_no_while_a_print_or_another_transfer_is_under_way()
    {
        await StartPrintAsync();
        Assert.That(() => _driver.StartAsync("job.gcode", _limit.Token), IsNo(RefusalKind.WrongState));
        Assert.That(() => _driver.RemoveAsync("job.gcode", _limit.Token), IsNo(RefusalKind.WrongState));
        await _driver.CancelAsync(_limit.Token);
        await SeeAsync(seen => seen.LastEnd is not null);
        _printer.Inject("transfer");
        await Assert.ThatAsync(async () => await _driver.UploadAsync(await FileAsync(), _limit.Token), IsNo(RefusalKind.WrongState));
        _printer.Inject("transfer-done");

        await _driver.UploadAsync(await FileAsync(), _limit.Token);
    }

    [Test]
    public async Task Has_nothing_to_pause_or_cancel_without_a_print_and_no_file_to_start()
    {
        await IdleAsync();

        Assert.That(() => _driver.PauseAsync(_limit.Token), IsNo(RefusalKind.WrongState));
        Assert.That(() => _driver.StartAsync("nothing.gcode", _limit.Token), IsNo(RefusalKind.NotFound));
        await _driver.CancelAsync(_limit.Token);

        Assert.That(_printer.Requests, Has.None.Contains("/job/"));
    }

    [Test]
    public async Task Shows_that_the_printer_asks_something_and_that_it_has_an_error()
    {
        await StartPrintAsync();
        _printer.Inject("attention");
        var asks = await SeeAsync(seen => seen.State is ControllerState.NeedsAttention);
        _printer.Inject("error");
        var failed = await SeeAsync(seen => seen.LastEnd is not null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(asks.Message, Does.Contain("screen"));
            Assert.That((failed.State, failed.LastEnd!.Outcome), Is.EqualTo((ControllerState.Error, RunOutcome.FailedMachine)));
        }
    }

    [Test]
    public async Task Tells_people_when_it_may_not_ask()
    {
        await using var stranger = Make("another-secret");
        await using var seen = stranger.ObserveAsync(_limit.Token).GetAsyncEnumerator(_limit.Token);
        do
        {
            Assert.That(await seen.MoveNextAsync());
        }
        while (seen.Current.Link is not LinkState.Down);

        Assert.That(seen.Current.Message, Does.Contain("401").And.Not.Contain("secret"));
    }

    [Test]
    public async Task Does_not_upload_a_file_that_is_not_the_approved_one()
    {
        var file = await FileAsync();

        await Assert.ThatAsync(() => _driver.UploadAsync(file with { Sha256 = new string('0', 64) }, _limit.Token), Throws.TypeOf<ControllerRefusedException>());

        Assert.That(_printer.FileNames, Is.Empty);
    }

    private static NUnit.Framework.Constraints.IResolveConstraint IsNo(RefusalKind kind) =>
        Throws.TypeOf<ControllerRefusedException>().With.Property(nameof(ControllerRefusedException.Kind)).EqualTo(kind);

    private PrusaLinkDriver Make(string secret)
    {
        var options = new PrusaLinkOptions { Address = new Uri(_printer.Address), PollInterval = TimeSpan.FromMilliseconds(50) };
        (options.ApiKey, options.Password) = usesDigest ? ("", secret) : (secret, "");
        return new PrusaLinkDriver(options, TimeProvider.System, _log);
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
        await SeeAsync(seen => seen is { State: ControllerState.Running, FileName: "job.gcode" });
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
