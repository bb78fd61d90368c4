using System.Net;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Fablab.Bridge.Drivers.OctoPrint;

/// <summary>
/// The resilience of this wire. Only a question that changes nothing is asked again (<see cref="Repeatable"/>); a start that
/// got no answer may have started, so it is never repeated here.
/// </summary>
internal sealed class OctoPrintPipelines
{
    public const string Name = "octoprint";

    public OctoPrintPipelines(OctoPrintOptions options, TimeProvider clock)
    {
        Repeatable = Builder("repeatable", clock)
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                Name = $"{Name}-retry",
                MaxRetryAttempts = options.Retries,
                Delay = options.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = outcome => new ValueTask<bool>(IsPassing(outcome.Outcome)),
            })
            .AddTimeout(Timeout(options.AnswerTimeout))
            .Build();
        Once = Builder("once", clock).AddTimeout(Timeout(options.AnswerTimeout)).Build();
        Upload = Builder("upload", clock).AddTimeout(Timeout(options.UploadTimeout)).Build();
    }

    /// <summary>GET and DELETE: repeated after a broken line, a time-out, 429 or 5xx.</summary>
    public ResiliencePipeline<HttpResponseMessage> Repeatable { get; }

    /// <summary>Everything that asks the printer to do something.</summary>
    public ResiliencePipeline<HttpResponseMessage> Once { get; }

    public ResiliencePipeline<HttpResponseMessage> Upload { get; }

    private static ResiliencePipelineBuilder<HttpResponseMessage> Builder(string instance, TimeProvider clock) =>
        new() { Name = Name, InstanceName = instance, TimeProvider = clock };

    private static TimeoutStrategyOptions Timeout(TimeSpan limit) => new() { Name = $"{Name}-timeout", Timeout = limit };

    private static bool IsPassing(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: HttpRequestException or TimeoutRejectedException } => true,
        { Result.StatusCode: HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError } => true,
        _ => false,
    };
}
