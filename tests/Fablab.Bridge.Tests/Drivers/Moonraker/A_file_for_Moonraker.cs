using System.Text;
using System.Text.Json;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.Moonraker;
using Fablab.Bridge.Tests.Drivers.OctoPrint;

namespace Fablab.Bridge.Tests.Drivers.Moonraker;

/// <summary>What becomes of the answers that a real Moonraker gave to files.</summary>
public class A_file_for_Moonraker
{
    private const string Digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [TestCase("01-info-and-errors", "upload-201", "up.gcode")]
    [TestCase("02-print-complete", "upload-and-print-201", "finish.gcode")]
    [TestCase("04-bad-gcode-job", "job-with-out-of-range-move", "bad.gcode")]
    public async Task Is_taken(string scenario, string step, string name)
    {
        var answers = Recorded(scenario, step);

        await UploadAsync(answers, name);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers.Asked, Is.EqualTo(new[] { "POST http://printer.test/behind/proxy/server/files/upload" }));
            Assert.That(answers.Bodies[0], Does.Contain("name=\"root\"\r\n\r\ngcodes\r\n").And.Contain($"name=\"checksum\"\r\n\r\n{Digest}\r\n").And.Contain($"name=\"file\"; filename=\"{name}\""));
            Assert.That(answers.Bodies[0].IndexOf("checksum", StringComparison.Ordinal), Is.LessThan(answers.Bodies[0].IndexOf("name=\"file\"", StringComparison.Ordinal)), "the digest before the bytes");
        }
    }

    [TestCase("02-print-complete", "overwrite-while-printing", RefusalKind.WrongState)]
    [TestCase("01-info-and-errors", "upload-bad-root", RefusalKind.Other)]
    [TestCase("01-info-and-errors", "bad-key-401", RefusalKind.NotAllowed)]
    public void Is_refused(string scenario, string step, RefusalKind kind) =>
        Assert.That(() => UploadAsync(Recorded(scenario, step), "up.gcode"), Throws.TypeOf<ControllerRefusedException>().With.Property("Kind").EqualTo(kind));

    [Test]
    public void Is_refused_when_it_got_another_name() =>
        Assert.That(() => UploadAsync(Recorded("01-info-and-errors", "upload-201"), "other.gcode"), Throws.TypeOf<ControllerRefusedException>());

    [Test]
    public void Is_not_removed_while_it_is_printed() =>
        Assert.That(() => Files(Recorded("02-print-complete", "delete-while-printing")).DeleteAsync("finish.gcode", CancellationToken.None), Throws.TypeOf<ControllerRefusedException>().With.Property("Kind").EqualTo(RefusalKind.WrongState));

    [Test]
    public void That_is_gone_already_is_removed() =>
        Assert.That(() => Files(Recorded("01-info-and-errors", "metadata-missing-404")).DeleteAsync("nope.gcode", CancellationToken.None), Throws.Nothing);

    [TestCase(200, "<html>")]
    [TestCase(200, "{}")]
    [TestCase(302, "")]
    [TestCase(503, "")]
    public void Has_an_unknown_fate_when_something_else_answers(int status, string body) =>
        Assert.That(() => UploadAsync(new AnswersAlike(status, Encoding.UTF8.GetBytes(body)), "up.gcode"), Throws.TypeOf<MachineUnreachableException>());

    [Test]
    public async Task Is_taken_refused_or_of_unknown_fate_however_broken_an_answer_is()
    {
        var samples = Recording.Exchanges(Path.Combine(Folder, "http-01-info-and-errors.jsonl")).Select(exchange => JsonSerializer.SerializeToUtf8Bytes(exchange.Answer)).ToList();
        int[] statuses = [200, 201, 400, 401, 403, 404, 422, 500];
        foreach (var (body, i) in Mutations.Of(samples, 1_500, seed: 20_261_130).Select((body, i) => (body, i)))
        {
            try
            {
                await UploadAsync(new AnswersAlike(statuses[i % statuses.Length], body), "up.gcode");
            }
            catch (Exception no) when (no is ControllerRefusedException or MachineUnreachableException)
            {
                Assert.That(no.Message, Has.Length.LessThan(400));
            }
        }
    }

    private static string Folder => Path.Combine(Repository.Root, "tests", "recordings", "moonraker");

    private static AnswersAlike Recorded(string scenario, string step)
    {
        var exchange = Recording.Exchanges(Path.Combine(Folder, $"http-{scenario}.jsonl")).First(each => each.Step == step);
        return new AnswersAlike(exchange.Status, JsonSerializer.SerializeToUtf8Bytes(exchange.Answer));
    }

    private static MoonrakerFiles Files(AnswersAlike answers) => new(
        new HttpClient(answers),
        new MoonrakerOptions { Address = new Uri("http://printer.test/behind/proxy"), RetryDelay = TimeSpan.FromMilliseconds(1) },
        TimeProvider.System);

    private static async Task UploadAsync(AnswersAlike answers, string name)
    {
        var path = Path.GetTempFileName();
        try
        {
            await Files(answers).UploadAsync(new JobFile(name, path, Digest), CancellationToken.None);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
