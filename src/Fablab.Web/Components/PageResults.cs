using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fablab.Web.Components;

/// <summary>Answers of page endpoints.</summary>
internal static class PageResults
{
    /// <param name="status">A refused form answers 422 with all that was typed.</param>
    public static RazorComponentResult<TPage> Page<TPage>(object parameters, int status = StatusCodes.Status200OK)
        where TPage : IComponent => new(parameters) { StatusCode = status, PreventStreamingRendering = true };

    public static RazorComponentResult<ErrorPage> Error(int status, string? traceId = null) =>
        Page<ErrorPage>(new { Status = status, TraceId = traceId }, status);

    public static RazorComponentResult<ErrorPage> NotFound() => Error(StatusCodes.Status404NotFound);
}
