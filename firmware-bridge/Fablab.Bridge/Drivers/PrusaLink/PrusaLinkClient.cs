using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Fablab.Bridge.Drivers.PrusaLink;

/// <summary>
/// The calls of PrusaLink's interface of version 1 that a driver needs. A no becomes <see cref="ControllerRefusedException"/> with its
/// kind, anything that is no answer <see cref="MachineUnreachableException"/>. Only questions are repeated.
/// </summary>
/// <param name="http">Signs in by itself (digest); it should not follow redirects, and its answer buffer bounds an answer.</param>
internal sealed class PrusaLinkClient(HttpClient http, PrusaLinkOptions options, TimeProvider clock)
{
    /// <summary>More than this is no answer of a PrusaLink that means well, in bytes.</summary>
    public const long LongestAnswer = 256 * 1024;

    private const string Wire = "prusalink";
    private const int LongestWords = 200;

    private readonly Uri _base = WithSlash(options.Address ?? throw new ArgumentException("No address", nameof(options)));

    private readonly ResiliencePipeline<HttpResponseMessage> _repeatable = Builder("repeatable", clock)
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            Name = $"{Wire}-retry",
            MaxRetryAttempts = options.Retries,
            Delay = options.RetryDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = outcome => new ValueTask<bool>(outcome.Outcome is { Exception: HttpRequestException or TimeoutRejectedException }
                or { Result.StatusCode: HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError }),
        })
        .AddTimeout(new TimeoutStrategyOptions { Name = $"{Wire}-timeout", Timeout = options.AnswerTimeout })
        .Build();

    private readonly ResiliencePipeline<HttpResponseMessage> _once = Builder("once", clock)
        .AddTimeout(new TimeoutStrategyOptions { Name = $"{Wire}-timeout", Timeout = options.AnswerTimeout })
        .Build();

    private readonly ResiliencePipeline<HttpResponseMessage> _upload = Builder("upload", clock)
        .AddTimeout(new TimeoutStrategyOptions { Name = $"{Wire}-timeout", Timeout = options.UploadTimeout })
        .Build();

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
        using var answer = await SendAsync(_upload, () => UploadRequest(file), ct);
    }

    /// <summary>The answer says "heard", not "started".</summary>
    public Task StartAsync(string name, CancellationToken ct) => AskAsync(HttpMethod.Post, FileOf(name), ct);

    public Task PauseAsync(long job, CancellationToken ct) => AskAsync(HttpMethod.Put, $"api/v1/job/{job}/pause", ct);

    public Task ResumeAsync(long job, CancellationToken ct) => AskAsync(HttpMethod.Put, $"api/v1/job/{job}/resume", ct);

    public Task StopAsync(long job, CancellationToken ct) => AskAsync(HttpMethod.Delete, $"api/v1/job/{job}", ct);

    /// <summary>Deletes a file; one that is not there is fine.</summary>
    public async Task DeleteAsync(string name, CancellationToken ct)
    {
        try
        {
            using var answer = await SendAsync(_repeatable, () => Request(HttpMethod.Delete, FileOf(name)), ct);
        }
        catch (ControllerRefusedException no) when (no.Kind is RefusalKind.NotFound)
        {
            // Gone already, which is what was wanted.
        }
    }

    private static ResiliencePipelineBuilder<HttpResponseMessage> Builder(string instance, TimeProvider clock) =>
        new() { Name = Wire, InstanceName = instance, TimeProvider = clock };

    private static Uri WithSlash(Uri address) => address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");

    private string FileOf(string name) => $"api/v1/files/{options.Storage}/{Uri.EscapeDataString(name)}";

    /// <returns>Null for an answer without content.</returns>
    private async Task<JsonElement?> ReadAsync(string target, CancellationToken ct)
    {
        using var answer = await SendAsync(_repeatable, () => Request(HttpMethod.Get, target), ct);
        return answer.StatusCode is HttpStatusCode.NoContent ? null
            : LooseJson.Parse(await answer.Content.ReadAsByteArrayAsync(ct)) ?? throw new MachineUnreachableException("The answer is no JSON, so it is not PrusaLink's");
    }

    private async Task AskAsync(HttpMethod method, string target, CancellationToken ct)
    {
        using var answer = await SendAsync(_once, () => Request(method, target), ct);
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
            throw new MachineUnreachableException($"PrusaLink gave no answer: {broken.Message}", broken);
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
            return new MachineUnreachableException($"PrusaLink answered {status}");
        }

        var kind = answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => RefusalKind.NotAllowed,
            HttpStatusCode.NotFound => RefusalKind.NotFound,
            HttpStatusCode.Conflict => RefusalKind.WrongState,
            HttpStatusCode.UnsupportedMediaType => RefusalKind.UnsupportedFile,
            _ => RefusalKind.Other,
        };

        // Printers answer with a bare line; PrusaLink on a Raspberry Pi with an object of title and text.
        var bytes = await answer.Content.ReadAsByteArrayAsync(ct);
        var words = LooseJson.Parse(bytes) is { } body && body.IsObject() ? body.Words("message") ?? body.Words("text") ?? body.Words("title") : Line(bytes);
        return new ControllerRefusedException(words is null ? $"PrusaLink answered {status}" : $"PrusaLink answered {status}: {Shorten(words)}", kind);
    }

    private static string? Line(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, LongestWords))).Trim();

        // A page for browsers says nothing in its first line.
        return text.Length == 0 || text.StartsWith('<') ? null : text.Split('\n')[0].Trim();
    }

    private static string Shorten(string words) => words.Length <= LongestWords ? words : $"{words.AsSpan(0, LongestWords)}…";

    private HttpRequestMessage Request(HttpMethod method, string target, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, new Uri(_base, target)) { Content = content };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (options.ApiKey.Length > 0)
        {
            request.Headers.Add("X-Api-Key", options.ApiKey);
        }

        return request;
    }

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
        request.Headers.ExpectContinue = options.Password.Length > 0;
        return request;
    }
}
