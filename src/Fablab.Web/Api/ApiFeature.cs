using Microsoft.AspNetCore.Http.Json;

namespace Fablab.Web.Api;

internal static class ApiFeature
{
    public const string Base = "/api/v1";

    public static void AddApi(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.ConfigureHttpJsonOptions(http => ApiJson.Configure(http.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context =>
        {
            // The framework's own refusals get codes too, so that a program need not tell the two apart.
            if (context.ProblemDetails.Status is { } status && CodeOf(status) is { } code)
            {
                context.ProblemDetails.Extensions.TryAdd("code", code);
            }
        });
        services.AddExceptionHandler<LabExceptions>();
        services.AddValidation();
        services.AddScoped<IdempotentRequest>();
    }

    private static string? CodeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest or StatusCodes.Status405MethodNotAllowed or StatusCodes.Status408RequestTimeout
            or StatusCodes.Status413PayloadTooLarge or StatusCodes.Status415UnsupportedMediaType => "malformed-request",
        StatusCodes.Status404NotFound => "not-found",
        StatusCodes.Status429TooManyRequests => "too-many-requests",
        _ => null,
    };

    /// <summary>Everything under it needs somebody signed in, by cookie or access token, unless it says otherwise.</summary>
    public static RouteGroupBuilder MapApi(this WebApplication app) =>
        app.MapGroup(Base).RequireAuthorization().WithScopes().AddEndpointFilter(ForeignSites.RefuseAsync);
}
