using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Fablab.Bridge.Runtime;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;

namespace Fablab.Bridge.Tests.Runtime;

public class A_job_file
{
    private static readonly byte[] Bytes = Encoding.UTF8.GetBytes("G28\n");
    private static readonly DesiredJob Job = new()
    {
        Id = new Guid("0190a000-0000-7000-8000-000000000001"),
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(Bytes)),
        Bytes = 4,
        Path = "/api/v1/bridge/files/1",
        Wish = JobWish.Run,
    };

    private string _folder = null!;
    private long _room = 1_000_000;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("fablab-jobs-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Is_fetched_once_and_kept()
    {
        using var web = new PretendedWeb(_ => Answer(Bytes));
        using var files = Files(web);

        var path = await files.FetchAsync(Job, CancellationToken.None);
        await files.FetchAsync(Job, CancellationToken.None);

        Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(Bytes));
        Assert.That(web.Asked.Single().RequestUri, Is.EqualTo(new Uri("http://web.example/api/v1/bridge/files/1")));
        files.Remove(Job.Id);
        Assert.That(File.Exists(path), Is.False);
    }

    [Test]
    public async Task With_another_digest_or_more_bytes_than_promised_is_refused_for_good()
    {
        Assert.That(await Reason(Answer(Encoding.UTF8.GetBytes("G29\n")), Job), Is.EqualTo(("file-digest", false)));
        Assert.That(await Reason(Answer(new byte[5]), Job), Is.EqualTo(("file-size", false)));
        Assert.That(Directory.EnumerateFiles(_folder, "*.gcode"), Is.Empty);
    }

    [Test]
    public async Task That_the_web_does_not_know_is_refused_for_good() =>
        Assert.That(await Reason(new HttpResponseMessage(HttpStatusCode.NotFound), Job), Is.EqualTo(("file-not-found", false)));

    [TestCase("//evil.example/x")]
    [TestCase("http://evil.example/x")]
    [TestCase("http://user@web.example/x")]
    [TestCase("https://web.example/x")]
    public async Task Is_fetched_from_nowhere_but_the_web(string path) =>
        Assert.That(await Reason(Answer(Bytes), Job with { Path = path }), Is.EqualTo(("file-path", false)));

    [Test]
    public async Task Above_the_limit_is_not_even_asked_for() =>
        Assert.That(await Reason(Answer(Bytes), Job with { Bytes = 2_000 }), Is.EqualTo(("file-too-large", false)));

    [Test]
    public async Task Waits_for_room_and_is_not_even_asked_for_without()
    {
        using var web = new PretendedWeb(_ => Answer(Bytes));
        using var files = Files(web);
        _room = 3;

        var problem = await Assert.CatchAsync<JobFileException>(() => files.FetchAsync(Job, CancellationToken.None));
        Assert.That((problem!.Reason, problem.IsWorthAnotherTry, web.Asked.Count), Is.EqualTo(("storage-full", true, 0)));

        _room = 4;
        Assert.That(File.Exists(await files.FetchAsync(Job, CancellationToken.None)));
    }

    [Test]
    public async Task That_fills_the_disk_is_no_failure_of_the_web_and_leaves_nothing_behind()
    {
        using var web = new PretendedWeb(_ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new FullDisk()) });
        using var files = new JobFiles(new Uri("http://web.example/"), "token", _folder, 1_000, () => _room, web, new ImpatientClock());

        var problem = await Assert.CatchAsync<JobFileException>(() => files.FetchAsync(Job, CancellationToken.None));

        Assert.That((problem!.Reason, problem.IsWorthAnotherTry), Is.EqualTo(("storage-full", true)));
        Assert.That(Directory.EnumerateFiles(_folder), Is.Empty);
    }

    [Test]
    public void Is_removed_at_a_start_unless_its_job_is_under_way_or_still_to_be_started()
    {
        using var web = new PretendedWeb(_ => Answer(Bytes));
        using var files = Files(web);
        var runs = Enum.GetValues<JobState>().Select((state, number) => Run(number, state)).ToImmutableArray();
        var wanted = Run(100, JobState.Accepted);
        foreach (var name in runs.Add(wanted).Select(run => run.FileName).Append($"{wanted.FileName}.part").Append("notes.txt"))
        {
            File.WriteAllText(Path.Combine(_folder, name), "G28");
        }

        var memory = MachineMemory.Empty with { Session = new SessionMemory { Id = Guid.Empty, Generation = 1, Job = wanted.Job } };
        var stuck = files.RemoveLeftovers([(memory, runs.Add(wanted))]);

        Assert.That(stuck, Is.Empty);
        Assert.That(
            Directory.EnumerateFiles(_folder).Select(Path.GetFileName),
            Is.EquivalentTo(runs.Where(run => run.IsUnderWay).Select(run => run.FileName).Append(wanted.FileName).Append("notes.txt")));
    }

    private static JobRun Run(int number, JobState state) => new()
    {
        Job = new Guid($"0190a000-0000-7000-8000-{number:D12}"), Session = Guid.Empty, Sha256 = Job.Sha256, State = state,
    };

    private async Task<(string, bool)> Reason(HttpResponseMessage answer, DesiredJob job)
    {
        using var web = new PretendedWeb(_ => answer);
        using var files = Files(web);
        var problem = await Assert.CatchAsync<JobFileException>(() => files.FetchAsync(job, CancellationToken.None));
        return (problem!.Reason, problem.IsWorthAnotherTry);
    }

    private JobFiles Files(HttpMessageHandler web) => new(new Uri("http://web.example/"), "token", _folder, 1_000, () => _room, web, TimeProvider.System);

    private static HttpResponseMessage Answer(byte[] bytes) => new(HttpStatusCode.OK) { Content = new ByteArrayContent(bytes) };

    /// <summary>Reads as a write to a disk without space would fail.</summary>
    private sealed class FullDisk : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("No space left on device", 28);
    }

    /// <summary>Waits between tries are over at once.</summary>
    private sealed class ImpatientClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime < TimeSpan.FromMinutes(1) ? TimeSpan.Zero : dueTime, period);
    }
}
