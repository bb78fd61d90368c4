using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Hosting;

/// <summary>Marks an address whose answer stays open for minutes and costs little meanwhile.</summary>
internal sealed class StaysOpen
{
    /// <summary>Of one member at a time.</summary>
    public const int Most = 64;
}

/// <summary>
/// Works at so many requests of one member, or of one organisation's tokens, at a time; some more wait in line, and the rest are refused at once. So a program that
/// runs wild keeps its owner waiting and nobody else. Whoever has not signed in is no business of this: a proxy bounds addresses.
/// </summary>
internal sealed class LoadOfOne(IOptions<WebOptions> web) : IConfigureOptions<RateLimiterOptions>
{
    /// <summary>For each that is worked at, so many may wait.</summary>
    public const int WaitingForEach = 8;

    public void Configure(RateLimiterOptions options)
    {
        var most = web.Value.RequestsAtOnce;
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            WhoOf(context.User) is not { } who ? RateLimitPartition.GetNoLimiter("")
            : context.GetEndpoint()?.Metadata.GetMetadata<StaysOpen>() is null ? RateLimitPartition.GetConcurrencyLimiter(who, _ => Bound(most, most * WaitingForEach))
            : RateLimitPartition.GetConcurrencyLimiter($"open {who}", _ => Bound(StaysOpen.Most, 0)));
        options.OnRejected = (context, _) =>
        {
            // It gets its words like any other without: a page for people, a problem for programs.
            (context.HttpContext.Response.StatusCode, context.HttpContext.Response.Headers.RetryAfter) = (StatusCodes.Status429TooManyRequests, "1");
            return ValueTask.CompletedTask;
        };
    }

    private static ConcurrencyLimiterOptions Bound(int most, int waiting) =>
        new() { PermitLimit = most, QueueLimit = waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst };

    private static string? WhoOf(ClaimsPrincipal user) => (user.FindFirst(ClaimTypes.NameIdentifier) ?? user.FindFirst("organisation"))?.Value;
}
