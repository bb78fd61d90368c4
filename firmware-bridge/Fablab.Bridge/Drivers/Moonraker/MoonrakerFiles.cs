using System.Net;
using System.Net.Http.Headers;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Fablab.Bridge.Drivers.Moonraker;

/// <summary>
/// What Moonraker does over HTTP alone: files to and from its root <c>gcodes</c>. Only the removal is repeated by itself.
/// </summary>
/// <param name="http">Should not follow redirects, since they would carry the key elsewhere; its answer buffer bounds an answer.</param>
internal sealed class MoonrakerFiles(HttpClient http, MoonrakerOptions options, TimeProvider clock)
{
    /// <summary>More than this is no answer of a Moonraker that means well, in bytes.</summary>
    public const long LongestAnswer = 1024 * 1024;

    private const string Wire = "moonraker";

    /// <summary>Moonraker's word for bytes whose digest is not the one that was promised.</summary>
    private const int ChecksumMismatch = 422;

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
                or { Result.StatusCode: >= HttpStatusCode.InternalServerError }),
        })
        .AddTimeout(new TimeoutStrategyOptions { Name = $"{Wire}-timeout", Timeout = options.AnswerTimeout })
        .Build();

    private readonly ResiliencePipeline<HttpResponseMessage> _upload = Builder("upload", clock)
        .AddTimeout(new TimeoutStrategyOptions { Name = $"{Wire}-timeout", Timeout = options.UploadTimeout })
        .Build();

    /// <summary>Puts a file into the root folder, replacing one of the same name. Moonraker compares the digest before it keeps it.</summary>
    public async Task UploadAsync(JobFile file, CancellationToken ct)
    {
        using var answer = await SendAsync(_upload, () => UploadRequest(file), ct);
        var body = LooseJson.Parse(await answer.Content.ReadAsByteArrayAsync(ct)) ?? default;
        var stored = body.Child("result") is { } wrapped && wrapped.IsObject() ? wrapped : body;
        if (stored.Child("item").Words("path") is not { } path)
        {
            throw new MachineUnreachableException("The upload answer names no file, so it is not Moonraker's");
        }

        if (path != file.Name)
        {
            throw new ControllerRefusedException($"Moonraker stored {file.Name} under another name, '{RpcError.Shorten(path)}'", RefusalKind.Other);
        }
    }

    /// <summary>Deletes a file; one that is not there is fine.</summary>
    public async Task DeleteAsync(string name, CancellationToken ct)
    {
        try
        {
            using var answer = await SendAsync(_repeatable, () => Request(HttpMethod.Delete, $"server/files/gcodes/{Uri.EscapeDataString(name)}"), ct);
        }
        catch (ControllerRefusedException no) when (no.Kind is RefusalKind.NotFound)
        {
            // Gone already, which is what was wanted.
        }
    }

    private static ResiliencePipelineBuilder<HttpResponseMessage> Builder(string instance, TimeProvider clock) =>
        new() { Name = Wire, InstanceName = instance, TimeProvider = clock };

    private static Uri WithSlash(Uri address) => address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");

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
            throw new MachineUnreachableException($"Moonraker gave no answer: {broken.Message}", broken);
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
            return new MachineUnreachableException($"Moonraker answered {status}");
        }

        var kind = answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized => RefusalKind.NotAllowed,

            // Of files, 403 is Moonraker's word for "it is being printed" (recording 02).
            HttpStatusCode.Forbidden or HttpStatusCode.Conflict => RefusalKind.WrongState,
            HttpStatusCode.NotFound => RefusalKind.NotFound,
            HttpStatusCode.UnsupportedMediaType => RefusalKind.UnsupportedFile,
            _ => RefusalKind.Other,
        };
        var words = LooseJson.Parse(await answer.Content.ReadAsByteArrayAsync(ct)) is { } body ? body.Child("error").Words("message") : null;
        var why = status is ChecksumMismatch ? "other bytes arrived than were sent" : words is null ? null : RpcError.Shorten(words);
        return new ControllerRefusedException(why is null ? $"Moonraker answered {status}" : $"Moonraker answered {status}: {why}", kind);
    }

    private HttpRequestMessage Request(HttpMethod method, string target, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, new Uri(_base, target)) { Content = content };
        if (options.ApiKey.Length > 0)
        {
            request.Headers.Add("X-Api-Key", options.ApiKey);
        }

        return request;
    }

    private HttpRequestMessage UploadRequest(JobFile file)
    {
        var bytes = new StreamContent(File.OpenRead(file.Path));
        bytes.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        bytes.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"file\"", FileName = $"\"{file.Name}\"" };

        // Quoted part names and an unquoted boundary: what the recordings show to work. Moonraker reads the fields before the bytes.
        var boundary = $"fablab-{Guid.NewGuid():N}";
        var form = new MultipartFormDataContent(boundary) { Field("root", "gcodes"), Field("checksum", file.Sha256), bytes };
        form.Headers.Remove("Content-Type");
        form.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={boundary}");
        return Request(HttpMethod.Post, "server/files/upload", form);
    }

    private static StringContent Field(string name, string value)
    {
        var field = new StringContent(value);
        field.Headers.ContentType = null;
        field.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = $"\"{name}\"" };
        return field;
    }
}
