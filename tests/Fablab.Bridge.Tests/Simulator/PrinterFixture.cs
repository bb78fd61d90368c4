using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Fablab.MachineSimulator;
using Fablab.MachineSimulator.OctoPrint;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fablab.Bridge.Tests.Simulator;

/// <summary>A simulated OctoPrint on a free port whose clock the test moves.</summary>
internal sealed class PrinterFixture : IAsyncDisposable
{
    public const string ApiKey = "key-of-the-test";

    /// <summary>As recorded in 07: it waits for 45 °C, then prints for about eleven seconds.</summary>
    public const string ShortPrint = "M109 S45\nG28\nG1 Z0.2\nG1 X60 Y60 E24.7\nG1 Z0.4\nG1 X0 Y0 E25\n; estimated printing time (normal mode) = 11s\n";

    /// <summary>As the file of recordings 08 to 17: no heating, almost three minutes.</summary>
    public const string LongPrint = "G28\nG1 Z0.2\nG1 X60 Y60 E123.7\nG1 Z0.4\nG1 X0 Y0 E124\n; estimated printing time (normal mode) = 2m 48s\n";

    private PrinterFixture(SimulatedOctoPrint printer, FakeTimeProvider clock)
    {
        (Printer, Clock) = (printer, clock);
        Http = new HttpClient { BaseAddress = new Uri(printer.Address) };
    }

    public SimulatedOctoPrint Printer { get; }

    public FakeTimeProvider Clock { get; }

    public HttpClient Http { get; }

    public static async Task<PrinterFixture> StartAsync(bool isConnected = true, double speed = 1)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 19, 0, 0, TimeSpan.Zero));
        var options = new SimulatedMachineOptions { Code = "printer-1", ApiKey = ApiKey, StartsConnected = isConnected, Speed = speed };
        var printer = new SimulatedOctoPrint(options, clock, NullLogger<SimulatedOctoPrint>.Instance);
        await printer.StartAsync(CancellationToken.None);
        return new PrinterFixture(printer, clock);
    }

    public async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(HttpMethod method, string target, JsonNode? body = null)
    {
        using var request = new HttpRequestMessage(method, target);
        request.Headers.Add("X-Api-Key", ApiKey);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        return await SendAsync(request);
    }

    public async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(HttpRequestMessage request)
    {
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, response.Content.Headers.ContentType?.MediaType == "application/json" ? JsonNode.Parse(text) : null);
    }

    public async Task<JsonObject> JobAsync() => (await SendAsync(HttpMethod.Get, "/api/job")).Body!.AsObject();

    public Task<(HttpStatusCode Status, JsonNode? Body)> UploadAsync(string name, string content, string? print = null)
    {
        var form = new MultipartFormDataContent();
        var file = new ByteArrayContent(Encoding.UTF8.GetBytes(content));
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(file, "file", name);
        if (print is not null)
        {
            form.Add(new StringContent(print), "print");
        }

        var request = new HttpRequestMessage(HttpMethod.Post, "/api/files/local") { Content = form };
        request.Headers.Add("X-Api-Key", ApiKey);
        return SendAsync(request);
    }

    /// <summary>The two files of the recordings, uploaded and analysed.</summary>
    public async Task UploadRecordedFilesAsync()
    {
        await UploadAsync("finish.gcode", ShortPrint);
        await UploadAsync("cancel.gcode", LongPrint);
        Clock.Advance(TimeSpan.FromSeconds(5));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Printer.DisposeAsync();
    }
}
