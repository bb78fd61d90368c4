using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Fablab.Bridge.Drivers.Shared;

namespace Fablab.Bridge.Drivers.PrusaLink;

/// <summary>The calls of PrusaLink's interface of version 1 that a driver needs.</summary>
/// <param name="http">Signs in by itself (digest).</param>
internal sealed class PrusaLinkClient(HttpClient http, PrusaLinkOptions options, TimeProvider clock) : ControllerHttp("PrusaLink", http, options, clock)
{
    /// <summary>More than this is no answer of a PrusaLink that means well, in bytes.</summary>
    public const long LongestAnswer = 256 * 1024;

    private const int LongestWords = 200;

    private readonly PrusaLinkOptions _options = options;

    /// <summary>Such as <c>PrusaLink</c> or <c>PrusaLink 0.7.0</c>.</summary>
    public async Task<string?> ReadVersionAsync(CancellationToken ct) => (await ReadAsync("api/version", ct) ?? default).Text("text");

    public async Task<StatusAnswer> ReadStatusAsync(CancellationToken ct) => StatusAnswer.From(
        await ReadAsync("api/v1/status", ct) ?? throw new MachineUnreachableException("PrusaLink answered nothing to the question for its status"));

    /// <returns>Null when there is no job (204).</returns>
    public async Task<JobAnswer?> ReadJobAsync(CancellationToken ct) => await ReadAsync("api/v1/job", ct) is { } body ? JobAnswer.From(body) : null;

    /// <returns>The size of a file in bytes; null when it is not told.</returns>
    public async Task<double?> ReadSizeAsync(string name, CancellationToken ct) => (await ReadAsync(FileOf(name), ct) ?? default).Number("size");

    /// <summary>Puts a file into the storage, replacing one of the same name. One transfer at a time: during another the printer says no (409).</summary>
    public async Task UploadAsync(JobFile file, CancellationToken ct)
    {
        using var answer = await SendAsync(Upload, () => UploadRequest(file), ct);
    }

    /// <summary>The answer says "heard", not "started".</summary>
    public Task StartAsync(string name, CancellationToken ct) => AskAsync(HttpMethod.Post, FileOf(name), ct);

    public Task PauseAsync(long job, CancellationToken ct) => AskAsync(HttpMethod.Put, $"api/v1/job/{job}/pause", ct);

    public Task ResumeAsync(long job, CancellationToken ct) => AskAsync(HttpMethod.Put, $"api/v1/job/{job}/resume", ct);

    public Task StopAsync(long job, CancellationToken ct) => AskAsync(HttpMethod.Delete, $"api/v1/job/{job}", ct);

    /// <summary>Deletes a file; one that is not there is fine.</summary>
    public Task DeleteAsync(string name, CancellationToken ct) => DeleteFileAsync(FileOf(name), ct);

    // Printers answer with a bare line; PrusaLink on a Raspberry Pi with an object of title and text.
    protected override string? WordsOf(HttpStatusCode status, byte[] body)
    {
        var words = LooseJson.Parse(body) is { } json && json.IsObject() ? json.Words("message") ?? json.Words("text") ?? json.Words("title") : Line(body);
        return words is null ? null : Shorten(words);
    }

    protected override HttpRequestMessage Request(HttpMethod method, string target, HttpContent? content = null)
    {
        var request = base.Request(method, target, content);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (_options.ApiKey.Length > 0)
        {
            request.Headers.Add("X-Api-Key", _options.ApiKey);
        }

        return request;
    }

    private string FileOf(string name) => $"api/v1/files/{_options.Storage}/{Uri.EscapeDataString(name)}";

    /// <returns>Null for an answer without content.</returns>
    private async Task<JsonElement?> ReadAsync(string target, CancellationToken ct)
    {
        using var answer = await SendAsync(Repeatable, () => Request(HttpMethod.Get, target), ct);
        return answer.StatusCode is HttpStatusCode.NoContent ? null
            : LooseJson.Parse(await answer.Content.ReadAsByteArrayAsync(ct)) ?? throw new MachineUnreachableException("The answer is no JSON, so it is not PrusaLink's");
    }

    private async Task AskAsync(HttpMethod method, string target, CancellationToken ct)
    {
        using var answer = await SendAsync(Once, () => Request(method, target), ct);
    }

    private static string? Line(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, LongestWords))).Trim();

        // A page for browsers says nothing in its first line.
        return text.Length == 0 || text.StartsWith('<') ? null : text.Split('\n')[0].Trim();
    }

    private static string Shorten(string words) => words.Length <= LongestWords ? words : $"{words.AsSpan(0, LongestWords)}…";

    private HttpRequestMessage UploadRequest(JobFile file)
    {
        var stream = File.OpenRead(file.Path);
        var bytes = new StreamContent(stream);
        bytes.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        bytes.Headers.ContentLength = stream.Length;
        var request = Request(HttpMethod.Put, FileOf(file.Name), bytes);

        // Booleans of RFC 8941. The print is started by a call of its own, once everybody knows of it.
        request.Headers.Add("Overwrite", "?1");
        request.Headers.Add("Print-After-Upload", "?0");

        // Digest asks first and is told "no" with what to sign; the bytes should not travel twice for it.
        request.Headers.ExpectContinue = _options.Password.Length > 0;
        return request;
    }
}
