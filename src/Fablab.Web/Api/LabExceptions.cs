using System.Text;
using System.Text.Json;
using Fablab.Domain;
using Fablab.Web.Data;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fablab.Web.Api;

/// <summary>Says what was wrong with a request that could not be read, and that a busy database is nobody's mistake. The rest stays a bug.</summary>
internal sealed class LabExceptions : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (ProblemFor(exception, httpContext.Request) is not { } problem)
        {
            return false;
        }

        await problem.ExecuteAsync(httpContext);
        return true;
    }

    private static ProblemHttpResult? ProblemFor(Exception exception, HttpRequest request) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad => RefusalProblems.ToProblem("malformed-request", Sentence(bad)),
        BadHttpRequestException { StatusCode: var status } bad => TypedResults.Problem(bad.Message, statusCode: status),
        InvalidOperationException { InnerException: ArgumentException } when !IsKnown(request.GetTypedHeaders().ContentType?.Charset.Value) =>
            TypedResults.Problem(exception.Message, statusCode: StatusCodes.Status415UnsupportedMediaType),
        TimeoutException => RefusalProblems.ToProblem("busy"),
        _ when DatabaseRefusals.IsBusy(exception) => RefusalProblems.ToProblem("busy"),
        _ when DatabaseRefusals.IsStorageFull(exception) => RefusalProblems.ToProblem("storage-full"),
        _ => null,
    };

    // The reader of JSON asks for the encoding by name and is told that there is none.
    private static bool IsKnown(string? charset)
    {
        try
        {
            return string.IsNullOrEmpty(charset) || Encoding.GetEncoding(charset.Trim('"')) is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string Sentence(BadHttpRequestException bad) => bad.InnerException switch
    {
        JsonException { Path: { } path } json => $"The JSON body cannot be read at {path} (line {json.LineNumber + 1}): {json.Message}",
        JsonException json => $"The body is not JSON as described: {json.Message}",
        _ => bad.Message,
    };
}
