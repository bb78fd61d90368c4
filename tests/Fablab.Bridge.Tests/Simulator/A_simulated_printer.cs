using System.Net;
using System.Text.Json.Nodes;

namespace Fablab.Bridge.Tests.Simulator;

public class A_simulated_printer
{
    [Test]
    public async Task Goes_on_printing_when_its_clients_leave()
    {
        await using var fixture = await PrinterFixture.StartAsync();
        await fixture.UploadAsync("part.gcode", PrinterFixture.LongPrint, print: "true");
        var before = (await fixture.JobAsync())["progress"]!["completion"]!.GetValue<double>();

        fixture.Clock.Advance(TimeSpan.FromSeconds(60));

        Assert.That((await fixture.JobAsync())["progress"]!["completion"]!.GetValue<double>(), Is.GreaterThan(before));
    }

    [Test]
    public async Task Accepts_a_start_with_nothing_selected_and_does_nothing()
    {
        await using var fixture = await PrinterFixture.StartAsync();

        var (status, _) = await fixture.SendAsync(HttpMethod.Post, "/api/job", new JsonObject { ["command"] = "start" });

        Assert.That(status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((string?)(await fixture.JobAsync())["state"], Is.EqualTo("Operational"));
    }

    [Test]
    public async Task Accepts_an_upload_while_it_prints_and_says_that_it_will_not_print_it()
    {
        await using var fixture = await PrinterFixture.StartAsync();
        await fixture.UploadAsync("part.gcode", PrinterFixture.LongPrint, print: "true");

        var (status, body) = await fixture.UploadAsync("other.gcode", PrinterFixture.ShortPrint, print: "true");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(status, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(body!["effectivePrint"]!.GetValue<bool>(), Is.False);
        }
    }

    [Test]
    public async Task Cannot_be_connected_while_its_power_is_off()
    {
        await using var fixture = await PrinterFixture.StartAsync();
        fixture.Printer.Inject("power-off");
        var connect = new JsonObject { ["command"] = "connect", ["port"] = "VIRTUAL" };

        var (refused, _) = await fixture.SendAsync(HttpMethod.Post, "/api/connection", connect);
        fixture.Printer.Inject("power-on");
        var (accepted, _) = await fixture.SendAsync(HttpMethod.Post, "/api/connection", connect);
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(accepted, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That(fixture.Printer.StateText, Is.EqualTo("Operational"));
        }
    }

    [TestCase("lose-serial", "Offline after error")]
    [TestCase("firmware-error", "Offline after error")]
    [TestCase("silence", "Printing")]
    [TestCase("cancel", "Operational")]
    [TestCase("pause", "Paused")]
    [TestCase("reset", "Operational")]
    [TestCase("power-off", "Offline after error")]
    public async Task Takes_injections_over_HTTP_without_a_key(string injection, string state)
    {
        await using var fixture = await PrinterFixture.StartAsync();
        await fixture.UploadAsync("part.gcode", PrinterFixture.LongPrint, print: "true");
        fixture.Clock.Advance(TimeSpan.FromSeconds(4));

        using var answer = await fixture.Http.PostAsync(new Uri($"/simulator/{injection}", UriKind.Relative), null);
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That(fixture.Printer.StateText, Is.EqualTo(state));
        }
    }

    [Test]
    public async Task Drops_every_connection_while_its_server_is_down()
    {
        await using var fixture = await PrinterFixture.StartAsync();

        fixture.Printer.Inject("http-down");

        Assert.That(async () => await fixture.JobAsync(), Throws.InstanceOf<HttpRequestException>());
        fixture.Printer.Inject("http-up");
        Assert.That((string?)(await fixture.JobAsync())["state"], Is.EqualTo("Operational"));
    }
}
