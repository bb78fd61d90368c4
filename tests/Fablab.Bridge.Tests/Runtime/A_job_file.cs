using System.Net;
using System.Security.Cryptography;
using System.Text;
using Fablab.Bridge.Runtime;
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

    private async Task<(string, bool)> Reason(HttpResponseMessage answer, DesiredJob job)
    {
        using var web = new PretendedWeb(_ => answer);
        using var files = Files(web);
        var problem = await Assert.CatchAsync<JobFileException>(() => files.FetchAsync(job, CancellationToken.None));
        return (problem!.Reason, problem.IsWorthAnotherTry);
    }

    private JobFiles Files(HttpMessageHandler web) => new(new Uri("http://web.example/"), "token", _folder, 1_000, web, TimeProvider.System);

    private static HttpResponseMessage Answer(byte[] bytes) => new(HttpStatusCode.OK) { Content = new ByteArrayContent(bytes) };
}
