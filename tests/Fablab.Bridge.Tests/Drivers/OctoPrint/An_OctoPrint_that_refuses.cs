using System.Text.Json;
using Fablab.Bridge.Drivers.OctoPrint;
using Fablab.Bridge.Tests.Runtime;
using Fablab.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fablab.Bridge.Tests.Drivers.OctoPrint;

/// <summary>The recorded refusals on a real wire, through the driver and the whole bridge, up to what the web hears.</summary>
public class An_OctoPrint_that_refuses : BridgeOnTheTable
{
    private const string Upload = "POST /api/files/local";

    private static readonly string Start = $"POST /api/files/local/{FileName}";

    private FakeOctoPrint _octoPrint = null!;

    [SetUp]
    public async Task ConnectAsync()
    {
        await StopBridge();
        _octoPrint = await FakeOctoPrint.StartAsync();
        var idle = Recording.Exchanges(Path.Combine(Repository.OctoPrintRecordings, "http-05-connect.jsonl")).ToList();
        _octoPrint.Bodies["/api/connection"] = idle.First(exchange => exchange.Step == "connection-after-reconnect").Answer;
        _octoPrint.Show(
            idle.First(exchange => exchange.Step == "job-operational-nothing-selected").Answer,
            idle.First(exchange => exchange.Step == "printer-ready").Answer);
        var options = new OctoPrintOptions
        {
            Address = _octoPrint.Address,
            ApiKey = "secret-key-of-the-test",
            PollInterval = TimeSpan.FromMilliseconds(50),
            RetryDelay = TimeSpan.FromMilliseconds(1),
            SocketRetryDelay = TimeSpan.FromMilliseconds(10),
            SocketRetryLimit = TimeSpan.FromMilliseconds(100),
        };
        _ownController = new OctoPrintDriver(options, TimeProvider.System, NullLogger<OctoPrintDriver>.Instance);
        StartBridge();
        await _wire.ConnectAsync();
    }

    [TearDown]
    public async Task DisconnectAsync()
    {
        await StopBridge();
        await _ownController!.DisposeAsync();
        await _octoPrint.DisposeAsync();
        StartBridge();
    }

