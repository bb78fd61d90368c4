using System.Net;
using System.Security.Cryptography;
using System.Text;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Runtime;
using Fablab.Bridge.Spool;
using Fablab.Bridge.Supervision;
using Fablab.Bridge.Tests.Drivers;
using Fablab.Contracts;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fablab.Bridge.Tests.Runtime;

/// <summary>The real loop and the real spool between a pretended broker, a pretended web and one printer, pretended too unless a test brings its own.</summary>
public abstract class BridgeOnTheTable
{
    /// <summary>Nothing here takes longer unless it is broken.</summary>
    private protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private protected static readonly BridgeAddress Address = new("lab", "bridge-1");
    private protected static readonly byte[] File = Encoding.UTF8.GetBytes("G28\nM84\n");
    private protected static readonly string Digest = Convert.ToHexStringLower(SHA256.HashData(File));
    private protected static readonly Guid Job = new("0190a000-0000-7000-8000-000000000001");
    private protected static readonly Guid Session = new("0190b000-0000-7000-8000-000000000001");
    private protected static readonly string FileName = $"{Job:N}-{Digest[..8]}.gcode";

    private protected readonly SemaphoreSlim _changed = new(0);
    private protected string _folder = null!;
    private protected BridgeKey _key = null!;
    private protected FakeTimeProvider _clock = null!;
    private protected PretendedWire _wire = null!;
    private protected PretendedController _printer = null!;
    private protected PretendedWeb _web = null!;
    private protected CancellationTokenSource _stop = null!;
    private protected FillingSpool _spool = null!;
    private protected JobFiles _files = null!;
    private protected BridgeLoop _loop = null!;
    private protected Task _running = null!;
    private protected PretendedPlug? _plug;
    private protected IJobController? _ownController;
    private protected readonly ListedLog<MachineHands> _handsLog = new();
    private protected long _freeBytes;
    private protected bool _webAcknowledges;

