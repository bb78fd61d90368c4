using System.Text;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.PrusaLink;

namespace Fablab.Bridge.Tests.Drivers.PrusaLink;

public class An_answer_of_PrusaLink
{
    [TestCase(401, "401: Unauthorized", RefusalKind.NotAllowed)]
    [TestCase(404, "", RefusalKind.NotFound)]
    [TestCase(409, """{"title":"409: Conflict","message":"Another transfer is under way"}""", RefusalKind.WrongState)]
    [TestCase(415, "<html>", RefusalKind.UnsupportedFile)]
    [TestCase(400, "Bad Request", RefusalKind.Other)]
    public void May_be_a_no_of_a_kind(int status, string body, RefusalKind kind) =>
        Assert.That(() => Client(status, body).StartAsync("a.gcode", CancellationToken.None), Throws.TypeOf<ControllerRefusedException>().With.Property("Kind").EqualTo(kind));

    [TestCase(302)]
    [TestCase(500)]
    [TestCase(503)]
    public void May_be_none(int status) =>
        Assert.That(() => Client(status, "").StartAsync("a.gcode", CancellationToken.None), Throws.TypeOf<MachineUnreachableException>());

    [Test]
    public void With_words_for_people_is_shown_with_them() =>
        Assert.That(
            () => Client(409, """{"message":"Another transfer is under way"}""").StartAsync("a.gcode", CancellationToken.None),
            Throws.TypeOf<ControllerRefusedException>().With.Message.EqualTo("PrusaLink answered 409: Another transfer is under way"));

    [Test]
    public async Task Without_content_says_that_there_is_no_job() => Assert.That(await Client(204, "").ReadJobAsync(CancellationToken.None), Is.Null);

    [Test]
    public void Without_sense_is_none() => Assert.That(() => Client(200, "<html>").ReadStatusAsync(CancellationToken.None), Throws.TypeOf<MachineUnreachableException>());

    [Test]
    public async Task Is_asked_for_once_by_a_start_and_twice_by_a_question()
    {
        var (start, question) = (new AnswersAlike(503, []), new AnswersAlike(503, []));

        await Assert.ThatAsync(() => Client(start).StartAsync("a b.gcode", CancellationToken.None), Throws.TypeOf<MachineUnreachableException>());
        await Assert.ThatAsync(() => Client(question).ReadStatusAsync(CancellationToken.None), Throws.TypeOf<MachineUnreachableException>());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(start.Asked, Is.EqualTo(new[] { "POST http://mk4.test/proxy/api/v1/files/usb/a%20b.gcode" }));
            Assert.That(question.Asked, Has.Count.EqualTo(2));
        }
    }

    [Test]
    public async Task Is_understood_refused_or_none_however_broken_it_is()
    {
        byte[][] samples =
        [
            """{"message":"Another transfer is under way","title":"409: Conflict"}"""u8.ToArray(), "409: Conflict\n"u8.ToArray(), """{"text":"PrusaLink","api":"2.0.0"}"""u8.ToArray(),
            """{"job":{"id":42,"progress":31.00},"printer":{"state":"PRINTING"}}"""u8.ToArray(), """{"id":42,"file":{"display_name":"a.gcode","size":12}}"""u8.ToArray(),
        ];
        int[] statuses = [200, 204, 400, 401, 404, 409, 415, 500];
        foreach (var (body, i) in Mutations.Of(samples, 1_500, seed: 20_261_130).Select((body, i) => (body, i)))
        {
            var client = Client(new AnswersAlike(statuses[i % statuses.Length], body));
            await TryAsync(() => client.ReadVersionAsync(CancellationToken.None));
            await TryAsync(() => client.ReadStatusAsync(CancellationToken.None));
            await TryAsync(() => client.ReadJobAsync(CancellationToken.None));
            await TryAsync(() => client.ReadSizeAsync("a.gcode", CancellationToken.None));
        }

        static async Task TryAsync(Func<Task> ask)
        {
            try
            {
                await ask();
            }
            catch (Exception no) when (no is ControllerRefusedException or MachineUnreachableException)
            {
                Assert.That(no.Message, Has.Length.LessThan(400));
            }
        }
    }

    private static PrusaLinkClient Client(int status, string body) => Client(new AnswersAlike(status, Encoding.UTF8.GetBytes(body)));

    private static PrusaLinkClient Client(AnswersAlike answers) => new(
        new HttpClient(answers),
        new PrusaLinkOptions { Address = new Uri("http://mk4.test/proxy"), ApiKey = "k", RetryDelay = TimeSpan.FromMilliseconds(1) },
        TimeProvider.System);
}
