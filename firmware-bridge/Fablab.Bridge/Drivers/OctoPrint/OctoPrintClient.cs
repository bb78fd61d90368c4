using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Bridge.Drivers.Shared;

namespace Fablab.Bridge.Drivers.OctoPrint;

/// <summary>OctoPrint's REST calls that a driver needs.</summary>
internal sealed class OctoPrintClient(HttpClient http, OctoPrintOptions options, TimeProvider clock) : ControllerHttp("OctoPrint", http, options, clock)
{
    /// <summary>More than this is no answer of an OctoPrint that means well, in bytes.</summary>
    public const long LongestAnswer = 1024 * 1024;

    private const string Files = "api/files/local";

    private readonly string _key = options.ApiKey;

    /// <summary><c>OctoPrint 1.11.8</c>; other programs that only imitate the API say so here.</summary>
    public async Task<string?> ReadVersionAsync(CancellationToken ct) => (await ReadAsync("api/version", ct)).Text("text");

    public async Task<Snapshot> ReadJobAsync(CancellationToken ct) => Snapshot.FromJob(await ReadAsync("api/job", ct));

    /// <returns>Null when no printer is connected (409).</returns>
    public async Task<Snapshot?> ReadPrinterAsync(CancellationToken ct)
    {
        try
        {
            return Snapshot.FromPrinter(await ReadAsync("api/printer?exclude=sd", ct));
        }
        catch (ControllerRefusedException no) when (no.Kind is RefusalKind.WrongState)
        {
            return null;
        }
    }

    /// <returns>The state text; null where the answer has none.</returns>
    public async Task<string?> ReadConnectionAsync(CancellationToken ct) =>
        (await ReadAsync("api/connection", ct)).Child("current").Text("state");

    public async Task<PrinterErrorSeen> ReadPrinterErrorAsync(CancellationToken ct)
    {
        var body = await ReadAsync("api/printer/error", ct);
        return new PrinterErrorSeen(body.Words("reason"), body.Words("error"));
    }

    /// <returns>Null when there is no such file.</returns>
    public async Task<FileAnswer?> ReadFileAsync(string path, CancellationToken ct)
    {
        try
        {
            return FileAnswer.From(await ReadAsync($"{Files}/{Escape(path)}", ct));
        }
        catch (ControllerRefusedException no) when (no.Kind is RefusalKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>Asks by our key who we are; costs OctoPrint nothing, unlike a login with a password.</summary>
    public async Task<LoginAnswer> LogInAsync(CancellationToken ct)
    {
        using var answer = await SendAsync(
            Once, () => Request(HttpMethod.Post, "api/login", JsonContent.Create(new { passive = true })), ct);
        return LoginAnswer.From(await BodyAsync(answer, ct)) ?? throw new MachineUnreachableException("The login answer has no session");
    }

    /// <summary>Puts a file into the root folder, replacing one of the same name.</summary>
    /// <returns>Where OctoPrint put it; older versions rewrite names.</returns>
    public async Task<string> UploadAsync(JobFile file, CancellationToken ct)
    {
        using var answer = await SendAsync(Upload, () => UploadRequest(file), ct);
        return UploadAnswer.From(await BodyAsync(answer, ct))?.Path
            ?? throw new MachineUnreachableException("The upload answer names no file");
    }

    /// <summary>Selects a file and starts it. The answer says "heard", not "started".</summary>
    public Task SelectAndPrintAsync(string path, CancellationToken ct) =>
        AskAsync($"{Files}/{Escape(path)}", new { command = "select", print = true }, ct);

    public Task PauseAsync(CancellationToken ct) => AskAsync("api/job", new { command = "pause", action = "pause" }, ct);

    public Task ResumeAsync(CancellationToken ct) => AskAsync("api/job", new { command = "pause", action = "resume" }, ct);

    public Task CancelAsync(CancellationToken ct) => AskAsync("api/job", new { command = "cancel" }, ct);

    /// <summary>Deletes a file; one that is not there is fine.</summary>
    public Task DeleteAsync(string path, CancellationToken ct) => DeleteFileAsync($"{Files}/{Escape(path)}", ct);

    protected override string? WordsOf(HttpStatusCode status, byte[] body) => LooseJson.Parse(body) is { } json ? json.Words("error") : null;

    protected override HttpRequestMessage Request(HttpMethod method, string target, HttpContent? content = null)
    {
        var request = base.Request(method, target, content);
        request.Headers.Add("X-Api-Key", _key);
        return request;
    }

    private static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private async Task<JsonElement> ReadAsync(string target, CancellationToken ct)
    {
        using var answer = await SendAsync(Repeatable, () => Request(HttpMethod.Get, target), ct);
        return await BodyAsync(answer, ct);
    }

    private async Task AskAsync(string target, object command, CancellationToken ct)
    {
        using var answer = await SendAsync(Once, () => Request(HttpMethod.Post, target, JsonContent.Create(command)), ct);
    }

    private static async Task<JsonElement> BodyAsync(HttpResponseMessage answer, CancellationToken ct) =>
        LooseJson.Parse(await answer.Content.ReadAsByteArrayAsync(ct)) ?? throw new MachineUnreachableException("The answer is no JSON, so it is not OctoPrint's");

    // The digest comes back with the file's book-keeping, so people can tell a file's origin in OctoPrint too.
    private HttpRequestMessage UploadRequest(JobFile file) => Request(
        HttpMethod.Post, Files, MultipartUpload.Of(file, ("userdata", JsonSerializer.Serialize(new { fablab = new { sha256 = file.Sha256 } }))));
}