    [SetUp]
    public void Begin()
    {
        _folder = Directory.CreateTempSubdirectory("fablab-bridge-").FullName;
        _key = BridgeKey.Create();
        _clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));
        _freeBytes = 1_000_000;
        _webAcknowledges = true;
        _plug = null;
        StartBridge();
    }

    [TearDown]
    public async Task End()
    {
        await StopBridge();
        await _printer.DisposeAsync();
        if (_plug is not null)
        {
            await _plug.DisposeAsync();
        }

        _web.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private protected async Task RunJob()
    {
        await _wire.ConnectAsync();
        _printer.Show(ControllerState.Idle);
        await Desire(1);
        await Until(() => Requests().Any(request => request.Job == Job));
        await GrantLease();
        await Until(() => _printer.Told.Contains($"start {FileName}"));
        _printer.Show(ControllerState.Running, FileName);
        await Until(() => JobStates().Contains(JobState.Running));
    }

    private protected Task Desire(long version, bool withSession = true, bool withJob = true, JobWish wish = JobWish.Run, Guid? job = null, string path = "/files/1") => _wire.SayAsync(
        Topics.Desired(Address, "printer-1"),
        ContractsJson.Write(new DesiredTwin
        {
            Version = version,
            Machine = "printer-1",
            Mode = withSession ? MachineMode.InSession : MachineMode.Available,
            Session = withSession ? new DesiredSession { Id = Session, Generation = 1 } : null,
            Job = withSession && withJob ? new DesiredJob { Id = job ?? Job, Sha256 = Digest, Bytes = File.Length, Path = path, Wish = wish } : null,
        }),
        isRetained: true);

    private protected static LeaseAnswer Grant(LeaseRequest asked) => new()
    {
        Nonce = asked.Nonce, Machine = asked.Machine, Session = asked.Session, Generation = asked.Generation, Granted = true, TtlMilliseconds = 15_000,
        Job = asked.Job is { } job ? new LeasedJob { Id = job, Sha256 = Digest, RunMilliseconds = 3_600_000 } : null,
    };

    private protected static byte[] Signed(BridgeKey key, LeaseAnswer answer) => Encoding.UTF8.GetBytes(SignedText.Sign(key.LeaseKey, ContractsJson.Write(answer)));

    private protected IReadOnlyList<ReportedTwin> Twins() => _wire.Said<ReportedTwin>(Topics.Reported(Address, "printer-1"));

    private protected IReadOnlyList<LeaseRequest> Requests() => _wire.Said<LeaseRequest>(Topics.LeaseRequest(Address, "printer-1"));

    private protected IEnumerable<JournalContent> Records() => _wire.Said<JournalBatch>(Topics.Journal(Address))
        .SelectMany(batch => batch.Records.Select(record => (batch.Epoch, Record: record)))
        .DistinctBy(sent => (sent.Epoch, sent.Record.Sequence))
        .OrderBy(sent => (sent.Epoch, sent.Record.Sequence))
        .Select(sent => ContractsJson.TryRead<JournalContent>(sent.Record.Content, out var content, out _) ? content : null!);

    private protected IEnumerable<JobReported> JobMoves() => Records().Select(record => record.Job).OfType<JobReported>();

    private protected IEnumerable<JobState> JobStates() => JobMoves().Select(move => move.State);

    private protected async Task Tick(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await _loop.PostAsync(new BridgeEvent.Tick(), CancellationToken.None);
            await _loop.ReachAsync(CancellationToken.None);
        }
    }

    /// <summary>Waits for events, never for time: each change looks again.</summary>
    private protected async Task Until(Func<bool> isTrue)
    {
        while (true)
        {
            await AcknowledgeIfAsked();
            await _loop.ReachAsync(CancellationToken.None).WaitAsync(Limit, TimeProvider.System);
            if (isTrue())
            {
                return;
            }

            Assert.That(await _changed.WaitAsync(Limit), Is.True, "nothing changed any more");
        }
    }

    /// <summary>Lets the bridge's own time go by until it is true. What answers from outside of that time gets the chance to in between.</summary>
    private protected async Task PassUntil(Func<bool> isTrue, Action? eachSecond = null)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var turns = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!isTrue())
        {
            eachSecond?.Invoke();
            await Tick(1);
            await AcknowledgeIfAsked();
            await turns.WaitForNextTickAsync(limit.Token);
        }
    }

    private protected Task GrantLease() => _wire.SayAsync(Topics.LeaseAnswer(Address, "printer-1"), Signed(_key, Grant(Requests()[^1])));

    private protected async Task AcknowledgeIfAsked()
    {
        var last = _wire.Said<JournalBatch>(Topics.Journal(Address)).LastOrDefault(batch => batch.Epoch == _spool.Epoch)?.Records[^1].Sequence;
        if (_webAcknowledges && last is { } upTo)
        {
            await _wire.SayAsync(Topics.JournalAck(Address), ContractsJson.Write(new JournalAck { SpoolId = _spool.SpoolId, Epoch = _spool.Epoch, UpTo = upTo }));
        }
    }

    private protected void StartBridge()
    {
        void Change() => _changed.Release();
        var jobs = Directory.CreateDirectory(Path.Combine(_folder, "jobs")).FullName;
        _wire = new PretendedWire(Change);
        _printer = new PretendedController(Change);
        _web = new PretendedWeb(_ =>
        {
            Change();
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(File) };
        });
        _files = new JobFiles(new Uri("http://web.example/"), _key.HttpToken, jobs, 1_000_000, () => 1_000_000, _web, _clock);
        _spool = new FillingSpool(SqliteSpool.Open(Path.Combine(_folder, "spool.db")));
        var setup = new MachineSetup { Machine = "printer-1", HazardClass = HazardClass.R, HasInterlock = _plug is not null, HasJobControl = true };
        var hands = new MachineHands("printer-1", _ownController ?? _printer, _plug, _files, _clock, _handsLog);
        var limits = new BridgeLimits(() => _freeBytes, 1_000, TimeSpan.FromDays(30));
        _loop = new BridgeLoop(Address, _key, [(setup, hands)], _spool, _wire, limits, _clock, NullLogger<BridgeLoop>.Instance);
        _stop = new CancellationTokenSource();
        _running = _loop.RunAsync(_stop.Token);
    }

    private protected async Task StopBridge()
    {
        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default);
        _spool.Dispose();
        _files.Dispose();
        _stop.Dispose();
    }
}
