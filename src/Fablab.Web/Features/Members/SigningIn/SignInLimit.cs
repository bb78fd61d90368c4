using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Members.SigningIn;

/// <summary>So many sign-in attempts a minute from one network address; the account's own pause stands beside it.</summary>
internal sealed class SignInLimit(IOptions<PasswordSignInOptions> options) : IRateLimiterPolicy<string>
{
    public const string Policy = "sign-in";

    /// <summary>The answer gets its words like any other without: a page for people, a problem for programs.</summary>
    public Func<OnRejectedContext, CancellationToken, ValueTask>? OnRejected { get; } = (context, _) =>
    {
        (context.HttpContext.Response.StatusCode, context.HttpContext.Response.Headers.RetryAfter) = (StatusCodes.Status429TooManyRequests, "60");
        return ValueTask.CompletedTask;
    };

    public RateLimitPartition<string> GetPartition(HttpContext httpContext) => RateLimitPartition.GetFixedWindowLimiter(
        NetworkOf(httpContext.Connection.RemoteIpAddress),
        _ => new FixedWindowRateLimiterOptions { PermitLimit = options.Value.AttemptsPerMinute, Window = TimeSpan.FromMinutes(1) });

    /// <summary>Whoever has one address of version 6 has the 64 bits behind it too.</summary>
    private static string NetworkOf(IPAddress? address) => address switch
    {
        null => "local",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };
}
