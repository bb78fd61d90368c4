using System.Collections.Concurrent;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Fablab.Web.Tests.Testing;

/// <summary>Remembers what no other handler knew an answer for: the bugs.</summary>
internal sealed class BreaksWatch : IExceptionHandler
{
    private readonly ConcurrentDictionary<string, string> seen = new();

    /// <summary>Each once, with a request that led to it.</summary>
    public IReadOnlyList<string> Seen => [.. seen.Select(one => $"{one.Value}: {one.Key}").Order(StringComparer.Ordinal)];

    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var innermost = exception.GetBaseException();
        var where = exception.StackTrace?.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.StartsWith("at Fablab.", StringComparison.Ordinal));
        seen.TryAdd($"{innermost.GetType().Name} {innermost.Message} {where}", $"{httpContext.Request.Method} {httpContext.Request.Path}");
        return ValueTask.FromResult(false);
    }
}
