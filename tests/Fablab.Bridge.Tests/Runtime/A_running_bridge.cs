using Fablab.Bridge.Drivers;
using Fablab.Contracts;

namespace Fablab.Bridge.Tests.Runtime;

public class A_running_bridge : BridgeOnTheTable
{
    [Test]
    public async Task Leaves_a_will_and_introduces_itself_after_every_connect()
    {
        await _wire.ConnectAsync();
        await Until(() => _wire.Said<Hello>(Topics.Hello(Address)).Count == 1);
        await _wire.ConnectAsync(false);
        await _wire.ConnectAsync();
        await Until(() => _wire.Said<Hello>(Topics.Hello(Address)).Count == 2);

        var hello = _wire.Said<Hello>(Topics.Hello(Address))[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_wire.Will!.Topic, Is.EqualTo(Topics.Online(Address)));
            Assert.That(ContractsJson.TryRead<Online>(_wire.Will.Payload.Span, out var will, out _) && !will.Up && will.BootId == _spool.BootId);
            Assert.That(_wire.Said<Online>(Topics.Online(Address)).All(online => online.Up));
            Assert.That((hello.SpoolId, hello.Epoch, hello.BootId), Is.EqualTo((_spool.SpoolId, 1L, _spool.BootId)));
            Assert.That(hello.Machines.Single().Machine, Is.EqualTo("printer-1"));
        }
    }

    [Test]
    public async Task Brings_a_job_from_the_desired_twin_to_its_end_and_the_journal_to_the_web()
    {
        await RunJob();
        _printer.Show(ControllerState.Idle, lastEnd: new RunEnd(FileName, RunOutcome.Completed, 5_000, null));
        await Until(() => JobStates().Contains(JobState.Succeeded));
        await Desire(2, withSession: false);
        await Until(() => Records().Any(record => record.Session is { Turn: SessionTurn.Closed }));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_printer.Told, Does.Contain($"remove {FileName}"));
            Assert.That(_printer.Told.Count(told => told.StartsWith("start", StringComparison.Ordinal)), Is.EqualTo(1));
            Assert.That(JobStates(), Is.EqualTo(new[] { JobState.Accepted, JobState.Starting, JobState.Running, JobState.Succeeded }));
            Assert.That(_web.Asked[0].Headers.Authorization!.Parameter, Is.EqualTo(_key.HttpToken));
        }
    }

    [Test]
    public async Task Stops_the_download_of_a_cancelled_job_and_fetches_the_next_one()
    {
        _web.Hanging.Add("/files/1");
        await _wire.ConnectAsync();
        _printer.Show(ControllerState.Idle);
        await Desire(1);
        await Until(() => _web.Asked.Count == 1);

        await Desire(2, wish: JobWish.Cancel);
        await Desire(3, job: new Guid("0190a000-0000-7000-8000-000000000002"), path: "/files/2");
        await Until(() => _printer.Told.Any(told => told.StartsWith("upload 0190a000000070008000000000000002", StringComparison.Ordinal)));

        Assert.That(JobStates().Take(2), Is.EqualTo(new[] { JobState.Accepted, JobState.Cancelled }));
        Assert.That(Directory.EnumerateFiles(Path.Combine(_folder, "jobs"), $"{Job:N}*"), Is.Empty);
    }

    [Test]
    public async Task Sends_its_journal_until_it_is_acknowledged()
    {
        _webAcknowledges = false;
        await RunJob();
        var sent = _wire.Said<JournalBatch>(Topics.Journal(Address));
        var last = sent[^1].Records[^1].Sequence;

        await Tick(6);
        await Until(() => _wire.Said<JournalBatch>(Topics.Journal(Address)).Count > sent.Count);
        Assert.That(_wire.Said<JournalBatch>(Topics.Journal(Address))[sent.Count].Records[0].Sequence, Is.EqualTo(1));

        await _wire.SayAsync(Topics.JournalAck(Address), ContractsJson.Write(new JournalAck { SpoolId = _spool.SpoolId, Epoch = 1, UpTo = last }));
        await _loop.ReachAsync(CancellationToken.None);
        Assert.That(_loop.Sender.Held[0].AcknowledgedUpTo, Is.EqualTo(last));
    }

    [Test]
    public async Task Goes_on_with_a_running_job_after_it_was_killed()
    {
        await RunJob();
        await StopBridge();
        _clock.Advance(TimeSpan.FromMinutes(1));
        StartBridge();
        await _wire.ConnectAsync();
        _printer.Show(ControllerState.Running, FileName, jobMilliseconds: 60_000);
        await Until(() => _loop.State("printer-1").RunUnderWay is not null && !_loop.State("printer-1").IsRecovering);

        Assert.That(_spool.Epoch, Is.EqualTo(2));
        Assert.That(_printer.Told, Is.Empty, "nothing was started, paused or cancelled");
        Assert.That(_loop.State("printer-1").Memory.Session!.Id, Is.EqualTo(Session));
    }

    [Test]
    public async Task Drops_and_counts_what_is_forged_kept_or_broken()
    {
        await _wire.ConnectAsync();
        await Desire(1);
        await Until(() => Requests().Count > 0);
        var answer = Grant(Requests()[^1]);
        var topic = Topics.LeaseAnswer(Address, "printer-1");
        await _wire.SayAsync(topic, ContractsJson.Write(answer));
        await _wire.SayAsync(topic, Signed(BridgeKey.Create(), answer));
        await _wire.SayAsync(topic, Signed(_key, answer), isRetained: true);
        await _wire.SayAsync(topic, Signed(_key, answer with { Machine = "printer-2" }));
        await _wire.SayAsync(Topics.Desired(Address, "printer-1"), "{"u8.ToArray());
        await _wire.SayAsync("fablab/v1/lab/bridge-2/down/replay", "{}"u8.ToArray());
        await _wire.SayAsync(Topics.Desired(Address, "printer-1"), ReadOnlyMemory<byte>.Empty);
        await _loop.ReachAsync(CancellationToken.None);

        Assert.That(_loop.State("printer-1").Leasing.Lease, Is.Null);
        Assert.That(
            _loop.Dropped.OrderBy(reason => reason.Key, StringComparer.Ordinal).Select(reason => $"{reason.Key} {reason.Value}"),
            Is.EqualTo(new[] { "broken-desired 1", "retained-lease 1", "unknown-topic 1", "unsigned-lease 2", "wrong-machine 1" }));
    }

    [Test]
    public async Task Begins_no_session_while_the_disk_is_nearly_full_and_again_when_it_is_not()
    {
        _freeBytes = 10;
        await Tick(61);
        await _wire.ConnectAsync();
        await Desire(1);
        await Tick(6);
        Assert.That(Requests(), Is.Empty);

        _freeBytes = 1_000_000;
        await Tick(61);
        await Until(() => Requests().Count > 0);
    }

    [Test]
    public async Task Starts_nothing_while_its_spool_cannot_be_written_and_forgets_nothing()
    {
        await _wire.ConnectAsync();
        _printer.Show(ControllerState.Idle);
        await _loop.ReachAsync(CancellationToken.None);
        _spool.IsFull = true;
        await Desire(1);
        await Tick(10);
        Assert.That(_printer.Told, Is.Empty);
        Assert.That(_web.Asked, Is.Empty);

        _spool.IsFull = false;
        await Tick(7);
        await Until(() => _loop.State("printer-1").IsSpoolFull is false && Requests().Count > 0);
        await Until(() => Records().Any(record => record.Safety?.Event == "spool-full"));
        Assert.That(_spool.Memory("printer-1").Desired!.Version, Is.EqualTo(1));
    }

    [Test]
    public async Task Reports_a_machine_whose_driver_hangs_as_out_of_hearing()
    {
        await _wire.ConnectAsync();
        _printer.Show(ControllerState.Idle);
        await Until(() => Twins().Count > 0 && Twins()[^1].Link is ReportedLink.Up);

        await Tick((int)_printer.LongestSilence.TotalSeconds);

        Assert.That((Twins()[^1].Link, Twins()[^1].Activity), Is.EqualTo((ReportedLink.Down, ReportedActivity.Unknown)));
    }

    [Test]
    public async Task Keeps_a_running_print_unlocked_while_its_spool_cannot_be_written()
    {
        await StopBridge();
        _plug = new PretendedPlug(() => _changed.Release());
        StartBridge();
        await RunJob();
        _spool.IsFull = true;
        await Tick(2);
        var before = _plug.Told.Count;

        await Tick(60);
        await Until(() => _plug.Told.Count >= before + 10);

        Assert.That(_plug.Told.Skip(before), Is.All.EqualTo(InterlockState.Unlocked));
        _spool.IsFull = false;
    }

    [Test]
    public async Task Tells_of_an_interlock_that_is_gone_once_and_of_its_return()
    {
        await StopBridge();
        _plug = new PretendedPlug(() => _changed.Release()) { IsGone = true };
        StartBridge();
        await PassUntil(() => _plug.Told.Count > 5);

        _plug.IsGone = false;
        await PassUntil(() => _handsLog.Lines.Count > 1);

        Assert.That(_handsLog.Lines, Is.EqualTo(new[] { "Warning printer-1: Locked was not carried out", "Information printer-1: the interlock takes wishes again, now Locked" }));
    }

    [Test]
    public async Task Voids_its_leases_when_the_wall_clock_is_set()
    {
        await _wire.ConnectAsync();
        await Desire(1, withJob: false);
        await Until(() => Requests().Count > 0);
        await GrantLease();
        await Tick(1);
        Assert.That(_loop.State("printer-1").Leasing.Lease, Is.Not.Null);

        _clock.AdjustTime(_clock.GetUtcNow().AddHours(1));
        await Tick(1);

        Assert.That(_loop.State("printer-1").Leasing.Lease, Is.Null);
    }
}
