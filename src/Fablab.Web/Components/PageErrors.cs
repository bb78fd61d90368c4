using System.Diagnostics;
using System.Globalization;
using Fablab.Web.Data;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Localization;

namespace Fablab.Web.Components;

/// <summary>Errors as pages for people with a browser; programs keep getting problem details.</summary>
internal sealed class PageErrors : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!IsForPeople(httpContext.Request))
        {
            return false;
        }

        // The middleware that set the language is left behind by now.
        if (httpContext.Features.Get<IRequestCultureFeature>() is { RequestCulture: var chosen })
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (chosen.Culture, chosen.UICulture);
        }

        // Binding a form's fields stumbles over the same thing that the filter below looks for.
        var answer = RefusedForm(httpContext) ?? PageResults.Error(StatusOf(exception), Activity.Current?.TraceId.ToString() ?? httpContext.TraceIdentifier);
        await answer.ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>Gives an answer without a body one that says what it means.</summary>
    public static async Task FillAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        var response = context.Response;
        if (response.StatusCode >= 400 && !response.HasStarted && response.ContentType is null && response.ContentLength is null && IsForPeople(context.Request))
        {
            await PageResults.Error(response.StatusCode).ExecuteAsync(context);
        }
    }

    /// <summary>A form that does not prove to be ours changes nothing and can be opened again.</summary>
    /// <returns>The answer to it; <see langword="null"/> for any other request.</returns>
    public static Task? RefusesFormAsync(HttpContext context)
    {
        if (RefusedForm(context) is not { } answer)
        {
            return null;
        }

        if (IsForPeople(context.Request))
        {
            return answer.ExecuteAsync(context);
        }

        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return Task.CompletedTask;
    }

    private static IResult? RefusedForm(HttpContext context) => context.Features.Get<IAntiforgeryValidationFeature>() switch
    {
        // The form was too long to be read to its token.
        { IsValid: false, Error.InnerException: InvalidDataException or BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } } =>
            PageResults.Error(StatusCodes.Status413PayloadTooLarge),
        { IsValid: false } => PageResults.Page<FormExpiredPage>(new { Address = AddressOfForm(context.Request) }, StatusCodes.Status400BadRequest),
        _ => null,
    };

    private static string AddressOfForm(HttpRequest request)
    {
        var from = request.GetTypedHeaders().Referer;
        return from is not null && from.Authority == request.Host.Value && Go.IsOurs(from.PathAndQuery) ? from.PathAndQuery : "/";
    }

    private static bool IsForPeople(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api") && !request.Path.StartsWithSegments("/openapi") && !request.Path.StartsWithSegments("/health")
        && request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));

    private static int StatusOf(Exception exception) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        InvalidDataException => StatusCodes.Status413PayloadTooLarge,   // the form reader's word for more than its limit
        TimeoutException => StatusCodes.Status503ServiceUnavailable,
        _ when DatabaseRefusals.IsBusy(exception) || DatabaseRefusals.IsStorageFull(exception) => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };
}
