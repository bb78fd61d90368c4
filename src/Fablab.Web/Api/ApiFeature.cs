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
        services.AddProblemDetails();
        services.AddExceptionHandler<LabExceptions>();
        services.AddValidation();
        services.AddScoped<IdempotentRequest>();
    }

    /// <summary>Everything under it needs somebody signed in, by cookie or access token, unless it says otherwise.</summary>
    public static RouteGroupBuilder MapApi(this WebApplication app) => app.MapGroup(Base).RequireAuthorization();
}
