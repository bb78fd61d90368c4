using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Polly;
using Polly.Timeout;

namespace Fablab.Bridge.Drivers.OctoPrint;

/// <summary>
/// OctoPrint's REST calls that a driver needs. A no becomes <see cref="ControllerRefusedException"/> with its kind, anything
/// that is no answer <see cref="MachineUnreachableException"/>. The texts of a no are for people and never parsed.
/// </summary>
/// <param name="http">Should not follow redirects, since they would carry the key elsewhere; its answer buffer bounds an answer.</param>
internal sealed class OctoPrintClient(HttpClient http, OctoPrintOptions options, OctoPrintPipelines pipelines)
{
    /// <summary>More than this is no answer of an OctoPrint that means well, in bytes.</summary>
    public const long LongestAnswer = 1024 * 1024;

    private const string Files = "api/files/local";

    private readonly Uri _base = WithSlash(options.BaseAddress ?? throw new ArgumentException("No base address", nameof(options)));

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
            pipelines.Once, () => Request(HttpMethod.Post, "api/login", JsonContent.Create(new { passive = true })), ct);
        return LoginAnswer.From(await BodyAsync(answer, ct)) ?? throw new MachineUnreachableException("The login answer has no session");
    }

    /// <summary>Puts a file into the root folder, replacing one of the same name.</summary>
    /// <returns>Where OctoPrint put it; older versions rewrite names.</returns>
    public async Task<string> UploadAsync(JobFile file, CancellationToken ct)
    {
        using var answer = await SendAsync(pipelines.Upload, () => UploadRequest(file), ct);
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
    public async Task DeleteAsync(string path, CancellationToken ct)
    {
        try
        {
            using var answer = await SendAsync(
                pipelines.Repeatable, () => Request(HttpMethod.Delete, $"{Files}/{Escape(path)}"), ct);
        }
        catch (ControllerRefusedException no) when (no.Kind is RefusalKind.NotFound)
        {
            // Gone already, which is what was wanted.
        }
    }

    private static Uri WithSlash(Uri address) =>
        address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");

    private static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private async Task<JsonElement> ReadAsync(string target, CancellationToken ct)
    {
        using var answer = await SendAsync(pipelines.Repeatable, () => Request(HttpMethod.Get, target), ct);
        return await BodyAsync(answer, ct);
    }

    private async Task AskAsync(string target, object command, CancellationToken ct)
    {
        using var answer = await SendAsync(pipelines.Once, () => Request(HttpMethod.Post, target, JsonContent.Create(command)), ct);
    }

    private async Task<HttpResponseMessage> SendAsync(
        ResiliencePipeline<HttpResponseMessage> pipeline, Func<HttpRequestMessage> makeRequest, CancellationToken ct)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await pipeline.ExecuteAsync(
                async token =>
                {
                    using var request = makeRequest();
                    return await http.SendAsync(request, token);
                },
                ct);
        }
        catch (Exception broken) when (broken is HttpRequestException or TimeoutRejectedException or IOException
            || (broken is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new MachineUnreachableException($"OctoPrint gave no answer: {broken.Message}", broken);
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw await NoAsync(answer, ct);
        }
    }

    private static async Task<Exception> NoAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        var status = (int)answer.StatusCode;
        if (status is < 400 or >= 500)
        {
            return new MachineUnreachableException($"OctoPrint answered {status}");
        }

        var kind = answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => RefusalKind.NotAllowed,
            HttpStatusCode.NotFound => RefusalKind.NotFound,
            HttpStatusCode.Conflict => RefusalKind.WrongState,
            HttpStatusCode.UnsupportedMediaType => RefusalKind.UnsupportedFile,
            _ => RefusalKind.Other,
        };
        var words = await TryBodyAsync(answer, ct) is { } body ? body.Words("error") : null;
        return new ControllerRefusedException(words is null ? $"OctoPrint answered {status}" : $"OctoPrint answered {status}: {words}", kind);
    }

    private static async Task<JsonElement> BodyAsync(HttpResponseMessage answer, CancellationToken ct) =>
        await TryBodyAsync(answer, ct) ?? throw new MachineUnreachableException("The answer is no JSON, so it is not OctoPrint's");

    private static async Task<JsonElement?> TryBodyAsync(HttpResponseMessage answer, CancellationToken ct) =>
        LooseJson.Parse(await answer.Content.ReadAsByteArrayAsync(ct));

    private HttpRequestMessage Request(HttpMethod method, string target, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, new Uri(_base, target)) { Content = content };
        request.Headers.Add("X-Api-Key", options.ApiKey);
        return request;
    }

    private HttpRequestMessage UploadRequest(JobFile file)
    {
        // The digest comes back with the file's book-keeping, so people can tell a file's origin in OctoPrint too.
        var userdata = new StringContent(JsonSerializer.Serialize(new { fablab = new { sha256 = file.Sha256 } }));
        userdata.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"userdata\"" };
        var bytes = new StreamContent(File.OpenRead(file.Path));
        bytes.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        bytes.Headers.ContentDisposition =
            new ContentDispositionHeaderValue("form-data") { Name = "\"file\"", FileName = $"\"{file.Name}\"" };

        // Quoted part names and an unquoted boundary: what browsers send, and what the recordings show to work.
        var boundary = $"fablab-{Guid.NewGuid():N}";
        var form = new MultipartFormDataContent(boundary) { userdata, bytes };
        form.Headers.Remove("Content-Type");
        form.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={boundary}");
        return Request(HttpMethod.Post, Files, form);
    }
}
