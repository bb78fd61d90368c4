using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fablab.Web.Tests.Testing;

/// <summary>Remembers every status that an operation of the API answered with, whatever a test was about.</summary>
internal sealed class AnswersWatch : IStartupFilter
{
    private readonly ConcurrentDictionary<(string Operation, int Status), bool> seen = new();

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, rest) =>
        {
            await rest(context);
            if (context.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName is { } operation && context.Request.Path.StartsWithSegments("/api"))
            {
                seen[(operation, context.Response.StatusCode)] = true;
            }
        });
        next(app);
    };

    /// <returns>Answers that the API's description does not tell of.</returns>
    public IReadOnlyList<string> Undescribed(JsonElement description)
    {
        var told = description.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject())
            .SelectMany(operation => operation.Value.GetProperty("responses").EnumerateObject()
                .Select(response => $"{operation.Value.GetProperty("operationId").GetString()} {response.Name}"))
            .ToHashSet();
        return [.. seen.Keys.Select(answer => $"{answer.Operation} {answer.Status}").Where(answer => !told.Contains(answer)).Order()];
    }
}
