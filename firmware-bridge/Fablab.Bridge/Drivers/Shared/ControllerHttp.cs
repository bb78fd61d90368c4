using System.Net;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Fablab.Bridge.Drivers.Shared;

/// <summary>
/// Asks a controller over HTTP. A no becomes <see cref="ControllerRefusedException"/> with its kind, anything that is no answer
/// <see cref="MachineUnreachableException"/>. The texts of a no are for people and never parsed. Only what changes nothing, or may be done
/// twice, is repeated by itself: a start that got no answer may have started.
/// </summary>
/// <param name="name">Of the program that answers there, as people know it.</param>
/// <param name="http">See <see cref="Client"/>.</param>
internal abstract class ControllerHttp(string name, HttpClient http, HttpControllerOptions options, TimeProvider clock)
{
    private readonly Uri _base = WithSlash(options.Address ?? throw new ArgumentException("No address", nameof(options)));

    /// <summary>GET and DELETE: repeated after a broken line, a time-out, 429 or 5xx.</summary>
    protected ResiliencePipeline<HttpResponseMessage> Repeatable { get; } = Builder(name, "repeatable", clock)
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            Name = $"{name}-retry",
            MaxRetryAttempts = options.Retries,
            Delay = options.RetryDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = outcome => new ValueTask<bool>(IsPassing(outcome.Outcome)),
        })
        .AddTimeout(Limit(name, options.AnswerTimeout))
        .Build();

    /// <summary>Everything that asks the machine to do something.</summary>
    protected ResiliencePipeline<HttpResponseMessage> Once { get; } = Builder(name, "once", clock).AddTimeout(Limit(name, options.AnswerTimeout)).Build();

    protected ResiliencePipeline<HttpResponseMessage> Upload { get; } = Builder(name, "upload", clock).AddTimeout(Limit(name, options.UploadTimeout)).Build();

    /// <param name="longestAnswer">More than so many bytes is no answer of a controller that means well.</param>
    public static HttpClient Client(HttpMessageHandler handler, long longestAnswer) => new(handler)
    {
        // The pipelines keep the time; this second clock would only confuse the reason.
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = longestAnswer,
    };

    // No redirects: they could carry the key to another host. No cookies: the key says who we are.
    public static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    protected async Task<HttpResponseMessage> SendAsync(ResiliencePipeline<HttpResponseMessage> pipeline, Func<HttpRequestMessage> makeRequest, CancellationToken ct)
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
            throw new MachineUnreachableException($"{name} gave no answer: {broken.Message}", broken);
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

    /// <summary>One that is not there is fine.</summary>
    /// <param name="target">Of a file.</param>
    protected async Task DeleteFileAsync(string target, CancellationToken ct)
    {
        try
        {
            using var answer = await SendAsync(Repeatable, () => Request(HttpMethod.Delete, target), ct);
        }
        catch (ControllerRefusedException no) when (no.Kind is RefusalKind.NotFound)
        {
            // Gone already, which is what was wanted.
        }
    }

    /// <param name="target">Below the controller's address.</param>
    protected virtual HttpRequestMessage Request(HttpMethod method, string target, HttpContent? content = null) =>
        new(method, new Uri(_base, target)) { Content = content };

    protected virtual RefusalKind KindOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => RefusalKind.NotAllowed,
        HttpStatusCode.NotFound => RefusalKind.NotFound,
        HttpStatusCode.Conflict => RefusalKind.WrongState,
        HttpStatusCode.UnsupportedMediaType => RefusalKind.UnsupportedFile,
        _ => RefusalKind.Other,
    };

    /// <summary>What the body of a no says, for people; null for nothing.</summary>
    protected abstract string? WordsOf(HttpStatusCode status, byte[] body);

    private async Task<Exception> NoAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        var status = (int)answer.StatusCode;
        if (status is < 400 or >= 500)
        {
            return new MachineUnreachableException($"{name} answered {status}");
        }

        var words = WordsOf(answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(ct));
        return new ControllerRefusedException(words is null ? $"{name} answered {status}" : $"{name} answered {status}: {words}", KindOf(answer.StatusCode));
    }

    private static Uri WithSlash(Uri address) => address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");

    private static ResiliencePipelineBuilder<HttpResponseMessage> Builder(string name, string instance, TimeProvider clock) =>
        new() { Name = name, InstanceName = instance, TimeProvider = clock };

    private static TimeoutStrategyOptions Limit(string name, TimeSpan limit) => new() { Name = $"{name}-timeout", Timeout = limit };

    private static bool IsPassing(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: HttpRequestException or TimeoutRejectedException } => true,
        { Result.StatusCode: HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError } => true,
        _ => false,
    };
}
