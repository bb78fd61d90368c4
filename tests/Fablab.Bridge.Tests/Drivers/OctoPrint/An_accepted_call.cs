using System.Globalization;
using System.Net;
using System.Text.Json;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.OctoPrint;

namespace Fablab.Bridge.Tests.Drivers.OctoPrint;

public class An_accepted_call
{
    [Test]
    public async Task Tells_what_was_read_from_every_yes_in_the_recordings()
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var exchange in Recording.Files("http").SelectMany(Recording.Exchanges).Where(each => each.Status is >= 200 and < 300))
        {
            var read = await ReadAsync(exchange);
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{exchange.Status} {exchange.Method,-6} {Place(exchange),-36} {read}\n"));
        }

        ApprovedText.Check("accepted", string.Concat(lines));
    }

    [Test]
    public async Task To_upload_names_the_file_also_when_OctoPrint_would_not_print_it()
    {
        var uploads = Recording.Files("http").SelectMany(Recording.Exchanges)
            .Where(each => each is { Status: 201, Target: "/api/files/local" } && each.Answer.Child("files").IsObject())
            .ToList();

        // We never ask to print with the upload, so "effectivePrint" is no news; the start has its own call.
        foreach (var upload in uploads)
        {
            var path = await CannedAnswers.UploadAsync(Client(upload), CancellationToken.None);
            Assert.That(path, Is.EqualTo(upload.Answer.Child("files").Child("local").Text("path")), upload.Step);
        }

        Assert.That(uploads.Select(upload => upload.Answer.Child("effectivePrint").ValueKind), Has.Member(JsonValueKind.False));
        Assert.That(uploads, Has.Count.EqualTo(10));
    }

    private static OctoPrintClient Client(Exchange exchange) => CannedAnswers.Client(new CannedAnswers(
        (HttpStatusCode)exchange.Status, exchange.Answer.ValueKind is JsonValueKind.Undefined ? "" : exchange.Answer.GetRawText()));

    /// <summary>Codes that differ from run to run are left out.</summary>
    private static string Place(Exchange exchange) => exchange.Target.Split('?')[0].Split('/') is ["", "plugin", "appkeys", var what, _]
        ? $"/plugin/appkeys/{what}/…"
        : exchange.Target.Split('?')[0];

    private static async Task<string> ReadAsync(Exchange exchange)
    {
        var (client, ct) = (Client(exchange), CancellationToken.None);
        try
        {
            return (exchange.Method, exchange.Target.Split('?')[0].Split('/')) switch
            {
                ("GET", ["", "api", "version"]) => $"version {await client.ReadVersionAsync(ct)}",
                ("GET", ["", "api", "job"]) => Told(await client.ReadJobAsync(ct)),
                ("GET", ["", "api", "printer"]) => Told((await client.ReadPrinterAsync(ct))!),
                ("GET", ["", "api", "connection"]) => $"connection {await client.ReadConnectionAsync(ct)}",
                ("GET", ["", "api", "printer", "error"]) => Told(await client.ReadPrinterErrorAsync(ct)),
                ("GET", ["", "api", "files", "local", _]) => Told((await client.ReadFileAsync("x", ct))!),
                ("DELETE", ["", "api", "files", "local", _]) => await DoneAsync(client.DeleteAsync("x", ct), "removed"),
                ("POST", ["", "api", "login"]) => Told(await client.LogInAsync(ct)),
                ("POST", ["", "api", "files", "local"]) => $"stored as {await CannedAnswers.UploadAsync(client, ct)}",
                ("POST", ["", "api", "files", "local", ..]) when exchange.Status == 204 => await DoneAsync(client.SelectAndPrintAsync("x", ct), "heard"),
                ("POST", ["", "api", "job"]) => await DoneAsync(client.PauseAsync(ct), "heard"),
                _ => "no call of ours",
            };
        }
        catch (MachineUnreachableException no)
        {
            return $"unreachable: {no.Message}";
        }
    }

    private static string Told(Snapshot seen)
    {
        var file = seen.File is null ? "" : $" | file {seen.File.Path ?? "none"}, filament {(seen.File.FilamentMillimetres is null ? "unknown" : "known")}";
        var progress = seen.Progress is null ? "" : $" | progress {(seen.Progress.Share is null ? "none" : "told")}";
        var heaters = seen.Temperatures is null ? "" : $" | heaters {string.Join(' ', seen.Temperatures.Keys.Order(StringComparer.Ordinal))}";
        return $"{seen.StateText} = {StateWords.Of(seen)?.ToString() ?? "unknown"}{file}{progress}{heaters}{(seen.Error is null ? "" : $" | error {seen.Error}")}";
    }

    private static string Told(PrinterErrorSeen seen) => $"reason {seen.Reason ?? "none"} | error {seen.Error ?? "none"}";

    private static string Told(FileAnswer file) =>
        $"file {file.Path}, {file.Bytes} bytes, sha1 {file.Sha1?[..8]} | last print {(file.LastPrint is { } last ? $"{(last.IsSuccess ? "succeeded" : "failed")}{(last.PrintMilliseconds is { } ran ? $" after {ran} ms" : "")}" : "none")}";

    private static string Told(LoginAnswer login) => $"name {login.Name} | a session of {login.Session.Length} characters";

    private static async Task<string> DoneAsync(Task call, string word)
    {
        await call;
        return word;
    }
}