    [TestCase("GET /api/version")]
    [TestCase("GET /api/job")]
    [TestCase("GET /api/printer")]
    public async Task Our_key_when_it_is_looked_at_is_out_of_hearing_with_its_words_until_it_lets_us_in(string question)
    {
        _octoPrint.Refusals[question] = Recorded(403);
        _octoPrint.DropSockets();
        await PassUntil(() => Twin is { Link: ReportedLink.Down, Message: not null });
        var refused = Twin!;

        _octoPrint.Refusals.Clear();
        await PassUntil(() => Twin is { Link: ReportedLink.Up, Activity: ReportedActivity.Idle });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Activity, Is.EqualTo(ReportedActivity.Unknown));
            Assert.That(refused.Message, Does.Contain("403").And.Contain("permission"));
            Assert.That(Twin!.Message, Is.Null);
        }
    }

    [Test]
    public async Task Everything_because_no_printer_is_connected_has_the_job_wait_for_one()
    {
        var (job, printer) = (_octoPrint.Bodies["/api/job"], _octoPrint.Bodies["/api/printer"]);
        var offline = Recording.Exchanges(Path.Combine(Repository.OctoPrintRecordings, "http-02-offline.jsonl")).ToList();
        _octoPrint.Bodies["/api/job"] = offline.First(exchange => exchange.Step == "job-offline").Answer;
        _octoPrint.Bodies["/api/connection"] = offline.First(exchange => exchange.Step == "connection-closed").Answer;
        _octoPrint.Refusals["GET /api/printer"] = (409, offline.First(exchange => exchange.Step == "printer-409").Answer);
        await PassUntil(() => Twin is { Link: ReportedLink.Up, Activity: ReportedActivity.Off });
        await Desire(1);
        await PassUntil(() => _loop.State("printer-1").Delivery is { Path: not null });
        await Tick(20);
        Assert.That((Asked(Upload), Twin!.Job!.State, Twin.Message), Is.EqualTo((0, JobState.Accepted, (string?)null)));

        _octoPrint.Refusals.Clear();
        _octoPrint.Show(job, printer);
        await PassUntil(() => _octoPrint.Stored.ContainsKey(FileName));
    }

    [TestCase(404)]
    [TestCase(409)]
    [TestCase(415)]
    public async Task An_upload_has_the_job_rejected_with_its_words(int status)
    {
        await RefuseAsync(Upload, status);
        await PassUntil(() => JobStates().Contains(JobState.Rejected));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(JobMoves().Last().Reason, Does.StartWith($"upload-refused: OctoPrint answered {status}: "));
            Assert.That(Twin!.Job, Has.Property("State").EqualTo(JobState.Rejected).And.Property("Reason").EqualTo(JobMoves().Last().Reason));
            Assert.That(Asked(Upload), Is.EqualTo(status == 415 ? 1 : 6));
        }
    }

    [Test]
    public async Task An_upload_because_of_our_key_has_the_job_wait()
    {
        await RefuseAsync(Upload, 403);
        await PassUntil(() => Asked(Upload) >= 8);
        Assert.That(Twin!.Job, Has.Property("State").EqualTo(JobState.Accepted).And.Property("Reason").EqualTo("key-refused"));

        _octoPrint.Refusals.Clear();
        await PassUntil(() => _octoPrint.Stored.ContainsKey(FileName));

        Assert.That(JobStates(), Is.EqualTo(new[] { JobState.Accepted }));
    }

    [TestCase(403)]
    [TestCase(404)]
    [TestCase(409)]
    public async Task A_start_has_the_job_failed_with_its_words(int status)
    {
        await RefuseAsync(Start, status);
        await StartWhenAskedAsync();
        await PassUntil(() => JobStates().Contains(JobState.Failed));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(JobMoves().Last().Reason, Does.StartWith($"start-refused: OctoPrint answered {status}: "));
            Assert.That(Twin!.Job, Has.Property("State").EqualTo(JobState.Failed).And.Property("Reason").EqualTo(JobMoves().Last().Reason));
            Assert.That(Asked(Start), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task To_know_a_file_that_somebody_deleted_has_the_job_failed_without_a_start()
    {
        await RefuseAsync("nothing", 404);
        await PassUntil(() => _loop.State("printer-1").Delivery is { IsUploaded: true });
        _octoPrint.Stored.Clear();
        await StartWhenAskedAsync();
        await PassUntil(() => JobStates().Contains(JobState.Failed));

        Assert.That(JobMoves().Last().Reason, Does.StartWith("start-refused: OctoPrint has no file"));
        Assert.That(Asked(Start), Is.Zero);
    }

    private ReportedTwin? Twin => Twins() is [.., var latest] ? latest : null;

    private int Asked(string request) => _octoPrint.Requests.Count(asked => asked == request);

    private async Task RefuseAsync(string request, int status)
    {
        _octoPrint.Refusals[request] = Recorded(status);
        await Desire(1);
    }

    private async Task StartWhenAskedAsync()
    {
        await PassUntil(() => Requests() is [.., { Job: { } job }] && job == Job && _loop.State("printer-1").Delivery is { IsUploaded: true });
        await GrantLease();
        await PassUntil(() => JobStates().Contains(JobState.Starting));
    }

    /// <summary>What OctoPrint said with that status, to an upload or a start where it was recorded for one.</summary>
    private static (int Status, JsonElement Body) Recorded(int status)
    {
        var all = Recording.Files("http").SelectMany(Recording.Exchanges).Where(exchange => exchange.Status == status).ToList();
        var best = all.Find(exchange => exchange.Method == "POST" && exchange.Target.StartsWith("/api/files/local", StringComparison.Ordinal)) ?? all[0];
        return (status, best.Answer);
    }
}
