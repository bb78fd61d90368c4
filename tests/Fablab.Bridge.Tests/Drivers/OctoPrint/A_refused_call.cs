using System.Globalization;
using System.Net;
using System.Text;
using Fablab.Bridge.Drivers;

namespace Fablab.Bridge.Tests.Drivers.OctoPrint;

public class A_refused_call
{
    [Test]
    public async Task Says_why_for_every_refusal_in_the_recordings()
    {
        var text = new StringBuilder();
        foreach (var exchange in Recording.Files("http").SelectMany(Recording.Exchanges).Where(each => each.Status >= 400))
        {
            var outcome = await OutcomeAsync(exchange);
            var target = exchange.Target.Split('?')[0];
            text.Append(CultureInfo.InvariantCulture, $"{exchange.Status} {exchange.Method,-6} {target,-40} {outcome}\n");
        }

        var lines = text.ToString().Split('\n').Where(line => line.Length > 0).Distinct().Order(StringComparer.Ordinal);
        ApprovedText.Check("refusals", string.Concat(lines.Select(line => line + "\n")));
    }

    [TestCase(400, RefusalKind.Other)]
    [TestCase(401, RefusalKind.NotAllowed)]
    [TestCase(403, RefusalKind.NotAllowed)]
    [TestCase(404, RefusalKind.NotFound)]
    [TestCase(405, RefusalKind.Other)]
    [TestCase(409, RefusalKind.WrongState)]
    [TestCase(415, RefusalKind.UnsupportedFile)]
    [TestCase(429, RefusalKind.Other)]
    public void Has_a_kind_by_its_status(int status, RefusalKind kind)
    {
        var client = CannedAnswers.Client(new CannedAnswers((HttpStatusCode)status, """{"error":"no"}"""));

        Assert.That(
            async () => await client.PauseAsync(CancellationToken.None),
            Throws.TypeOf<ControllerRefusedException>().With.Property(nameof(ControllerRefusedException.Kind)).EqualTo(kind));
    }

    [TestCase(500)]
    [TestCase(503)]
    [TestCase(302)]
    public void Is_no_answer_at_all_when_the_server_is_broken_or_sends_us_elsewhere(int status)
    {
        var client = CannedAnswers.Client(new CannedAnswers((HttpStatusCode)status, "<html>"));

        Assert.That(async () => await client.CancelAsync(CancellationToken.None), Throws.TypeOf<MachineUnreachableException>());
    }

    [Test]
    public void Is_no_answer_at_all_when_it_is_not_JSON()
    {
        var client = CannedAnswers.Client(new CannedAnswers(HttpStatusCode.OK, "<html>Welcome to the router"));

        Assert.That(async () => await client.ReadJobAsync(CancellationToken.None), Throws.TypeOf<MachineUnreachableException>());
    }

    [Test]
    public void Is_repeated_only_when_repeating_changes_nothing()
    {
        var broken = new CannedAnswers(HttpStatusCode.ServiceUnavailable, "");
        var client = CannedAnswers.Client(broken);

        Assert.That(async () => await client.ReadJobAsync(CancellationToken.None), Throws.TypeOf<MachineUnreachableException>());
        var reads = broken.Requests.Count;
        Assert.That(async () => await client.SelectAndPrintAsync("a.gcode", CancellationToken.None), Throws.TypeOf<MachineUnreachableException>());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(reads, Is.EqualTo(3), "one question and two repeats");
            Assert.That(broken.Requests, Has.Count.EqualTo(4), "one start, never repeated");
        }
    }

    [Test]
    public async Task Or_an_accepted_one_carries_the_key_in_a_header_and_never_in_the_address()
    {
        var answers = new CannedAnswers(HttpStatusCode.OK, """{"state":"Operational"}""");

        await CannedAnswers.Client(answers).ReadJobAsync(CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers.Requests[0].Key, Is.EqualTo("secret-key-of-the-test"));
            Assert.That(answers.Requests[0].Address.AbsoluteUri, Is.EqualTo("http://printer.test/behind/proxy/api/job"));
        }
    }

    [Test]
    public async Task Or_an_accepted_one_escapes_the_path_that_OctoPrint_chose()
    {
        var answers = new CannedAnswers(HttpStatusCode.NoContent, "");

        await CannedAnswers.Client(answers).SelectAndPrintAsync("größe/a b?#.gcode", CancellationToken.None);

        Assert.That(
            answers.Requests[0].Address.AbsoluteUri,
            Is.EqualTo("http://printer.test/behind/proxy/api/files/local/gr%C3%B6%C3%9Fe/a%20b%3F%23.gcode"));
    }

    /// <summary>Plays the recorded answer to the call that asked for it, or to one of the same kind where a driver has no such call.</summary>
    private static async Task<string> OutcomeAsync(Exchange exchange)
    {
        var answer = exchange.Answer.ValueKind is System.Text.Json.JsonValueKind.Undefined ? "" : exchange.Answer.GetRawText();
        var client = CannedAnswers.Client(new CannedAnswers((HttpStatusCode)exchange.Status, answer));
        var ct = CancellationToken.None;
        try
        {
            return (exchange.Method, exchange.Target.Split('?')[0].Split('/')) switch
            {
                ("GET", ["", "api", "printer"]) => await client.ReadPrinterAsync(ct) is null ? "no printer connected" : "a printer",
                ("GET", ["", "api", "files", "local", _]) => await client.ReadFileAsync("x", ct) is null ? "no such file" : "a file",
                ("GET", _) => (await client.ReadJobAsync(ct)).ToString(),
                ("DELETE", _) => await DoneAsync(client.DeleteAsync("x", ct)),
                ("POST", ["", "api", "files", "local"]) => await DoneAsync(CannedAnswers.UploadAsync(client, ct)),
                ("POST", ["", "api", "files", ..]) => await DoneAsync(client.SelectAndPrintAsync("x", ct)),
                ("POST", ["", "api", "login"]) => await DoneAsync(client.LogInAsync(ct)),
                _ => await DoneAsync(client.PauseAsync(ct)),
            };
        }
        catch (ControllerRefusedException no)
        {
            return $"refused: {no.Kind}";
        }
        catch (MachineUnreachableException)
        {
            return "unreachable";
        }
    }

    private static async Task<string> DoneAsync(Task call)
    {
        await call;
        return "fine";
    }
}
