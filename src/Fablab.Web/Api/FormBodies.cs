using Fablab.Web.Components;
using Microsoft.AspNetCore.Http.Metadata;

namespace Fablab.Web.Api;

/// <summary>
/// Answers 400 where a form is wanted and none came, or one that does not prove to come from our page. Both must be looked at before a
/// handler reads its fields, which would be a failure of the program.
/// </summary>
internal static class FormBodies
{
    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (PageErrors.RefusesFormAsync(context) is { } refused)
        {
            return refused;
        }

        // Routing answers when the body names another kind, but lets pass what names none at all.
        if (context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is { IsOptional: false } accepts
            && accepts.ContentTypes.Any(type => type is "multipart/form-data" or "application/x-www-form-urlencoded")
            && string.IsNullOrEmpty(context.Request.ContentType))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        }

        return next(context);
    }
}
