using Microsoft.AspNetCore.Http.Metadata;

namespace Fablab.Web.Api;

/// <summary>
/// Answers 400 to a request without a form where a form is wanted. Routing answers when the body names another kind, but lets pass what names
/// none at all, and reading that as a form would be a failure of the program.
/// </summary>
internal static class FormBodies
{
    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is { IsOptional: false } accepts
            && accepts.ContentTypes.Any(type => type is "multipart/form-data" or "application/x-www-form-urlencoded")
            && !context.Request.HasFormContentType)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        }

        return next(context);
    }
}
