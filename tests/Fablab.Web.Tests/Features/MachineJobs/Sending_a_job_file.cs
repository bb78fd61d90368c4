using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Fablab.Domain.MachineJobs;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Hosting;
using Fablab.Web.Features.Privacy.Retaining;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Features.MachineJobs;

public class Sending_a_job_file(StorageProvider provider) : LabTest(provider)
{
    private const string Sound = ";estimated printing time (normal mode) = 20m 0s\nG28\nG1 X10 Y10 E1 F1200\n";

    [Test]
    public async Task Keeps_it_under_its_digest_with_what_it_says_about_itself()
    {
        using var answer = await SendAsync(Sound + ";kept\n");

        var job = await JobOfAsync(answer);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(job.GetProperty("estimateSeconds").GetInt64(), Is.EqualTo(1200));
            Assert.That(FilesOnDisk(), Does.Contain($"{job.GetProperty("sha256").GetString()}.gcode"));
        }
    }

    [TestCase("G28\nM112\n")]
    [TestCase("")]
    public async Task Keeps_nothing_of_one_that_the_machine_must_not_run(string program)
    {
        var before = FilesOnDisk();

        using var answer = await SendAsync(program);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(FilesOnDisk(), Is.EquivalentTo(before));
        }
    }

    [Test]
    public async Task Leaves_one_that_was_refused_to_another_who_may_run_it()
    {
        // The same bytes again and again: the refusal of a copy must not take the kept file along.
        using var kept = await SendAsync(Sound);
        using var elsewhere = await SendAsync(Sound, machine: "laser-1");

        var sha256 = (await JobOfAsync(kept)).GetProperty("sha256").GetString();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(elsewhere.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(FilesOnDisk(), Does.Contain($"{sha256}.gcode"));
        }
    }

    [Test]
    public async Task That_nobody_booked_is_deleted_after_its_days_and_can_no_longer_be_booked()
    {
        var booked = await JobOfAsync(await SendAsync(Sound + ";booked\n"));
        var forgotten = await JobOfAsync(await SendAsync(Sound + ";forgotten\n"));
        using var booking = await BookAsync(booked);
        foreach (var file in Directory.EnumerateFiles(JobFolder))
        {
            File.SetLastWriteTimeUtc(file, Lab.Clock.GetUtcNow().UtcDateTime.AddDays(-61));
        }

        await Lab.Services.GetRequiredService<RetentionSweep>().RunAsync(CancellationToken.None);
        using var late = await BookAsync(forgotten);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(booking.StatusCode, Is.EqualTo(HttpStatusCode.Created), await booking.Content.ReadAsStringAsync());
            Assert.That(FilesOnDisk(), Is.EqualTo(new[] { $"{booked.GetProperty("sha256").GetString()}.gcode" }));
            Assert.That(await ProblemCodesOfAsync(late), Is.EqualTo(new[] { "job-file-gone" }));
        }
    }

    [Test]
    public async Task Takes_no_more_of_a_member_than_their_share_and_again_when_older_ones_are_gone()
    {
        using var small = new LabApp(Provider, new() { ["MachineJobs:LargestMebibytesOfMember"] = "1" });
        using var maker = await small.ClientOfAsync(DemoIds.Maker);
        using var other = await small.ClientOfAsync(DemoIds.SecondMaker);
        var (first, second) = (Large(1), Large(2));

        using var taken = await SendAsync(first, by: maker);
        using var copy = await SendAsync(first, by: maker);
        using var refused = await SendAsync(second, by: maker);
        using var others = await SendAsync(second, by: other);
        File.Delete(Path.Combine(small.Folder, "jobs", $"{(await JobOfAsync(taken)).GetProperty("sha256").GetString()}.gcode"));
        using var after = await SendAsync(second, by: maker);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                new[] { taken, copy, refused, others, after }.Select(answer => answer.StatusCode),
                Is.EqualTo(new[] { HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.Conflict, HttpStatusCode.Created, HttpStatusCode.Created }),
                await refused.Content.ReadAsStringAsync());
            Assert.That((await JsonOfAsync(refused)).GetProperty("facts").GetProperty("keptBytes").GetInt64(), Is.EqualTo(first.Length));
        }

        // Six tenths of a mebibyte.
        static string Large(int which) => $"{Sound};{which}\n{new string(';', 100)}\n".PadRight(100) + string.Concat(Enumerable.Repeat($";{new string('-', 98)}\n", 6_200));
    }

    [Test]
    public async Task Books_no_job_that_its_owner_cancelled()
    {
        var sent = await JobOfAsync(await SendAsync(Sound + ";cancelled\n"));
        var id = new MachineJobId(sent.GetProperty("id").GetGuid());
        await Lab.WithDbAsync(db => db.MachineJobs.Where(job => job.Id == id).ExecuteUpdateAsync(set => set.SetProperty(job => job.Intent, JobIntent.Cancel)));

        using var answer = await BookAsync(sent);

        Assert.That(await ProblemCodesOfAsync(answer), Is.EqualTo(new[] { "job-already-booked" }));
    }

    private string JobFolder => Path.Combine(Lab.Folder, "jobs");

    private string[] FilesOnDisk() => [.. Directory.Exists(JobFolder) ? Directory.EnumerateFiles(JobFolder).Select(file => Path.GetFileName(file)!) : []];

    private static async Task<JsonElement> JobOfAsync(HttpResponseMessage sent) => (await JsonOfAsync(sent)).GetProperty("job");

    private Task<HttpResponseMessage> BookAsync(JsonElement job)
    {
        var (start, end) = FreshSlot();
        return Maker.PostAsJsonAsync(
            "/api/v1/reservations", new { machine = "printer-1", start = start.UtcDateTime, end = end.UtcDateTime, jobId = job.GetProperty("id").GetGuid() });
    }

    private Task<HttpResponseMessage> SendAsync(string program, string machine = "printer-1", HttpClient? by = null) => (by ?? Maker).PostAsync("/api/v1/jobs", new MultipartFormDataContent
    {
        { new StringContent(machine), "machine" },
        { new ByteArrayContent(Encoding.UTF8.GetBytes(program)), "file", "part.gcode" },
    });
}
